public import Packets

/// Gives the frames of one batch, found when they are asked for.
///
/// Lives for the call of `CaptureSource.nextFrames` that hands it out. Frames that the caller leaves are read all the
/// same, and counted. Not thread-safe.
@safe
public struct FrameCursor: ~Copyable {
  /// Most frames of one batch.
  public static let capacity = 256

  // Belongs to the reader, which swaps it in for the batch: a copy would count references to its tables.
  private var walker: RecordWalker
  private let filter: PacketFilter?
  // The reader's window, which stays as it is as long as the cursor lives.
  private let base: UnsafeRawPointer
  private let byteCount: Int
  /// Offset in the window of the next record.
  private(set) var position: Int
  // How plain records are read; not where there is a filter.
  private var plain = PlainRecords()
  private var lastTime: Int64?
  private let limit: Int64
  /// Index of the file that the frames are of.
  package let file: UInt32
  private let firstNumber: UInt64
  private let endNumber: UInt64
  private var number: UInt64
  /// Keeps the bytes of the frames beyond the call; nothing where they come from an interface.
  public let bytes: FrameBytes?
  /// Figures of the frames so far.
  private(set) var figures = BatchFigures()
  /// Why there are no more frames, once there are none.
  private(set) var pause: WalkPause?

  /// A cursor at a record.
  ///
  /// - Parameters:
  ///   - walker: The walker; the reader's is empty until `finish`.
  ///   - bytes: The window, not empty; it outlives the cursor and does not change.
  ///   - frameBytes: The same bytes, kept, if they can be.
  ///   - position: Offset in the window of the next record.
  ///   - file: Index of the file.
  ///   - number: Number of the next frame.
  ///   - most: How many frames may be consumed.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  ///   - filter: Takes frames out, if there is one.
  init(
    _ walker: inout RecordWalker, _ bytes: UnsafeRawBufferPointer, _ frameBytes: FrameBytes?, position: Int,
    file: UInt32, number: UInt64, count most: Int, limit: Int64, filter: PacketFilter?
  ) {
    guard let base = bytes.baseAddress else { preconditionFailure("an empty window holds no frames") }
    unsafe self.base = base
    byteCount = bytes.count
    self.bytes = frameBytes
    self.walker = RecordWalker()
    self.filter = filter
    self.limit = limit
    self.file = file
    firstNumber = number
    endNumber = number + UInt64(min(max(most, 1), Self.capacity))
    self.number = number
    self.position = position
    if filter == nil { plain = walker.plain }
    swap(&self.walker, &walker)
  }

  /// Frames consumed so far, those that the filter took out included.
  var count: UInt64 { number &- firstNumber }

  /// The next frames of the batch, as many as there is room for.
  ///
  /// - Parameter frames: Receives them.
  /// - Returns: How many they are; 0 if the batch is done.
  /// - Complexity: O(n) in the frames, those that a filter takes out included.
  public mutating func next(into frames: inout MutableSpan<Frame>) -> Int {
    var count = 0
    while count < frames.count, pause == nil {
      count = nextPlain(into: &frames, from: count)
      guard count < frames.count, let frame = next() else { break }
      frames[count] = frame
      count &+= 1
    }
    return count
  }

  /// Reads ordinary records as long as there are, into the places from one on, and gives the first that is left.
  private mutating func nextPlain(into frames: inout MutableSpan<Frame>, from start: Int) -> Int {
    let (plain, base, byteCount, limit) = unsafe (plain, base, byteCount, limit)
    switch plain.kind {
    case .none: return start
    case .pcap:
      return next(into: &frames, from: start) { position in
        unsafe plain.nextOfPcap(base, &position, byteCount: byteCount, limit: limit)
      }
    case .pcapng:
      return next(into: &frames, from: start) { position in
        unsafe plain.nextOfPcapng(base, &position, byteCount: byteCount, limit: limit)
      }
    }
  }

  @inline(__always)
  private mutating func next(
    into frames: inout MutableSpan<Frame>, from start: Int, _ next: (_ position: inout Int) -> CaptureRecord?
  ) -> Int {
    // Kept in registers.
    var (position, figures, place) = (position, figures, start)
    let (first, file) = (number &- UInt64(truncatingIfNeeded: start), file)
    let end = min(frames.count, start &+ Int(truncatingIfNeeded: endNumber &- number))
    while place < end, let record = next(&position) {
      figures.add(record)
      frames[place] = Frame(record, file: file, number: first &+ UInt64(truncatingIfNeeded: place))
      place &+= 1
    }
    guard place > start else { return place }
    number = first &+ UInt64(truncatingIfNeeded: place)
    lastTime = frames[place &- 1].timestamp.nanoseconds
    (self.position, self.figures) = (position, figures)
    return place
  }

  /// The next frame of the batch.
  ///
  /// - Returns: The frame, or nothing if the batch is done.
  /// - Complexity: O(1); with a filter, O(n) in the frames that it takes out.
  @inline(never)
  public mutating func next() -> Frame? {
    // The window is this long.
    let bytes = unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
    tellWalker()
    while let record = unsafe walker.next(
      bytes.bytes, &position, limit: limit, isFull: number == endNumber, pause: &pause)
    {
      let frame = take(record)
      guard let filter else {
        plain = walker.plain
        return frame
      }
      if unsafe filter.matches(frame, in: bytes.bytes) { return frame }
      figures.filteredCount &+= 1
    }
    // The walker may have passed the end of a section.
    plain = PlainRecords()
    return nil
  }

  private mutating func take(_ record: CaptureRecord) -> Frame {
    figures.add(record)
    let frame = Frame(record, file: file, number: number)
    number &+= 1
    return frame
  }

  private mutating func tellWalker() {
    if let time = lastTime { walker.take(lastTime: time) }
    lastTime = nil
  }

  /// Consumes what the caller left, and gives the walker back.
  mutating func finish(_ walker: inout RecordWalker) {
    while pause == nil { _ = next() }
    tellWalker()
    swap(&self.walker, &walker)
  }
}

extension Frame {
  @inline(__always)
  fileprivate init(_ record: CaptureRecord, file: UInt32, number: UInt64) {
    self.init(
      timestamp: Timestamp(nanoseconds: record.time), offset: record.offset, number: number,
      capturedLength: record.capturedLength, wireLength: record.wireLength, file: file, linkType: record.linkType)
  }
}

/// The figures of one batch.
struct BatchFigures {
  private var truncatedCount: UInt64 = 0
  private var first = Int64.max
  private var last = Int64.min
  /// Frames that the filter took out.
  var filteredCount: UInt64 = 0

  /// Counts a frame.
  @inline(__always)
  mutating func add(_ record: CaptureRecord) {
    if record.time < first { first = record.time }
    if record.time > last { last = record.time }
    truncatedCount &+= record.capturedLength < record.wireLength ? 1 : 0
  }

  /// Adds the figures to an input's row.
  func add(to row: inout CaptureInput, count: UInt64) {
    guard count > 0 else { return }
    row.packetCount += count
    row.truncatedCount += truncatedCount
    row.filteredCount += filteredCount
    let (first, last) = (Timestamp(nanoseconds: first), Timestamp(nanoseconds: last))
    row.firstPacket = min(row.firstPacket ?? first, first)
    row.lastPacket = max(row.lastPacket ?? last, last)
  }
}
