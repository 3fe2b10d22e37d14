public import Packets

/// Gives the frames of one batch, found when they are asked for.
///
/// Lives for the call of `CaptureSource.nextFrames` that hands it out. Frames that the caller leaves are read all the
/// same, and counted. Not thread-safe.
public struct FrameCursor: ~Copyable {
  /// Most frames of one batch.
  public static let capacity = 256

  // Belongs to the reader, which swaps it in for the batch: a copy would count references to its tables.
  private var walker: RecordWalker
  private let filter: PacketFilter?
  // Holds the reader's window, which stays as it is as long as the cursor lives.
  private let chunk: Chunk
  /// Offset in the window of the next record.
  private(set) var position: Int
  private var plain: PlainRecords
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
  ///   - chunk: Holds the window; it does not change while the cursor lives.
  ///   - keepsBytes: Whether the caller may keep its bytes.
  ///   - position: Offset in the window of the next record.
  ///   - file: Index of the file.
  ///   - number: Number of the next frame.
  ///   - most: How many frames may be consumed.
  ///   - limit: The latest time, in nanoseconds, of a frame that may be consumed.
  ///   - filter: Takes frames out, if there is one.
  init(
    _ walker: inout RecordWalker, _ chunk: Chunk, keepsBytes: Bool, position: Int, file: UInt32, number: UInt64,
    count most: Int, limit: Int64, filter: PacketFilter?
  ) {
    self.chunk = chunk
    bytes = keepsBytes ? FrameBytes(chunk) : nil
    self.walker = RecordWalker()
    self.filter = filter
    self.limit = limit
    self.file = file
    firstNumber = number
    endNumber = number + UInt64(min(max(most, 1), Self.capacity))
    self.number = number
    self.position = position
    plain = walker.plain
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
      let end = nextPlain(into: &frames, from: count)
      count = keep(&frames, count..<end)
      guard end < frames.count else { continue }
      guard let frame = next() else { break }
      frames[count] = frame
      count &+= 1
    }
    return count
  }

  /// Takes out what the filter does, if there is one.
  ///
  /// - Returns: Where the frames that are left end.
  private mutating func keep(_ frames: inout MutableSpan<Frame>, _ places: Range<Int>) -> Int {
    guard let filter else { return places.upperBound }
    let end = chunk.withBytes { filter.keep(&frames, places, in: $0) }
    figures.filteredCount &+= UInt64(places.upperBound &- end)
    return end
  }

  /// Reads ordinary records as long as there are, into the places from one on, and gives the first that is left.
  private mutating func nextPlain(into frames: inout MutableSpan<Frame>, from start: Int) -> Int {
    let (plain, chunk, limit) = (plain, chunk, limit)
    switch plain.kind {
    case .none: return start
    case .pcap:
      return chunk.withBytes { bytes in
        next(into: &frames, from: start) { position in plain.nextOfPcap(bytes, &position, limit: limit) }
      }
    case .pcapng:
      return chunk.withBytes { bytes in
        next(into: &frames, from: start) { position in plain.nextOfPcapng(bytes, &position, limit: limit) }
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
    chunk.withBytes { next(in: $0) }
  }

  private mutating func next(in bytes: RawSpan) -> Frame? {
    tellWalker()
    while let record = walker.next(bytes, &position, limit: limit, isFull: number == endNumber, pause: &pause) {
      let frame = take(record)
      guard filter?.matches(frame, in: bytes) == false else {
        plain = walker.plain
        return frame
      }
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
