import Glibc
import POSIX
import SystemPackage

/// A file, device or pipe that is written from front to back.
///
/// Not thread-safe.
package final class OutputDescriptor {
  /// Why the system refused something.
  package struct Failure: Error {
    /// A clause.
    package let reason: String
  }

  private let descriptor: FileDescriptor
  private let isOwn: Bool

  /// Standard output, which stays open.
  package init() { (descriptor, isOwn) = (.standardOutput, false) }

  /// Opens what is to be written to, as the shell does: a file that is there loses what it held, and keeps who may read it;
  /// devices and pipes stay what they are.
  ///
  /// - Parameter path: Its path; made where there is nothing.
  /// - Throws: `Failure`.
  package convenience init(over path: String) throws(Failure) {
    try self.init(FilePath(path), .truncate, FilePermissions(rawValue: 0o666))
  }

  /// Makes the file; one of this name must not be there.
  ///
  /// - Parameter path: Its path.
  /// - Throws: `Failure`.
  convenience init(new path: FilePath) throws(Failure) {
    try self.init(path, .exclusiveCreate, FilePermissions(rawValue: 0o640))
  }

  private init(
    _ path: FilePath, _ option: FileDescriptor.OpenOptions, _ permissions: FilePermissions
  ) throws(Failure) {
    do {
      descriptor = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .closeOnExec, option], permissions: permissions)
    } catch {
      throw Failure(reason: "\(error)")
    }
    isOwn = true
  }

  deinit { if isOwn { try? descriptor.close() } }

  /// Keeps the numbers of standard streams that are closed; to be called before anything is opened.
  ///
  /// A file that is opened would take the place of one, and with it what is written there.
  package static func holdClosedStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
      // Gets the lowest number, and fails like what is closed.
      _ = try? FileDescriptor.open(FilePath("/dev/null"), stream == STDIN_FILENO ? .writeOnly : .readOnly)
    }
  }

  /// Writes all bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `Failure`; some of them may be in the file then.
  package func write(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    do throws(Errno) { try descriptor.writeAll(bytes, written: &written) } catch { throw Failure(reason: "\(error)") }
  }

  /// Cuts the file.
  ///
  /// - Parameter length: Bytes that stay.
  func cut(to length: UInt64) {
    // Who cannot cut it can write no more of it either, and is told then.
    try? descriptor.resize(to: Int64(length))
    _ = try? descriptor.seek(offset: Int64(length), from: .start)
  }
}
