import Synchronization

/// The bytes that the frames of a batch lie in.
///
/// Whoever holds an instance may read the frames when the batch is over, on any thread. Its memory is filled again once
/// nobody holds it.
@safe
package final class FrameBytes: @unchecked Sendable {
  // Nobody changes it before `deinit` gives it back.
  private let chunk: Chunk
  private let pool: ChunkPool

  /// Takes over a chunk that is filled.
  init(_ chunk: Chunk, from pool: ChunkPool) { (self.chunk, self.pool) = (chunk, pool) }

  deinit { pool.give(chunk) }

  /// The bytes; valid as long as the instance is held.
  var bytes: UnsafeRawBufferPointer { unsafe chunk.bytes }

  /// Calls a function with the bytes, into which the offsets of frames point.
  package func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    // This instance, and with it the chunk, lives through the call.
    unsafe body(chunk.bytes.bytes)
  }
}

/// Chunks of one size that wait to be filled.
///
/// Safe to use from any thread.
final class ChunkPool: Sendable {
  /// Bytes that a chunk can hold.
  let capacity: Int
  private let spares = Mutex<[Chunk]>([])

  init(capacity: Int) { self.capacity = capacity }

  /// A chunk with whatever it held last.
  func take() -> Chunk { spares.withLock { $0.popLast() } ?? Chunk(capacity: capacity) }

  /// Takes a chunk back that nobody uses any more; one of another size is let go.
  func give(_ chunk: Chunk) {
    guard chunk.capacity == capacity else { return }
    spares.withLock { $0.append(chunk) }
  }
}
