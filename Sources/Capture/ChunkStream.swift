/// An input as chunks of uncompressed bytes.
///
/// With a thread of its own, chunks are filled while others are walked; `next` is the caller's side.
final class ChunkStream {
  /// Where chunks come from, and go to when they are not needed any more.
  let pool: ChunkPool
  private let filler: ChunkFiller
  // Nothing without a thread.
  private var filled: Channel<Chunk>?

  /// A stream; nothing is read yet.
  ///
  /// - Parameters:
  ///   - filler: Fills the chunks.
  ///   - capacity: Bytes of one chunk.
  ///   - usesThread: Whether chunks are filled on a thread of their own.
  init(_ filler: ChunkFiller, capacity: Int, usesThread: Bool) {
    self.filler = filler
    pool = ChunkPool(capacity: capacity)
    guard usesThread else { return }
    // One waits to be walked, and one more to be sent.
    let filled = Channel<Chunk>(capacity: 1)
    let hasStarted = startThread { [filler, pool] in
      var isLast = false
      while !isLast {
        let chunk = pool.take()
        filler.fill(chunk)
        isLast = chunk.isLast
        guard filled.send(chunk) else { return }
      }
    }
    if hasStarted { self.filled = filled }
  }

  // The thread ends when it has filled a chunk; it owns all that it uses.
  deinit { filled?.close() }

  /// The next chunk; not to be called after the last one.
  func next() -> Chunk {
    if let chunk = filled?.receive() { return chunk }
    let chunk = pool.take()
    filler.fill(chunk)
    return chunk
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

  /// Fills a chunk, less than full only at the end.
  func fill(_ chunk: Chunk) {
    chunk.reset()
    while unsafe !chunk.room.isEmpty, !chunk.isLast { step(chunk) }
    chunk.consumedByteCount = feed.takenByteCount
    if chunk.isLast {
      // What follows an error is read all the same, so that the digest is that of the whole input.
      feed.drain()
      chunk.streamDigest = feed.streamDigest
    }
  }

  private func step(_ chunk: Chunk) {
    guard let decompressor, let compression else {
      let count = unsafe feed.move(into: chunk.room)
      chunk.didWrite(count)
      if count == 0 { end(chunk) }
      return
    }
    // A decompressor that filled the chunk before may hold more, even if there is no more input.
    guard feed.refill() || mayHoldMore else {
      end(chunk)
      if chunk.failure == nil, !mayEnd { chunk.failure = "the \(compression.rawValue) data are cut off" }
      return
    }
    let (available, room) = unsafe (feed.unread.count, chunk.room.count)
    let step = unsafe decompressor.step(feed.unread, into: chunk.room)
    feed.take(step.consumed)
    chunk.didWrite(step.produced)
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
  }
}
