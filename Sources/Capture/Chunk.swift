/// A piece of an uncompressed stream in a buffer of its own, with room before it for the beginning of a record that the
/// piece before ended with.
///
/// ```
/// |<- headroom ->|<- bytes ->|<- room ->|
/// ```
/// Owned by one thread at a time, whoever got it last from a `Channel`, until it is walked; then nobody changes it before it
/// is recycled, and it is recycled only if nobody else holds it.
final class Chunk: @unchecked Sendable {
  /// Bytes kept free in front when a chunk is filled.
  static let headroom = 64 << 10

  private let buffer: ByteBuffer
  private var start = Chunk.headroom
  private var end = Chunk.headroom
  /// How many bytes it can hold behind the headroom.
  let capacity: Int
  /// Whether the stream ends with this chunk.
  var isLast = false
  /// Why the stream ended before its end, if it did; a clause.
  var failure: String?
  /// Whether it ended because it was asked to.
  var wasCut = false
  /// Bytes taken of the file as it lies on the disk, up to the end of this chunk.
  var consumedByteCount: UInt64 = 0
  /// SHA-256 of a stream that is no file, with its last chunk.
  var streamDigest: [UInt8]?

  /// An empty chunk.
  ///
  /// - Parameter capacity: Bytes that it can hold.
  init(capacity: Int) {
    self.capacity = capacity
    buffer = ByteBuffer(byteCount: Self.headroom + capacity)
  }

  /// Bytes held.
  var byteCount: Int { end - start }

  /// Bytes of the room behind those that are held.
  var roomLength: Int { buffer.byteCount - end }

  /// Calls a function with the bytes held, or those behind some of them.
  ///
  /// - Parameters:
  ///   - offset: How many of them are left out.
  ///   - body: Receives them; not to outlive the call.
  /// - Returns: What the body gives.
  @inline(__always)
  func withBytes<Result>(from offset: Int = 0, _ body: (RawSpan) -> Result) -> Result {
    buffer.withBytes(start + offset..<end, body)
  }

  /// Adds what a function writes into the room behind the bytes.
  ///
  /// - Parameter write: Writes at the room's front, and gives how many bytes.
  func append(_ write: (inout MutableRawSpan) -> Int) {
    let count = buffer.withRoom(end..<buffer.byteCount, write)
    precondition(count >= 0 && count <= roomLength)
    end += count
  }

  /// Appends bytes; they must fit.
  func append(_ bytes: RawSpan) {
    buffer.copy(bytes, to: end)
    end += bytes.byteCount
  }

  /// Puts bytes in front.
  ///
  /// - Returns: False if the headroom is too small for them; nothing was changed then.
  func prepend(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount <= start else { return false }
    start -= bytes.byteCount
    buffer.copy(bytes, to: start)
    return true
  }

  /// Makes the chunk empty again.
  func reset() {
    (start, end) = (Self.headroom, Self.headroom)
    (isLast, failure, wasCut, consumedByteCount, streamDigest) = (false, nil, false, 0, nil)
  }
}

/// The bytes of frames, kept beyond the call that handed the frames out; may be shared by threads.
public struct FrameBytes: Sendable {
  private let chunk: Chunk

  init(_ chunk: Chunk) { self.chunk = chunk }

  /// Calls a function with the bytes into which the frames' offsets point.
  ///
  /// - Parameter body: Receives them; they are not to outlive the call.
  /// - Returns: What it gives.
  public func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
    // Not changed as long as this value keeps it.
    chunk.withBytes(body)
  }

  /// Whether other frames lie in the same bytes.
  ///
  /// - Parameter other: Their bytes.
  /// - Returns: Whether offsets mean the same in both.
  public func isSame(as other: FrameBytes?) -> Bool { chunk === other?.chunk }
}
