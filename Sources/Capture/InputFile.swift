import Glibc
import Synchronization

/// A regular file, read by offset, so that it may be hashed beside being read.
///
/// Bytes come by `pread` into buffers that are used again and again: copying them costs less than half of what mapping the
/// file's pages does, for such a buffer stays in the cache and in the page tables (`Benchmarks/README.md`). The length is
/// the one that the file had when it was opened: bytes appended later are not seen, and a file that is cut short meanwhile
/// ends there. Safe to use from any thread.
final class InputFile: Sendable {
  /// Files that stay open; others are opened anew for each read, so that no number of inputs runs out of descriptors.
  private static let openLimit = 256
  private static let openCount = Atomic(0)

  private let path: FilePath
  private let identity: FileStatus.Identity
  private let descriptor: Int32?
  /// Bytes of the file.
  let byteCount: Int

  /// Takes an open file over.
  ///
  /// - Parameters:
  ///   - path: Its path.
  ///   - descriptor: The open file; closed here or with the instance.
  ///   - status: What the system says of it.
  init(_ path: FilePath, descriptor: Int32, _ status: FileStatus) {
    self.path = path
    identity = status.identity
    byteCount = status.byteCount
    if Self.openCount.add(1, ordering: .relaxed).newValue <= Self.openLimit {
      self.descriptor = descriptor
      // Advice only: a failure changes nothing.
      _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    } else {
      self.descriptor = nil
      Self.openCount.subtract(1, ordering: .relaxed)
      close(descriptor)
    }
  }

  deinit {
    guard let descriptor else { return }
    Self.openCount.subtract(1, ordering: .relaxed)
    close(descriptor)
  }

  /// Reads bytes.
  ///
  /// - Parameters:
  ///   - offset: Offset in the file of the first.
  ///   - room: Receives them, at its front.
  /// - Returns: How many were read: fewer than there is room for only before the end or an error, 0 then.
  /// - Throws: Why nothing can be read before the end; a clause.
  func read(at offset: Int, into room: UnsafeMutableRawBufferPointer) throws(InputFault) -> Int {
    let wanted = min(byteCount - offset, room.count)
    guard wanted > 0 else { return 0 }
    let descriptor = if let descriptor = self.descriptor { descriptor } else { try reopen() }
    defer { if self.descriptor == nil { close(descriptor) } }
    var count = 0
    while count < wanted {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room[count..<wanted])
      // `rest` is a part of the buffer.
      let step = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + count))
      if step < 0, errno == EINTR { continue }
      if step <= 0, count > 0 { break }
      guard step >= 0 else { throw InputFault("reading failed (\(lastSystemError()))") }
      guard step > 0 else { throw InputFault("the file was cut short while it was read") }
      count += step
    }
    return count
  }

  private func reopen() throws(InputFault) -> Int32 {
    guard let descriptor = path.open() else { throw InputFault("opening it again failed (\(lastSystemError()))") }
    guard FileStatus.of(descriptor: descriptor)?.identity == identity else {
      close(descriptor)
      throw InputFault("the file was replaced while it was read")
    }
    return descriptor
  }
}

/// Why an input gives no more bytes before its end.
struct InputFault: Error {
  /// A clause.
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
