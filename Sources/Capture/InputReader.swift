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
    var frames = unsafe FrameCursor(
      &walker, window.bytes, position: cursor, file: file, number: frameCount + 1, count: most,
      limit: limit, filter: filter)
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
