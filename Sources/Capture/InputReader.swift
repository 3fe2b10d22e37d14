import Packets

/// Reads one open input: finds the frames in its window, moves the window on, and says where and why it ended.
final class InputReader {
  /// Bytes of a chunk of a compressed input: large beside a record, small beside the memory.
  private static let chunkLength = 1 << 20
  /// Bytes of a chunk of others: what is read stays in the processor's cache until it is walked.
  private static let plainChunkLength = 256 << 10
  /// Bytes of the chunks of all inputs, if all are open at the same time.
  private static let chunkBudget = 64 << 20
  /// Bytes that are enough for a look.
  private static let lookLength = 16 << 10

  /// Index of the input in canonical order.
  var file: UInt32 = 0
  /// How the input is compressed.
  let compression: CaptureInput.Compression?
  /// The file; nothing for an input that is no regular file, or one that is followed.
  let source: InputFile?
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
  ///   - count: How many inputs there are, which may be open at the same time.
  ///   - options: How to read; SHA-256 is computed here if it is no regular file, or one that is followed.
  ///   - isLook: Whether little of it will be read, unless it can be read only once.
  ///   - usesThread: Whether it may decompress on a thread of its own.
  /// - Throws: `CaptureError` with code `unreadable` or `notACapture`.
  init(
    _ location: InputLocation, of count: Int, _ options: CaptureOptions, isLook: Bool, usesThread: Bool
  ) throws(CaptureError) {
    let feed: ByteFeed
    switch try location.open(isGrowing: options.followsFiles) {
    case .file(let file):
      source = file
      feed = ByteFeed(file, readLength: isLook ? Self.lookLength : ByteFeed.readLength)
    case .stream(let descriptor):
      source = nil
      feed = ByteFeed(descriptor: descriptor, options)
    }
    feed.prefetch(CaptureInput.Compression.magicLength)
    compression = feed.withUnread { CaptureInput.Compression($0) }
    let isBrief = isLook && source != nil
    self.usesThread = usesThread && !isBrief && (source == nil || compression != nil)
    let most = compression == nil ? Self.plainChunkLength : Self.chunkLength
    let chunkLength = isBrief ? Self.lookLength : min(most, max(Self.lookLength, Self.chunkBudget / count))
    window = ByteWindow(
      ChunkStream(ChunkFiller(feed, compression: compression), capacity: chunkLength, usesThread: self.usesThread))
    var start = 0
    _ = window.extend(keeping: &start, needed: PcapWalker.headerLength)
    var problem = ""
    guard let walker = window.withBytes({ RecordWalker($0, problem: &problem) }) else {
      if let failure = window.failure { problem = failure }
      if window.wasCut { problem = "a request ended the reading before its first record" }
      let subject = compression.map { "The \($0.rawValue) content of '\(location.name)'" } ?? "'\(location.name)'"
      throw CaptureError(.notACapture, "\(subject) is no capture that can be read: \(problem).")
    }
    self.walker = walker
    cursor = walker.firstRecord
  }

  /// Bytes consumed of the input as it lies on the disk.
  var consumedByteCount: UInt64 { isPlain ? window.offset + UInt64(cursor) : window.consumedByteCount }

  /// Whether an offset in what is walked is one in the file on the disk.
  private var isPlain: Bool { source != nil && compression == nil }

  /// SHA-256 of an input that is no file, once it was drained.
  var streamDigest: [UInt8]? { window.streamDigest }

  /// Reads an input that is no file to its end, for its digest and its length.
  func drain() { window.drain() }

  /// Gives the next frames of this input that are not later than a limit; all lie in the window until the next call.
  ///
  /// - Parameters:
  ///   - most: How many frames may be consumed.
  ///   - limit: The latest time of a frame that may be consumed, in nanoseconds.
  ///   - filter: Takes frames out, if there is one.
  ///   - body: Receives the frames and the bytes into which their offsets point.
  /// - Returns: The cursor, at its end.
  func read(
    atMost most: Int, limit: Int64, filter: PacketFilter?,
    _ body: (_ frames: inout FrameCursor, _ bytes: RawSpan) -> Void
  ) -> FrameCursor {
    // The window stays as it is until `peek`.
    guard let chunk = window.chunk else { preconditionFailure("an input that was opened has a window") }
    var frames = FrameCursor(
      &walker, chunk, keepsBytes: true, position: cursor, file: file, number: frameCount + 1, count: most, limit: limit,
      filter: filter)
    window.withBytes { body(&frames, $0) }
    frames.finish(&walker)
    cursor = frames.position
    frameCount += frames.count
    return frames
  }

  /// The time of the next frame, or nothing if there are no more.
  ///
  /// Moves the window: the last frames are gone.
  func peek() -> Int64? {
    while !hasEnded {
      var pause: WalkPause?
      _ = window.withBytes { walker.next($0, &cursor, limit: .min, isFull: true, pause: &pause) }
      switch pause {
      case .frame(let time): return time
      case .needs(let needed):
        if !window.extend(keeping: &cursor, needed: needed) { end(needed: needed) }
      case .corrupt(let reason):
        damage(because: "frame \(frameCount + 1) cannot be read, because \(reason)")
      case nil: preconditionFailure("a walk that may consume no frame ended without a reason")
      }
    }
    return nil
  }

  private func end(needed: Int) {
    hasEnded = true
    // That an input was asked to end is no damage.
    guard !window.wasCut else { return }
    let left = window.byteCount - cursor
    if let failure = window.failure {
      damage(because: "\(failure), before or inside frame \(frameCount + 1)")
    } else if left > 0 {
      damage(because: "it ends inside frame \(frameCount + 1), of which \(needed) bytes are needed")
    }
  }

  private func damage(because reason: String) {
    let offset = window.offset + UInt64(cursor)
    var rest = "what follows was not read"
    if isPlain, let source { rest = "the last \(source.byteCount - Int(offset)) bytes were not read" }
    damage = CaptureInput.Damage(
      frame: frameCount + 1, offset: offset, reason: "At byte \(offset) \(reason); \(rest).")
    hasEnded = true
  }
}
