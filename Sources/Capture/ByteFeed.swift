import Cryptography
import Glibc

/// The bytes of an input as they lie on the disk or come through a pipe, from front to back.
///
/// Used by one thread at a time.
@safe
final class ByteFeed: @unchecked Sendable {
  /// Bytes read from a pipe at once: as large as Linux lets a pipe be without privileges, and small beside a cache.
  private static let readLength = 256 << 10

  private let mapping: MappedFile?
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawBufferPointer
  private var digest: Digest?
  /// The bytes given and not taken yet; valid until `refill`.
  private(set) var unread: UnsafeRawBufferPointer
  /// Bytes given so far.
  private var givenByteCount: UInt64
  private var isAtEnd = false
  /// Why reading ended before the end, if it did; a clause.
  private(set) var failure: String?
  /// SHA-256 of a pipe, once it was read to its end.
  private(set) var streamDigest: [UInt8]?

  /// The bytes of a mapped file.
  init(_ file: MappedFile) {
    mapping = file
    descriptor = -1
    unsafe buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    unsafe unread = file.buffer
    givenByteCount = UInt64(file.byteCount)
  }

  /// The bytes that come from a descriptor; it is closed with the instance unless it is standard input.
  init(descriptor: Int32, hashes: Bool) {
    mapping = nil
    self.descriptor = descriptor
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readLength, alignment: 16)
    unsafe unread = UnsafeRawBufferPointer(start: nil, count: 0)
    givenByteCount = 0
    if hashes { digest = Digest(.sha256) }
  }

  deinit {
    // A buffer of no bytes was not allocated.
    if unsafe buffer.baseAddress != nil { unsafe buffer.deallocate() }
    if descriptor > STDIN_FILENO { close(descriptor) }
  }

  /// Bytes taken so far.
  var takenByteCount: UInt64 { givenByteCount - UInt64(unsafe unread.count) }

  /// Calls a function with the unread bytes.
  func withUnread<Result>(_ body: (RawSpan) -> Result) -> Result { unsafe body(unread.bytes) }

  /// Takes bytes from the front of the unread ones.
  func take(_ count: Int) {
    // The slice traps if there are fewer.
    unsafe unread = UnsafeRawBufferPointer(rebasing: unread[count...])
  }

  /// Reads more until a number of bytes is unread, or the end.
  ///
  /// - Parameter count: Bytes wanted, at most the size of one read.
  func prefetch(_ count: Int) {
    while unsafe unread.count < count, readMore() {}
  }

  /// Gets more bytes once all are taken.
  ///
  /// - Returns: False at the end.
  func refill() -> Bool { unsafe unread.isEmpty ? readMore() : true }

  /// Takes all that is left, if there is a digest to be computed.
  func drain() {
    guard digest != nil else { return }
    repeat { take(unsafe unread.count) } while readMore()
  }

  /// Reads behind the unread bytes.
  private func readMore() -> Bool {
    guard mapping == nil, !isAtEnd else { return false }
    let kept = unsafe unread.count
    // The unread bytes lie in the buffer and may overlap their new place: copyMemory allows that.
    unsafe buffer.copyMemory(from: unread)
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[kept...])
    var count: Int
    repeat {
      // `room` is what is left of the buffer.
      count = unsafe read(descriptor, room.baseAddress, room.count)
    } while count < 0 && errno == EINTR
    guard count > 0 else {
      isAtEnd = true
      unsafe unread = UnsafeRawBufferPointer(rebasing: buffer[..<kept])
      if count < 0 { failure = "reading failed (\(lastSystemError()))" } else { streamDigest = digest?.finish() }
      return false
    }
    unsafe digest?.update(UnsafeRawBufferPointer(rebasing: room[..<count]).bytes)
    givenByteCount += UInt64(count)
    unsafe unread = UnsafeRawBufferPointer(rebasing: buffer[..<(kept + count)])
    return true
  }
}
