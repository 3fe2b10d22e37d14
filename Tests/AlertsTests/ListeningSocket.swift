import Foundation
import Glibc

/// A socket on loopback, or at a path, that tests receive with.
@safe
final class ListeningSocket: Sendable {
  let descriptor: Int32
  let port: UInt16

  /// Listens on 127.0.0.1.
  ///
  /// - Parameters:
  ///   - stream: TCP; else UDP.
  ///   - wanted: The port; 0 for any.
  /// - Throws: If the system refuses it.
  init(stream: Bool, port wanted: UInt16 = 0) throws {
    descriptor = socket(AF_INET, Int32((stream ? SOCK_STREAM : SOCK_DGRAM).rawValue), 0)
    var one: Int32 = 1
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = Self.loopback(wanted)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        let status = unsafe bind(descriptor, pointer, length)
        return unsafe status != 0 ? status : getsockname(descriptor, pointer, &length)
      }
    }
    guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
    port = UInt16(bigEndian: address.sin_port)
    if stream { listen(descriptor, 16) }
  }

  /// Listens for datagrams at a path.
  ///
  /// - Parameter path: The path.
  /// - Throws: If the system refuses it.
  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    port = 0
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let descriptor = descriptor
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { close(descriptor) }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  /// Connects to 127.0.0.1.
  ///
  /// - Parameter port: The port.
  /// - Returns: The descriptor, to be closed by who asks.
  /// - Throws: If nobody listens.
  static func connect(to port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(port)
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe Glibc.connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw CocoaError(.fileReadUnknown) }
    return descriptor
  }

  /// Whether the other side closes a connection within three seconds, and sends nothing before.
  static func isClosed(_ descriptor: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var byte: UInt8 = 0
    return unsafe poll(&entry, 1, 3_000) == 1 && recv(descriptor, &byte, 1, 0) <= 0
  }

  /// Takes a connection.
  func accept() -> Int32 { Glibc.accept(descriptor, nil, nil) }

  /// Reads what is there, or waits up to three seconds for it.
  static func read(_ descriptor: Int32) -> [UInt8] {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&entry, 1, 3_000) == 1 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
    return Array(bytes.prefix(max(0, count)))
  }

  /// Sends a text.
  static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
