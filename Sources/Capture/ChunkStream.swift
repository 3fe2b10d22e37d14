import POSIX

/// An input as chunks of uncompressed bytes.
///
/// With a thread of its own, chunks are filled while others are walked; `next` and `recycle` are the caller's side.
final class ChunkStream {
  private let filler: ChunkFiller
  private let capacity: Int
  private var spares: [Chunk] = []
  // Both sides of the hand-over; nothing without a thread.
  private var channels: (empty: Channel<Chunk>, filled: Channel<Chunk>)?

  /// A stream; nothing is read yet.
  ///
  /// - Parameters:
  ///   - filler: Fills the chunks.
  ///   - capacity: Bytes of one chunk.
  ///   - usesThread: Whether chunks are filled on a thread of their own.
  init(_ filler: ChunkFiller, capacity: Int, usesThread: Bool) {
    self.filler = filler
    self.capacity = capacity
    guard usesThread else { return }
    let channels = (empty: Channel<Chunk>(), filled: Channel<Chunk>())
    // Three: one is walked, one is full, one is being filled.
    for _ in 0..<3 { channels.empty.send(Chunk(capacity: capacity)) }
    let hasStarted = startThread { [filler] in
      while let chunk = channels.empty.receive() {
        filler.fill(chunk)
        let isLast = chunk.isLast
        channels.filled.send(chunk)
        if isLast { return }
      }
    }
    if hasStarted { self.channels = channels }
  }

  // The thread ends when it asks for the next chunk; it owns all that it uses.
  deinit { channels?.empty.close() }

  /// The next chunk; not to be called after the last one.
  func next() -> Chunk {
    if let channels, let chunk = channels.filled.receive() { return chunk }
    let chunk = spares.popLast() ?? Chunk(capacity: capacity)
    filler.fill(chunk)
    return chunk
  }

  /// Gives back a chunk that is not needed any more; one that others hold is left to them, and another takes its place.
  func recycle(_ chunk: consuming Chunk) {
    guard chunk.capacity == capacity else { return }
    var chunk = chunk
    let isFree = isKnownUniquelyReferenced(&chunk)
    if let channels {
      channels.empty.send(isFree ? chunk : Chunk(capacity: capacity))
    } else if isFree {
      spares.append(chunk)
    }
  }
}

/// Fills chunks with uncompressed bytes.
///
/// Used by one thread at a time.
final class ChunkFiller: @unchecked Sendable {
  private let feed: ByteFeed
  private let compression: CaptureInput.Compression?
  private let decompressor: (any Decompressor)?
  private var mayEnd = false
  private var mayHoldMore = false

  /// A filler.
  ///
  /// - Parameters:
  ///   - feed: The bytes as they lie on the disk.
  ///   - compression: How they are compressed.
  init(_ feed: ByteFeed, compression: CaptureInput.Compression?) {
    self.feed = feed
    self.compression = compression
    decompressor = compression?.makeDecompressor()
  }

  /// Fills a chunk, less than full only at the end, or where a file that is followed goes no further yet.
  func fill(_ chunk: Chunk) {
    chunk.reset()
    while chunk.roomLength > 0, !chunk.isLast, chunk.byteCount == 0 || !feed.hasRunDry { step(chunk) }
    chunk.consumedByteCount = feed.takenByteCount
    if chunk.isLast {
      // What follows an error is read all the same, so that the digest is that of the whole input.
      feed.drain()
      chunk.streamDigest = feed.streamDigest
    }
  }

  private func step(_ chunk: Chunk) {
    guard let decompressor, let compression else {
      if feed.move(into: chunk) == 0 { end(chunk) }
      return
    }
    // A decompressor that filled the chunk before may hold more, even if there is no more input.
    guard feed.refill() || mayHoldMore else {
      end(chunk)
      if chunk.failure == nil, !mayEnd, !feed.wasCut { chunk.failure = "the \(compression.rawValue) data are cut off" }
      return
    }
    let (available, room) = (feed.unreadByteCount, chunk.roomLength)
    var step = DecompressionStep()
    feed.withUnread { input in
      chunk.append { output in
        step = decompressor.step(input, into: &output)
        return step.produced
      }
    }
    feed.take(step.consumed)
    let didSomething = step.consumed > 0 || step.produced > 0
    if didSomething { mayEnd = step.mayEnd }
    mayHoldMore = step.produced == room
    if let failure = step.failure {
      chunk.failure = "the \(compression.rawValue) data cannot be decompressed (\(failure))"
    } else if !didSomething, available > 0 {
      chunk.failure = "the \(compression.rawValue) data lead nowhere"
    }
    if chunk.failure != nil { chunk.isLast = true }
  }

  private func end(_ chunk: Chunk) {
    chunk.isLast = true
    chunk.failure = feed.failure
    chunk.wasCut = feed.wasCut
  }
}
