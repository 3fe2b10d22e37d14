import POSIX
import Synchronization
import SystemPackage

/// Standard error while a capture goes on: a line is written if somebody takes it soon, for what waits there holds packets
/// up, and a run that cannot end gives no report.
enum ErrorStream {
  /// Bytes that a pipe which can be written takes at once.
  private static let piece = 4_096

  private struct State {
    /// Whether the last line was written in part.
    var isCut = false
    /// Lines that nobody took since the last one that somebody did.
    var lostLines = 0
  }

  private static let state = Mutex(State())
  private static let limit = Atomic<Int>(-1)

  /// Milliseconds that a line waits; nothing for as long as it takes.
  static var patience: Int? {
    let value = limit.load(ordering: .relaxed)
    return value < 0 ? nil : value
  }

  /// Lets a line wait for so long at most from now on.
  ///
  /// - Parameter milliseconds: How long.
  static func limitWaits(to milliseconds: Int) { limit.store(milliseconds, ordering: .relaxed) }

  /// Writes a line.
  ///
  /// - Parameters:
  ///   - line: The line, without its end.
  ///   - milliseconds: How long it waits.
  ///   - isCounted: Whether it is counted as lost if it cannot be written.
  /// - Returns: Whether it was written.
  static func write(_ line: String, within milliseconds: Int, isCounted: Bool = true) -> Bool {
    let deadline = ContinuousClock.now + .milliseconds(milliseconds)
    var isWritten = false
    // Waited for without the lock, so that nobody waits for who waits; another line may then be first.
    while !isWritten, isReady(within: milliseconds) {
      isWritten = state.withLock { isReady(within: 0) && put(line, &$0) }
      if ContinuousClock.now >= deadline { break }
    }
    if !isWritten, isCounted { state.withLock { $0.lostLines += 1 } }
    return isWritten
  }

  /// Writes a line, piece by piece, and before it how many are missing.
  private static func put(_ line: String, _ state: inout State) -> Bool {
    var text = state.isCut ? "\n" : ""
    if state.lostLines > 0 { text += "warning: \(state.lostLines) lines are missing here: nobody read them.\n" }
    let bytes = Array((text + line + "\n").utf8)
    var done = 0
    while done < bytes.count, done == 0 || isReady(within: 50) {
      let end = min(done + piece, bytes.count)
      guard let count = try? FileDescriptor.standardError.write(bytes[done..<end]), count > 0 else { break }
      done += count
    }
    if done > 0 { state.isCut = done < bytes.count }
    guard done == bytes.count else { return false }
    state.lostLines = 0
    return true
  }

  /// Whether standard error takes something; also if that fails, which writing tells.
  private static func isReady(within milliseconds: Int) -> Bool {
    FileDescriptor.standardError.isReady(to: .write, within: milliseconds)
  }
}
