import Glibc
import POSIX
import SystemPackage

/// Appends alerts to a file as JSON lines; a file that was moved away or removed, as logrotate does, is begun anew.
package final class LineFileSink: AlertSink {
  private let path: FilePath
  private var file: FileDescriptor?

  /// Makes a sink; nothing is opened before the first alert.
  ///
  /// - Parameter path: The file's path.
  package init(path: String) { self.path = FilePath(path) }

  deinit { try? file?.close() }

  /// Whether the file can be appended to; it is made if it is not there.
  ///
  /// - Parameter path: The file's path.
  /// - Returns: Why not; nothing if it can.
  package static func fault(of path: String) -> String? {
    do {
      try open(FilePath(path)).close()
      return nil
    } catch {
      return reason(error)
    }
  }

  /// Appends the alert's line, whole or not at all.
  package func deliver(_ alert: Alert) -> Delivery {
    if let file, !isStillThere(file) { close() }
    let file: FileDescriptor
    do {
      file = try self.file ?? Self.open(path)
      self.file = file
    } catch {
      return .unreachable("the file cannot be opened: \(Self.reason(error))")
    }
    let status = try? Stat(file)
    var written = 0
    do throws(Errno) { try file.writeAll(Array(alert.json.utf8) + [UInt8(ascii: "\n")], written: &written) } catch {
      // A part of a line would be joined to the next one, also by another run.
      if written > 0, let status, status.type == .regular { try? file.resize(to: status.size) }
      return .unreachable("the file cannot be written: \(error)")
    }
    return .taken
  }

  private static func open(_ path: FilePath) throws -> FileDescriptor {
    // A fifo that nobody reads is not waited for.
    let file = try FileDescriptor.open(
      path, .writeOnly, options: [.append, .create, .closeOnExec, .nonBlocking],
      permissions: FilePermissions(rawValue: 0o640))
    // Once there is a reader, a line is written whole, however long that takes.
    _ = fcntl(file.rawValue, F_SETFL, O_APPEND)
    return file
  }

  /// Why the file could not be opened.
  private static func reason(_ error: any Error) -> String {
    error as? Errno == .noSuchAddressOrDevice ? "nobody reads this pipe" : "\(error)"
  }

  private func close() {
    try? file?.close()
    file = nil
  }

  /// Whether the path still leads to the file that is open.
  private func isStillThere(_ file: FileDescriptor) -> Bool {
    guard let named = try? Stat(path), let opened = try? Stat(file) else { return false }
    return named.identity == opened.identity
  }
}
