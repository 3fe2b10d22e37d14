import Glibc

/// Appends alerts to a file as JSON lines; a file that was moved away or removed, as logrotate does, is begun anew.
///
/// All unsafe code about the file stands here.
package final class LineFileSink: AlertSink {
  private let path: String
  private var descriptor: Int32 = -1

  /// Makes a sink; nothing is opened before the first alert.
  ///
  /// - Parameter path: The file's path.
  package init(path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the file can be appended to; it is made if it is not there.
  ///
  /// - Parameter path: The file's path.
  /// - Returns: Why not; nothing if it can.
  package static func fault(of path: String) -> String? {
    let descriptor = open(path)
    guard descriptor >= 0 else { return reason }
    close(descriptor)
    return nil
  }

  /// Appends the alert's line, whole or not at all.
  package func deliver(_ alert: Alert) -> Delivery {
    if descriptor >= 0, !isStillThere { reset() }
    if descriptor < 0 {
      descriptor = Self.open(path)
      guard descriptor >= 0 else { return .unreachable("the file cannot be opened: \(Self.reason)") }
    }
    let length = fileLength
    let bytes = Array(alert.json.utf8) + [UInt8(ascii: "\n")]
    var done = 0
    while done < bytes.count {
      // The bytes from `done` on, of which there are that many.
      let count = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[done...])
        return unsafe write(descriptor, rest.baseAddress, rest.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let fault = SystemFault.text(errno)
        // A part of a line would be joined to the next one, also by another run.
        if done > 0, let length { ftruncate(descriptor, length) }
        return .unreachable("the file cannot be written: \(fault)")
      }
      done += count
    }
    return .taken
  }

  private static func open(_ path: String) -> Int32 {
    // The path lives through the call. A fifo that nobody reads is not waited for.
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o640)
    // Once there is a reader, a line is written whole, however long that takes.
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFL, O_APPEND) }
    return descriptor
  }

  /// Why the file could not be opened.
  private static var reason: String { errno == ENXIO ? "nobody reads this pipe" : SystemFault.text(errno) }

  private func reset() {
    close(descriptor)
    descriptor = -1
  }

  /// The length of the file that is open; nothing of a pipe or device.
  private var fileLength: off_t? {
    var opened = stat()
    // A local that lives through the call.
    guard unsafe fstat(descriptor, &opened) == 0, opened.st_mode & S_IFMT == S_IFREG else { return nil }
    return opened.st_size
  }

  /// Whether the path still leads to the file that is open.
  private var isStillThere: Bool {
    var (named, opened) = (stat(), stat())
    // Both are locals that live through the calls.
    guard unsafe stat(path, &named) == 0, unsafe fstat(descriptor, &opened) == 0 else { return false }
    return named.st_dev == opened.st_dev && named.st_ino == opened.st_ino
  }
}

/// The system's words for its faults.
enum SystemFault {
  /// The text of an `errno`.
  static func text(_ number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The buffer is as long as is said, and the text in it ends with a zero.
    guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
