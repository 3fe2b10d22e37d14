/// The part of an uncompressed capture that lies in memory: the whole of a mapped file, or a piece of a stream.
///
/// ```
/// |.. walked ..|<--- window --->|.. to come ..|
///              ^ offset         ^ offset + byteCount
/// ```
@safe
final class ByteWindow {
  private let mapping: MappedFile?
  private let stream: ChunkStream?
  private var chunk: Chunk?
  /// The window's bytes; they belong to the mapping or the chunk, and are valid until `extend`.
  private(set) var bytes: UnsafeRawBufferPointer
  /// Offset in the uncompressed capture of the window's first byte.
  private(set) var offset: UInt64 = 0
  /// Whether nothing follows the window.
  private(set) var isLast: Bool
  /// Why a stream ended before its end, if it did; a clause.
  private(set) var failure: String?
  /// Bytes taken of the file as it lies on the disk, up to the end of the window.
  private(set) var consumedByteCount: UInt64 = 0
  /// SHA-256 of a stream, once it was read to its end.
  private(set) var streamDigest: [UInt8]?

  /// The whole of a mapped file.
  init(_ file: MappedFile) {
    mapping = file
    stream = nil
    unsafe bytes = file.buffer
    isLast = true
    consumedByteCount = UInt64(file.byteCount)
  }

  /// The beginning of a stream; nothing is read yet.
  init(_ stream: ChunkStream) {
    mapping = nil
    self.stream = stream
    unsafe bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    isLast = false
  }

  /// Bytes in the window.
  var byteCount: Int { unsafe bytes.count }

  /// Whether the window is all there ever is, so that an offset in it is an offset in the file on the disk.
  var isMapped: Bool { mapping != nil }

  /// Calls a function with the window's bytes.
  func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    // The bytes belong to the mapping or the chunk, which this instance keeps alive and unchanged during the call.
    unsafe body(bytes.bytes)
  }

  /// Gets more bytes of a stream and lets go of those before the cursor.
  ///
  /// - Parameters:
  ///   - cursor: Offset in the window of the first byte that is still needed; 0 afterwards, if bytes came.
  ///   - needed: How many bytes from the cursor on are wanted; memory grows to that and one chunk.
  /// - Returns: False, and the window is unchanged, if no more bytes came.
  func extend(keeping cursor: inout Int, needed: Int) -> Bool {
    guard let next = nextChunk() else { return false }
    // `cursor` never passes the end of the window.
    let kept = unsafe UnsafeRawBufferPointer(rebasing: bytes[cursor...])
    var window = next
    let sum = kept.count + next.byteCount
    if unsafe (sum < needed && !isLast) || !next.prepend(kept) {
      window = Chunk(capacity: max(needed, sum) + next.capacity)
      unsafe window.append(kept)
      unsafe window.append(next.bytes)
      stream?.recycle(next)
      // Below `needed` there is still room for one chunk.
      while window.byteCount < needed, let more = nextChunk() {
        unsafe window.append(more.bytes)
        stream?.recycle(more)
      }
    }
    if let chunk { stream?.recycle(chunk) }
    chunk = window
    unsafe bytes = window.bytes
    offset += UInt64(cursor)
    cursor = 0
    return true
  }

  /// Reads a stream to its end, for its digest and its length.
  func drain() {
    while let chunk = nextChunk() { stream?.recycle(chunk) }
  }

  /// The next chunk that holds bytes, or nothing at the end.
  private func nextChunk() -> Chunk? {
    guard let stream else { return nil }
    while !isLast {
      let chunk = stream.next()
      isLast = chunk.isLast
      failure = chunk.failure
      consumedByteCount = chunk.consumedByteCount
      streamDigest = chunk.streamDigest
      if chunk.byteCount > 0 { return chunk }
      stream.recycle(chunk)
    }
    return nil
  }
}
