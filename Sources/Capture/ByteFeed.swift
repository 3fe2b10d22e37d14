import Cryptography
import Glibc
import POSIX
import SystemPackage

/// The bytes of an input as they lie on the disk or come through a pipe, from front to back.
///
/// Used by one thread at a time.
final class ByteFeed: @unchecked Sendable {
  /// Bytes read at once: as large as Linux lets a pipe be without privileges, and small beside a cache.
  static let readLength = 256 << 10
  /// Milliseconds between two questions whether an input that gives nothing is to end.
  private static let pause = 100

  private let file: InputFile?
  private let descriptor: FileDescriptor
  private let buffer: ByteBuffer
  private var digest: Digest?
  /// Where the bytes given and not taken yet stand in the buffer.
  private var unread = 0..<0
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
      file: file, descriptor: FileDescriptor(rawValue: -1), isFollowed: false, isEndRequested: { false },
      readLength: readLength, hashes: hashes)
  }

  /// The bytes that come from a descriptor; it is closed with the instance unless it is standard input.
  ///
  /// - Parameters:
  ///   - descriptor: The descriptor.
  ///   - options: How to read.
  convenience init(descriptor: FileDescriptor, _ options: CaptureOptions) {
    let isFile = (try? Stat(descriptor))?.type == .regular
    self.init(
      file: nil, descriptor: descriptor, isFollowed: isFile && options.followsFiles,
      isEndRequested: options.isEndRequested, readLength: Self.readLength, hashes: options.hashesInputs)
  }

  private init(
    file: InputFile?, descriptor: FileDescriptor, isFollowed: Bool, isEndRequested: @escaping @Sendable () -> Bool,
    readLength: Int, hashes: Bool
  ) {
    self.file = file
    self.descriptor = descriptor
    self.isFollowed = isFollowed
    self.isEndRequested = isEndRequested
    buffer = ByteBuffer(byteCount: readLength)
    if hashes { digest = Digest(.sha256) }
  }

  // What was read to its end cannot fail to be closed in a way that matters.
  deinit { if descriptor.rawValue > STDIN_FILENO { try? descriptor.close() } }

  /// Bytes given and not taken yet.
  var unreadByteCount: Int { unread.count }

  /// Bytes taken so far.
  var takenByteCount: UInt64 { givenByteCount - UInt64(unread.count) }

  /// Whether the next bytes are still to be written: who asks for them now will wait.
  var hasRunDry: Bool {
    guard isFollowed, !wasCut, unread.isEmpty else { return false }
    return fileLength <= givenByteCount
  }

  private var fileLength: UInt64 { UInt64((try? Stat(descriptor))?.size ?? 0) }

  /// Calls a function with the unread bytes.
  func withUnread<Result>(_ body: (RawSpan) -> Result) -> Result { buffer.withBytes(unread, body) }

  /// Takes bytes from the front of the unread ones.
  func take(_ count: Int) {
    // The range traps if there are fewer.
    unread = unread.lowerBound + count..<unread.upperBound
  }

  /// Reads more until a number of bytes is unread, or the end.
  ///
  /// - Parameter count: Bytes wanted, at most the size of one read.
  func prefetch(_ count: Int) {
    while unread.count < count, readMore() {}
  }

  /// Gets more bytes once all are taken.
  ///
  /// - Returns: False at the end.
  func refill() -> Bool { unread.isEmpty ? readMore() : true }

  /// Takes all that is left, if there is a digest to be computed.
  ///
  /// - Parameter isCancelled: Whether that is no longer wanted; asked before each read.
  func drain(unless isCancelled: () -> Bool = { false }) {
    guard digest != nil else { return }
    repeat { take(unread.count) } while !isCancelled() && readMore()
  }

  /// Moves bytes into a chunk: those that are unread, or else new ones, which are in no other buffer before.
  ///
  /// - Parameter chunk: Receives them.
  /// - Returns: How many; 0 at the end.
  func move(into chunk: Chunk) -> Int {
    guard !unread.isEmpty else {
      guard !isAtEnd else { return 0 }
      let before = chunk.byteCount
      chunk.append { read(into: &$0) }
      return chunk.byteCount - before
    }
    let count = min(unread.count, chunk.roomLength)
    withUnread { chunk.append($0.extracting(first: count)) }
    take(count)
    return count
  }

  /// Reads behind the unread bytes.
  private func readMore() -> Bool {
    guard !isAtEnd else { return false }
    let kept = unread.count
    withUnread { buffer.copy($0, to: 0) }
    let count = buffer.withRoom(kept..<buffer.byteCount) { read(into: &$0) }
    unread = 0..<kept + count
    return count > 0
  }

  /// Reads what comes next.
  ///
  /// - Parameter room: Receives it, at its front; not empty.
  /// - Returns: Bytes read; 0 at the end.
  private func read(into room: inout MutableRawSpan) -> Int {
    var count = 0
    do throws(InputFault) {
      if let file {
        count = try file.read(at: Int(givenByteCount), into: &room)
      } else {
        count = try readDescriptor(into: &room)
      }
    } catch {
      failure = error.reason
    }
    digest?.update(room.bytes.extracting(first: count))
    givenByteCount += UInt64(count)
    guard count == 0 else { return count }
    isAtEnd = true
    if failure == nil, isFollowed || !wasCut { streamDigest = digest?.finish() }
    return 0
  }

  /// Reads from the descriptor, and waits where it gives nothing yet.
  private func readDescriptor(into room: inout MutableRawSpan) throws(InputFault) -> Int {
    while true {
      if end == nil, isEndRequested() {
        // However fast a file grows on, the run ends; of a pipe nobody knows what is still to come.
        end = isFollowed ? fileLength : givenByteCount
      }
      let wanted = end.map { min(room.byteCount, Int($0 - min($0, givenByteCount))) } ?? room.byteCount
      guard wanted > 0 else { return 0 }
      if !isFollowed, !descriptor.isReady(to: .read, within: Self.pause) { continue }
      let count: Int
      do throws(Errno) { count = try descriptor.read(into: &room, 0..<wanted) } catch {
        if error == .resourceTemporarilyUnavailable { continue }
        throw InputFault("reading failed (\(error))")
      }
      guard count == 0, isFollowed else { return count }
      guard fileLength >= max(givenByteCount, end ?? 0) else {
        throw InputFault("the file was cut short while it was read")
      }
      usleep(UInt32(Self.pause) * 1_000)
    }
  }
}
