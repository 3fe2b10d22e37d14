import Packets

/// Reads one open input: finds the frames in its window, moves the window on, and says where and why it ended.
final class InputReader {
  /// Bytes of a chunk of a stream: large beside a record, small beside the memory, and for a look just enough.
  private static let chunkLength = (look: 64 << 10, read: 1 << 20)

  /// Index of the input in canonical order.
  var file: UInt32 = 0
  /// How the input is compressed.
  let compression: CaptureInput.Compression?
  /// The file as it lies on the disk; nothing for an input that is no regular file.
  let mapping: MappedFile?
  /// Whether it decompresses on a thread of its own.
  let usesThread: Bool
  /// The walk over its records.
  private(set) var walker: RecordWalker
  /// Frames consumed.
  private(set) var frameCount: UInt64 = 0
  /// Whether there are no more frames.
  private(set) var hasEnded = false
  /// Where and why it ended before its end.
  private(set) var damage: CaptureInput.Damage?

  private let window: ByteWindow
  private var cursor: Int

  /// Opens an input and reads its header.
  ///
  /// - Parameters:
  ///   - location: Where it lies.
  ///   - hashesStream: Whether SHA-256 is computed if it is no regular file.
  ///   - isLook: Whether little of it will be read, unless it can be read only once.
  ///   - usesThread: Whether it may decompress on a thread of its own.
  /// - Throws: `CaptureError` with code `unreadable` or `notACapture`.
  init(_ location: InputLocation, hashesStream: Bool, isLook: Bool, usesThread: Bool) throws(CaptureError) {
    let feed: ByteFeed
    var (chunkLength, usesThread) = (Self.chunkLength.read, usesThread)
    switch try location.open() {
    case .file(let file):
      mapping = file
      feed = ByteFeed(file)
      if isLook { (chunkLength, usesThread) = (Self.chunkLength.look, false) }
    case .stream(let descriptor):
      mapping = nil
      feed = ByteFeed(descriptor: descriptor, hashes: hashesStream)
      feed.prefetch(CaptureInput.Compression.magicLength)
    }
    compression = feed.withUnread { CaptureInput.Compression($0) }
    if let mapping, compression == nil {
      window = ByteWindow(mapping)
      self.usesThread = false
    } else {
      let filler = ChunkFiller(feed, compression: compression)
      window = ByteWindow(ChunkStream(filler, capacity: chunkLength, usesThread: usesThread))
      self.usesThread = usesThread
    }
    var start = 0
    if !window.isMapped { _ = window.extend(keeping: &start, needed: PcapWalker.headerLength) }
    var problem = ""
    guard let walker = window.withBytes({ RecordWalker($0, problem: &problem) }) else {
      if let failure = window.failure { problem = failure }
      let subject = compression.map { "The \($0.rawValue) content of '\(location.name)'" } ?? "'\(location.name)'"
      throw CaptureError(.notACapture, "\(subject) is no capture that can be read: \(problem).")
    }
    self.walker = walker
    cursor = walker.firstRecord
  }

  /// Bytes consumed of the input as it lies on the disk.
  var consumedByteCount: UInt64 { window.isMapped ? UInt64(cursor) : window.consumedByteCount }

  /// SHA-256 of an input that is no file, once it was drained.
  var streamDigest: [UInt8]? { window.streamDigest }

  /// Reads an input that is no file to its end, for its digest and its length.
  func drain() { window.drain() }

  /// Gives the bytes into which the offsets of the last frames point.
  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result { window.withBytes(body) }

  /// Gets the next frames of this input that are not later than a limit; all lie in the window until the next call.
  ///
  /// - Parameters:
  ///   - frames: Receives the frames.
  ///   - limit: The latest time of a frame that may be consumed, in nanoseconds.
  ///   - nextTime: Receives the time of the frame after them, if it is known already.
  /// - Returns: How many. None if the next is later than the limit or, with `hasEnded`, if there are no more.
  func fill(_ frames: inout MutableSpan<Frame>, limit: Int64, nextTime: inout Int64?) -> Int {
    nextTime = nil
    while !hasEnded {
      var count = 0
      let pause = window.withBytes { bytes in
        walker.walk(
          bytes, &cursor, into: &frames, count: &count, origin: FrameOrigin(file: file, number: frameCount + 1),
          limit: limit)
      }
      frameCount += UInt64(count)
      if case .frame(let time) = pause {
        nextTime = time
        return count
      }
      // The frames found must be used before the window moves; the same pause comes again at the next call.
      if count > 0 { return count }
      switch pause {
      case .frame: break
      case .needs(let needed):
        if !window.extend(keeping: &cursor, needed: needed) { end(needed: needed) }
      case .corrupt(let reason):
        damage(because: "frame \(frameCount + 1) cannot be read, because \(reason)")
      }
    }
    return 0
  }

  /// The time of the next frame, or nothing if there are no more.
  ///
  /// Moves the window: the last frames are gone.
  func peek() -> Int64? {
    var none = MutableSpan<Frame>()
    var time: Int64?
    _ = fill(&none, limit: .max, nextTime: &time)
    return time
  }

  private func end(needed: Int) {
    let left = window.byteCount - cursor
    if let failure = window.failure {
      damage(because: "\(failure), before or inside frame \(frameCount + 1)")
    } else if left > 0 {
      damage(because: "it ends inside frame \(frameCount + 1), of which \(needed) bytes are needed")
    }
    hasEnded = true
  }

  private func damage(because reason: String) {
    let left = window.byteCount - cursor
    let rest = window.isMapped ? "the last \(left) bytes were not read" : "what follows was not read"
    let offset = window.offset + UInt64(cursor)
    damage = CaptureInput.Damage(
      frame: frameCount + 1, offset: offset, reason: "At byte \(offset) \(reason); \(rest).")
    hasEnded = true
  }
}
