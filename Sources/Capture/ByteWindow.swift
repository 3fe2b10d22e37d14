/// The part of an uncompressed capture that lies in memory.
///
/// ```
/// |.. walked ..|<--- window --->|.. to come ..|
///              ^ offset         ^ offset + byteCount
/// ```
final class ByteWindow {
  private let stream: ChunkStream
  /// What holds the window's bytes; nothing before the first.
  private(set) var chunk: Chunk?
  /// Offset in the uncompressed capture of the window's first byte.
  private(set) var offset: UInt64 = 0
  /// Whether nothing follows the window.
  private(set) var isLast = false
  /// Why the stream ended before its end, if it did; a clause.
  private(set) var failure: String?
  /// Whether it ended because it was asked to.
  private(set) var wasCut = false
  /// Bytes taken of the file as it lies on the disk, up to the end of the window.
  private(set) var consumedByteCount: UInt64 = 0
  /// SHA-256 of an input that is no file, once it was read to its end.
  private(set) var streamDigest: [UInt8]?

  /// The beginning of a stream; nothing is read yet.
  init(_ stream: ChunkStream) { self.stream = stream }

  /// Bytes in the window.
  var byteCount: Int { chunk?.byteCount ?? 0 }

  /// Calls a function with the window's bytes.
  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    chunk?.withBytes(body) ?? body(RawSpan())
  }

  /// Gets more bytes of a stream and lets go of those before the cursor.
  ///
  /// - Parameters:
  ///   - cursor: Offset in the window of the first byte that is still needed; 0 afterwards, if bytes came.
  ///   - needed: How many bytes from the cursor on are wanted; memory grows to that and one chunk.
  /// - Returns: False, and the window is unchanged, if no more bytes came.
  func extend(keeping cursor: inout Int, needed: Int) -> Bool {
    guard let next = nextChunk() else { return false }
    var window = next
    let sum = byteCount - cursor + next.byteCount
    // `cursor` never passes the end of the window.
    if sum < needed && !isLast || !(chunk?.withBytes(from: cursor, next.prepend) ?? true) {
      window = Chunk(capacity: max(needed, sum) + next.capacity)
      chunk?.withBytes(from: cursor) { window.append($0) }
      next.withBytes { window.append($0) }
      stream.recycle(next)
      // Below `needed` there is still room for one chunk.
      while window.byteCount < needed, let more = nextChunk() {
        more.withBytes { window.append($0) }
        stream.recycle(more)
      }
    }
    // Taken out first: whether others hold it is told by how many do.
    if let walked = chunk.take() { stream.recycle(walked) }
    chunk = window
    offset += UInt64(cursor)
    cursor = 0
    return true
  }

  /// Reads a stream to its end, for its digest and its length.
  func drain() {
    while let chunk = nextChunk() { stream.recycle(chunk) }
  }

  /// The next chunk that holds bytes, or nothing at the end.
  private func nextChunk() -> Chunk? {
    while !isLast {
      let chunk = stream.next()
      isLast = chunk.isLast
      failure = chunk.failure
      wasCut = chunk.wasCut
      consumedByteCount = chunk.consumedByteCount
      streamDigest = chunk.streamDigest
      if chunk.byteCount > 0 { return chunk }
      stream.recycle(chunk)
    }
    return nil
  }
}
