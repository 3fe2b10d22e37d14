import Foundation

/// A progress line on standard error: share, rate, time left.
///
/// Draws nothing unless standard error is a terminal.
struct Progress {
  private let total: UInt64?
  private let start = ContinuousClock.now
  private var nextDraw = ContinuousClock.now + .milliseconds(500)
  private var isDrawn = false

  /// Starts the clock.
  ///
  /// - Parameter total: Bytes to read, or nothing where that is not known.
  init(total: UInt64?) { self.total = total }

  /// Draws anew, at most five times a second.
  ///
  /// - Parameters:
  ///   - bytes: Bytes read so far.
  ///   - packets: Packets read so far.
  mutating func update(bytes: UInt64, packets: UInt64) {
    guard Console.errorIsTerminal, ContinuousClock.now >= nextDraw else { return }
    let elapsed = max((ContinuousClock.now - start) / .seconds(1), 0.001)
    var line = "\(bytes / 1_000_000) MB, \(packets / 1_000) k packets, \(Int(Double(bytes) / elapsed / 1e6)) MB/s"
    if let total, total > 0 {
      let share = min(Double(bytes) / Double(total), 1)
      let filled = Int(share * 30)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
      let left = share > 0 ? Int(elapsed / share * (1 - share)) : 0
      line = "\(bar) \(Int(share * 100)) %, \(line), \(left) s left"
    }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K\(line)".utf8))
    isDrawn = true
    nextDraw = ContinuousClock.now + .milliseconds(200)
  }

  /// Takes the line away.
  mutating func clear() {
    guard isDrawn else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
    isDrawn = false
  }
}
