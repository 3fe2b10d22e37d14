import Glibc
import POSIX
import SystemPackage

/// Why a socket does not take bytes.
struct SocketFault: Error {
  let description: String

  init(_ action: String, _ number: Int32) { description = "\(action): \(Errno(rawValue: number))" }
  init(_ description: String) { self.description = description }
}

/// A connected socket that takes bytes, each call within five seconds.
///
/// All unsafe code about sockets stands in this file.
final class OutgoingSocket {
  private static let patience = 5_000

  private let descriptor: Int32
  private let isStream: Bool

  /// Connects.
  ///
  /// - Parameter target: To what.
  /// - Throws: Why it did not work.
  init(_ target: SyslogTarget) throws(SocketFault) {
    switch target {
    case .udp(let host, let port):
      isStream = false
      descriptor = try Self.connect(host, port, SOCK_DGRAM)
    case .tcp(let host, let port):
      isStream = true
      descriptor = try Self.connect(host, port, SOCK_STREAM)
    case .unix(let path):
      isStream = false
      descriptor = try Self.connect(path: path)
    }
  }

  deinit { close(descriptor) }

  /// Whether the other side of a stream has gone: what is sent then would be lost without a word.
  var isGone: Bool {
    guard isStream else { return false }
    var byte: UInt8 = 0
    // One byte of room, which is a local.
    let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
  }

  /// Sends all of the bytes.
  ///
  /// - Throws: Why not; of a stream a part may have been sent then.
  func send(_ bytes: [UInt8]) throws(SocketFault) {
    var done = 0
    while done < bytes.count {
      // The bytes from `done` on, of which there are that many; no signal where nobody reads.
      let count = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[done...])
        return unsafe Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count >= 0 {
        done += count
      } else if errno == EAGAIN || errno == ENOBUFS {
        guard Self.wait(descriptor) else { throw SocketFault("nothing was taken for five seconds") }
      } else if errno != EINTR {
        throw SocketFault("cannot send", errno)
      }
    }
  }

  private static func wait(_ descriptor: Int32) -> Bool {
    FileDescriptor(rawValue: descriptor).isReady(to: .write, within: patience)
  }

  private static func connect(_ host: String, _ port: UInt16, _ kind: __socket_type) throws(SocketFault) -> Int32 {
    // All of it zero, but for what follows.
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(kind.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG
    var list: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else {
      throw SocketFault("'\(host)' has no address: \(unsafe String(cString: gai_strerror(status)))")
    }
    defer { unsafe freeaddrinfo(list) }
    var fault = SocketFault("'\(host)' has no address")
    var next = unsafe list
    // The list lives until it is freed at the end.
    while let entry = unsafe next?.pointee {
      let descriptor = socket(
        unsafe entry.ai_family, unsafe entry.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
      if descriptor >= 0 {
        let number = unsafe finish(descriptor, Glibc.connect(descriptor, entry.ai_addr, entry.ai_addrlen))
        if number == 0 { return descriptor }
        close(descriptor)
        fault = SocketFault("cannot connect", number)
      } else {
        fault = SocketFault("cannot connect", errno)
      }
      unsafe next = entry.ai_next
    }
    throw fault
  }

  /// Waits for a connection that was begun.
  ///
  /// - Returns: 0, or the number of the fault.
  private static func finish(_ descriptor: Int32, _ result: Int32) -> Int32 {
    if result == 0 { return 0 }
    guard errno == EINPROGRESS else { return errno }
    guard wait(descriptor) else { return ETIMEDOUT }
    var number: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    // The option is an integer of this size.
    return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length) == 0 ? number : errno
  }

  private static func connect(path: String) throws(SocketFault) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFault("cannot connect", errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Not longer than the field less its zero: SyslogTarget checks it, and what is longer is cut here.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      // A socket address of any kind is passed as its common beginning, with its whole length.
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let number = errno
      close(descriptor)
      throw SocketFault("cannot connect to '\(path)'", number)
    }
    return descriptor
  }
}
