import Cryptography
import Glibc

/// The bytes of an input as they lie on the disk or come through a pipe, from front to back.
///
/// Used by one thread at a time.
@safe
final class ByteFeed: @unchecked Sendable {
  /// Bytes read at once: as large as Linux lets a pipe be without privileges, and small beside a cache.
  static let readLength = 256 << 10
  /// Milliseconds between two questions whether an input that gives nothing is to end.
  private static let pause: Int32 = 100

  private let file: InputFile?
  private let descriptor: Int32
  private let buffer: UnsafeMutableRawBufferPointer
  private var digest: Digest?
  /// The bytes given and not taken yet; valid until `refill`.
  private(set) var unread: UnsafeRawBufferPointer
  /// Bytes given so far.
  private var givenByteCount: UInt64 = 0
  private var isAtEnd = false
  private let isEndRequested: @Sendable () -> Bool
  /// Whether it is a file at whose end more is waited for.
  private let isFollowed: Bool
  /// Where the input ends, once it was asked to before its end was seen.
  private var end: UInt64?
  /// Whether the input was asked to end before its end was seen.
  var wasCut: Bool { end != nil }
  /// Why reading ended before the end, if it did; a clause.
  private(set) var failure: String?
  /// SHA-256 of all bytes, if it is computed, once they were read to their end; of a file that is followed of those read.
  private(set) var streamDigest: [UInt8]?

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - readLength: Bytes read at once.
  ///   - hashes: Whether SHA-256 is computed.
  convenience init(_ file: InputFile, readLength: Int, hashes: Bool = false) {
    let readLength = min(readLength, max(file.byteCount, 1))
    self.init(
      file: file, descriptor: -1, isFollowed: false, isEndRequested: { false }, readLength: readLength, hashes: hashes)
  }

  /// The bytes that come from a descriptor; it is closed with the instance unless it is standard input.
  ///
  /// - Parameters:
  ///   - descriptor: The descriptor.
  ///   - options: How to read.
  convenience init(descriptor: Int32, _ options: CaptureOptions) {
    let isFile = FileStatus.of(descriptor: descriptor)?.kind == .regular
    self.init(
      file: nil, descriptor: descriptor, isFollowed: isFile && options.followsFiles,
      isEndRequested: options.isEndRequested, readLength: Self.readLength, hashes: options.hashesInputs)
  }

  private init(
    file: InputFile?, descriptor: Int32, isFollowed: Bool, isEndRequested: @escaping @Sendable () -> Bool,
    readLength: Int, hashes: Bool
  ) {
    self.file = file
    self.descriptor = descriptor
    self.isFollowed = isFollowed
    self.isEndRequested = isEndRequested
    unsafe buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readLength, alignment: 16)
    unsafe unread = UnsafeRawBufferPointer(start: nil, count: 0)
    if hashes { digest = Digest(.sha256) }
  }

  deinit {
    unsafe buffer.deallocate()
    if descriptor > STDIN_FILENO { close(descriptor) }
  }

  /// Bytes taken so far.
  var takenByteCount: UInt64 { givenByteCount - UInt64(unsafe unread.count) }

  /// Whether the next bytes are still to be written: who asks for them now will wait.
  var hasRunDry: Bool {
    guard isFollowed, !wasCut, unsafe unread.isEmpty else { return false }
    return fileLength <= givenByteCount
  }

  private var fileLength: UInt64 { UInt64(FileStatus.of(descriptor: descriptor)?.byteCount ?? 0) }

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
  ///
  /// - Parameter isCancelled: Whether that is no longer wanted; asked before each read.
  func drain(unless isCancelled: () -> Bool = { false }) {
    guard digest != nil else { return }
    repeat { take(unsafe unread.count) } while !isCancelled() && readMore()
  }

  /// Moves bytes into a buffer: those that are unread, or else new ones, which are in no other buffer before.
  ///
  /// - Parameter room: Receives them, at its front.
  /// - Returns: How many; 0 at the end.
  func move(into room: UnsafeMutableRawBufferPointer) -> Int {
    if unsafe unread.isEmpty {
      return isAtEnd ? 0 : unsafe read(into: room)
    }
    let count = unsafe min(unread.count, room.count)
    unsafe room.copyMemory(from: UnsafeRawBufferPointer(rebasing: unread[..<count]))
    take(count)
    return count
  }

  /// Reads behind the unread bytes.
  private func readMore() -> Bool {
    guard !isAtEnd else { return false }
    let kept = unsafe unread.count
    // The unread bytes lie in the buffer and may overlap their new place: copyMemory allows that.
    unsafe buffer.copyMemory(from: unread)
    let count = unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[kept...]))
    unsafe unread = UnsafeRawBufferPointer(rebasing: buffer[..<(kept + count)])
    return count > 0
  }

  /// Reads what comes next.
  ///
  /// - Parameter room: Receives it, at its front; not empty.
  /// - Returns: Bytes read; 0 at the end.
  private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    do throws(InputFault) {
      // The room is as long as it says.
      if let file {
        count = try unsafe file.read(at: Int(givenByteCount), into: room)
      } else {
        count = try unsafe readDescriptor(into: room)
      }
    } catch {
      failure = error.reason
    }
    unsafe digest?.update(UnsafeRawBufferPointer(rebasing: room[..<count]).bytes)
    givenByteCount += UInt64(count)
    guard count == 0 else { return count }
    isAtEnd = true
    if failure == nil, isFollowed || !wasCut { streamDigest = digest?.finish() }
    return 0
  }

  /// Reads from the descriptor, and waits where it gives nothing yet.
  private func readDescriptor(into room: UnsafeMutableRawBufferPointer) throws(InputFault) -> Int {
    while true {
      if end == nil, isEndRequested() {
        // However fast a file grows on, the run ends; of a pipe nobody knows what is still to come.
        end = isFollowed ? fileLength : givenByteCount
      }
      let wanted = end.map { min(room.count, Int($0 - min($0, givenByteCount))) } ?? room.count
      guard wanted > 0 else { return 0 }
      if !isFollowed, !mayRead() { continue }
      // The room is as long as it says.
      let count = unsafe Glibc.read(descriptor, room.baseAddress, wanted)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count >= 0 else { throw InputFault("reading failed (\(lastSystemError()))") }
      guard count == 0, isFollowed else { return count }
      guard fileLength >= max(givenByteCount, end ?? 0) else {
        throw InputFault("the file was cut short while it was read")
      }
      usleep(UInt32(Self.pause) * 1_000)
    }
  }

  /// Whether reading the descriptor gives something, its end, or an error; waits for that, but not long.
  private func mayRead() -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One entry, which lives through the call.
    return unsafe poll(&entry, 1, Self.pause) > 0
  }
}
