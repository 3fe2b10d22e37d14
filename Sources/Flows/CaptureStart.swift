import Packets

/// Since when the input shows what passed the sensor (methodology 2.5).
///
/// Each capture file covers the time from its first packet on. A file that begins where another ended, as rotated
/// captures do, goes on with the coverage of that one; in doubt it covers from its own start.
///
/// ```
///   file 0 ├──────────────┤  no packet for more than a second
///   file 1                      ├─────────────┤             covers from its own start
///   file 2                                    ├──────────┤  goes on from file 1
///   file 3                                    ├── file 2 runs beside it: from its own start
/// ```
struct CaptureStart {
  private struct File {
    /// Times of its first and latest packet.
    var first: Timestamp
    var latest: Timestamp
    /// The file that may have ended where this one began, and since when that one covered.
    var predecessor: UInt32?
    var inherited: Timestamp
  }

  /// How far apart two files may lie that follow on each other, in nanoseconds.
  private static let gap: Int64 = 1_000_000_000
  /// How much earlier than its answer a request may lie, in nanoseconds.
  private static let patience: Int64 = 120_000_000_000

  private var files: [File?] = []
  private var current: UInt32 = 0
  /// Latest packet of the current file.
  private var latest: Timestamp
  private let start: Timestamp?

  /// Begins without a packet.
  ///
  /// - Parameter start: Since when the first file covers; nothing for its first packet.
  init(start: Timestamp?) {
    self.start = start
    latest = Timestamp(nanoseconds: .min)
  }

  /// Takes a packet's time into account.
  @inline(__always)
  mutating func observe(_ time: Timestamp, file: UInt32) {
    if file != current || files.isEmpty { change(to: file, time) }
    if time > latest { latest = time }
  }

  @inline(never)
  private mutating func change(to file: UInt32, _ time: Timestamp) {
    let isFirst = files.isEmpty
    while files.count <= max(Int(file), Int(current)) { files.append(nil) }
    files[Int(current)]?.latest = latest
    if files[Int(file)] == nil {
      let follows = !isFirst && (-Self.gap...Self.gap).contains(time.nanoseconds(since: latest))
      files[Int(file)] = File(
        first: time, latest: time, predecessor: follows ? current : nil,
        inherited: isFirst ? start ?? time : follows ? coverage(of: current, at: time) : time)
    }
    current = file
    latest = files[Int(file)]?.latest ?? time
  }

  /// Since when a file covers, as far as is known at a moment.
  private func coverage(of file: UInt32, at time: Timestamp) -> Timestamp {
    guard Int(file) < files.count, let known = files[Int(file)] else { return time }
    guard let predecessor = known.predecessor, let before = files[Int(predecessor)] else { return known.inherited }
    // Too early to tell, or the other file goes on: then this one is a capture of its own.
    let end = known.first.adding(Self.gap)
    return time <= end || before.latest > end ? known.first : known.inherited
  }

  /// Whether what a packet of the current file answers may lie before its coverage, or be forgotten.
  ///
  /// - Parameters:
  ///   - time: The packet's time.
  ///   - forgotten: Since when no flow was given up for lack of room.
  /// - Returns: Whether it may.
  func requestMayPrecede(_ time: Timestamp, forgotten: Timestamp) -> Bool {
    time.nanoseconds(since: max(forgotten, coverage(of: current, at: time))) < Self.patience
  }
}
