import Glibc

/// A file, device or pipe that is written from front to back.
///
/// Not thread-safe.
package final class OutputDescriptor {
  /// Why the system refused something.
  package struct Failure: Error {
    /// A clause.
    package let reason: String
  }

  private let descriptor: Int32
  private let isOwn: Bool

  /// Standard output, which stays open.
  package init() { (descriptor, isOwn) = (STDOUT_FILENO, false) }

  /// Opens what is to be written to, as the shell does: a file that is there loses what it held, and keeps who may read it;
  /// devices and pipes stay what they are.
  ///
  /// - Parameter path: Its path; made where there is nothing.
  /// - Throws: `Failure`.
  package convenience init(over path: String) throws(Failure) {
    try self.init(FilePath(path), O_TRUNC, mode: 0o666)
  }

  /// Makes the file; one of this name must not be there.
  ///
  /// - Parameter path: Its path.
  /// - Throws: `Failure`.
  convenience init(new path: FilePath) throws(Failure) { try self.init(path, O_EXCL, mode: 0o640) }

  private init(_ path: FilePath, _ flag: Int32, mode: mode_t) throws(Failure) {
    descriptor = unsafe path.withCString { unsafe Glibc.open($0, O_WRONLY | O_CREAT | O_CLOEXEC | flag, mode) }
    isOwn = descriptor >= 0
    if descriptor < 0 { throw Failure(reason: lastSystemError()) }
  }

  deinit { if isOwn { close(descriptor) } }

  /// Keeps the numbers of standard streams that are closed; to be called before anything is opened.
  ///
  /// A file that is opened would take the place of one, and with it what is written there.
  package static func holdClosedStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
      // Gets the lowest number, and fails like what is closed.
      let access = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY
      // The path lives through the call, and ends with a zero byte.
      _ = unsafe FilePath("/dev/null").withCString { unsafe Glibc.open($0, access) }
    }
  }

  /// Writes all bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `Failure`; some of them may be in the file then.
  package func write(_ bytes: [UInt8]) throws(Failure) {
    var written = 0
    while written < bytes.count {
      // The pointer is to the bytes from `written` on, which the array holds through the call.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, bytes.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(reason: lastSystemError())
      }
      written += count
    }
  }

  /// Cuts the file.
  ///
  /// - Parameter length: Bytes that stay.
  func cut(to length: UInt64) {
    _ = ftruncate(descriptor, off_t(length))
    lseek(descriptor, off_t(length), SEEK_SET)
  }
}

extension FilePath {
  /// Makes the folder, and those above it, if it is not there.
  ///
  /// - Throws: `OutputDescriptor.Failure`.
  func makeFolder() throws(OutputDescriptor.Failure) {
    var path = ""
    for part in text.split(separator: "/", omittingEmptySubsequences: false) {
      path += path.isEmpty && !part.isEmpty ? String(part) : "/\(part)"
      let folder = FilePath(path.isEmpty ? "/" : path)
      let result = unsafe folder.withCString { unsafe mkdir($0, 0o750) }
      if result != 0, errno != EEXIST, FileStatus.of(path: folder, followLinks: true)?.kind != .folder {
        throw OutputDescriptor.Failure(reason: lastSystemError())
      }
    }
  }

  /// Removes the file.
  func remove() { _ = unsafe withCString { unsafe unlink($0) } }
}
