/// A piece of an uncompressed stream in a buffer of its own, with room before it for the beginning of a record that the
/// piece before ended with.
///
/// ```
/// |<- headroom ->|<- bytes ->|<- room ->|
/// ```
/// Owned by one thread at a time, whoever got it last from a `Channel`, until it is walked; then nobody changes it before it
/// is recycled, and it is recycled only if nobody else holds it.
@safe
final class Chunk: @unchecked Sendable {
  /// Bytes kept free in front when a chunk is filled.
  static let headroom = 64 << 10

  private let storage: UnsafeMutableRawBufferPointer
  private let size: Int
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
    size = Self.headroom + capacity
    unsafe storage = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  }

  deinit { unsafe storage.deallocate() }

  /// Bytes held.
  var byteCount: Int { end - start }

  /// The bytes held; valid until the chunk is changed or released.
  var bytes: UnsafeRawBufferPointer {
    // start ≤ end ≤ size: `prepend`, `append` and `didWrite` check before they move them.
    unsafe UnsafeRawBufferPointer(rebasing: storage[start..<end])
  }

  /// The room behind the bytes; to be written, then told by `didWrite`.
  var room: UnsafeMutableRawBufferPointer {
    unsafe UnsafeMutableRawBufferPointer(rebasing: storage[end...])
  }

  /// Takes bytes written into the room.
  func didWrite(_ count: Int) {
    precondition(count >= 0 && count <= size - end)
    end += count
  }

  /// Appends bytes; they must fit.
  func append(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count <= size - end)
    unsafe room.copyMemory(from: bytes)
    end += bytes.count
  }

  /// Puts bytes in front.
  ///
  /// - Returns: False if the headroom is too small for them; nothing was changed then.
  func prepend(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count <= start else { return false }
    start -= bytes.count
    // The slice is as long as `bytes`, by the lines above.
    unsafe UnsafeMutableRawBufferPointer(rebasing: storage[start..<start + bytes.count]).copyMemory(from: bytes)
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
    // Kept alive by this value, and not changed while it is.
    unsafe body(chunk.bytes.bytes)
  }

  /// Whether other frames lie in the same bytes.
  ///
  /// - Parameter other: Their bytes.
  /// - Returns: Whether offsets mean the same in both.
  public func isSame(as other: FrameBytes?) -> Bool { chunk === other?.chunk }
}
