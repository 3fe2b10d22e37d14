import Glibc
import POSIX
import Synchronization
import SystemPackage

/// A regular file, read by offset, so that it may be hashed beside being read.
///
/// Bytes come by `pread` into buffers that are used again and again: copying them costs less than half of what mapping the
/// file's pages does, for such a buffer stays in the cache and in the page tables (`Benchmarks/README.md`). The length is
/// the one that the file had when it was opened: bytes appended later are not seen, and a file that is cut short meanwhile
/// ends there. Safe to use from any thread.
final class InputFile: Sendable {
  /// Files that stay open, at most half of what the process may have open; others are opened anew for each read, so that no
  /// number of inputs runs out of descriptors.
  private static let openLimit = share(ofDescriptors: sysconf(Int32(_SC_OPEN_MAX)))
  private static let openCount = Atomic(0)

  private let path: FilePath
  private let identity: FileIdentity
  private let descriptor: FileDescriptor?
  /// Bytes of the file.
  let byteCount: Int

  /// Takes an open file over.
  ///
  /// - Parameters:
  ///   - path: Its path.
  ///   - descriptor: The open file; closed here or with the instance.
  ///   - status: What the system says of it.
  init(_ path: FilePath, descriptor: FileDescriptor, _ status: Stat) {
    self.path = path
    identity = status.identity
    byteCount = Int(status.size)
    if Self.openCount.add(1, ordering: .relaxed).newValue <= Self.openLimit {
      self.descriptor = descriptor
      // Advice only: a failure changes nothing.
      _ = posix_fadvise(descriptor.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
    } else {
      self.descriptor = nil
      Self.openCount.subtract(1, ordering: .relaxed)
      try? descriptor.close()
    }
  }

  /// How many files stay open.
  ///
  /// - Parameter most: Descriptors that the process may have (`ulimit -n`); negative where there is no limit.
  /// - Returns: At least none, at most 256.
  private static func share(ofDescriptors most: Int) -> Int { most < 0 ? 256 : min(256, most / 2) }

  deinit {
    guard let descriptor else { return }
    Self.openCount.subtract(1, ordering: .relaxed)
    try? descriptor.close()
  }

  /// Reads bytes.
  ///
  /// - Parameters:
  ///   - offset: Offset in the file of the first.
  ///   - room: Receives them, at its front.
  /// - Returns: How many were read: fewer than there is room for only before the end or an error, 0 then.
  /// - Throws: Why nothing can be read before the end; a clause.
  func read(at offset: Int, into room: inout MutableRawSpan) throws(InputFault) -> Int {
    let wanted = min(byteCount - offset, room.byteCount)
    guard wanted > 0 else { return 0 }
    let descriptor = if let descriptor = self.descriptor { descriptor } else { try reopen() }
    defer { if self.descriptor == nil { try? descriptor.close() } }
    var count = 0
    while count < wanted {
      let step: Int
      do throws(Errno) { step = try descriptor.read(at: offset + count, into: &room, count..<wanted) } catch {
        if count > 0 { break }
        throw InputFault("reading failed (\(error))")
      }
      if step == 0, count > 0 { break }
      guard step > 0 else { throw InputFault("the file was cut short while it was read") }
      count += step
    }
    return count
  }

  private func reopen() throws(InputFault) -> FileDescriptor {
    let descriptor: FileDescriptor
    do { descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec) } catch {
      throw InputFault("opening it again failed (\(error))")
    }
    guard (try? Stat(descriptor))?.identity == identity else {
      try? descriptor.close()
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
