import Glibc
package import SystemPackage

// Reading and writing with spans instead of pointers: all unsafe code about the bytes of descriptors stands here.
extension FileDescriptor {
  /// Reads what comes next.
  ///
  /// - Parameters:
  ///   - room: Receives it.
  ///   - range: Where in the room; a range that reaches outside traps.
  /// - Returns: Bytes read; 0 at the end, or where there is no room.
  /// - Throws: What the system says; not that a signal interrupted it.
  package func read(into room: inout MutableRawSpan, _ range: Range<Int>) throws(Errno) -> Int {
    // The slice traps if it reaches outside; pointer and length are those of a span that lives through the call.
    try unsafe counted(
      room.withUnsafeMutableBytes {
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[range])
        return unsafe retrying(Glibc.read(rawValue, part.baseAddress, part.count))
      })
  }

  /// Reads bytes of a file, wherever it stands.
  ///
  /// - Parameters:
  ///   - offset: Offset in the file of the first.
  ///   - room: Receives them.
  ///   - range: As that of `read(into:_:)`.
  /// - Returns: Bytes read; 0 at the end, or where there is no room.
  /// - Throws: As `read(into:_:)`.
  package func read(at offset: Int, into room: inout MutableRawSpan, _ range: Range<Int>) throws(Errno) -> Int {
    // As above.
    try unsafe counted(
      room.withUnsafeMutableBytes {
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[range])
        return unsafe retrying(Glibc.pread(rawValue, part.baseAddress, part.count, off_t(offset)))
      })
  }

  /// Writes bytes, as many as are taken at once.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: How many of them were taken.
  /// - Throws: As `read(into:_:)`.
  package func write(_ bytes: ArraySlice<UInt8>) throws(Errno) -> Int {
    // As above.
    try unsafe counted(bytes.withUnsafeBytes { unsafe retrying(Glibc.write(rawValue, $0.baseAddress, $0.count)) })
  }

  /// Writes all of the bytes, however long that takes.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - written: Receives how many were written, also where an error ends that.
  /// - Throws: As `read(into:_:)`.
  package func writeAll(_ bytes: [UInt8], written: inout Int) throws(Errno) {
    written = 0
    while written < bytes.count { written += try write(bytes[written...]) }
  }

  /// What may be done without waiting.
  package enum Readiness {
    case read
    case write
  }

  /// Waits until something can be read or written, the end or an error included.
  ///
  /// - Parameters:
  ///   - readiness: What.
  ///   - milliseconds: How long at most.
  /// - Returns: Whether it can.
  package func isReady(to readiness: Readiness, within milliseconds: Int) -> Bool {
    var entry = pollfd(fd: rawValue, events: Int16(readiness == .read ? POLLIN : POLLOUT), revents: 0)
    // One entry, which lives through the call.
    return unsafe poll(&entry, 1, Int32(clamping: milliseconds)) > 0
  }

  private func counted(_ count: Int) throws(Errno) -> Int {
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return count
  }

  private func retrying(_ call: @autoclosure () -> Int) -> Int {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }
}
