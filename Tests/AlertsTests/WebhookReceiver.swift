import Alerts
import Capture
import Foundation
import Glibc
import POSIX

/// A small HTTP server that takes alerts, and answers each request as a test says.
final class WebhookReceiver: Sendable {
  /// What it does with a request.
  enum Answer: Sendable {
    case status(Int)
    /// Says nothing until the other side goes.
    case hang
    /// Closes the connection.
    case close
  }

  struct Request: Sendable {
    var head: String
    var body: String
  }

  let requests = Box<[Request]>([])
  let socket: ListeningSocket
  let url: URL
  private let ended = Box(false)

  /// Listens; `answer` is asked with the number of each request, from 1.
  init(port: UInt16 = 0, _ answer: @escaping @Sendable (Int) -> Answer) throws {
    socket = try ListeningSocket(stream: true, port: port)
    guard let url = URL(string: "http://127.0.0.1:\(socket.port)/hook/secret") else {
      throw CocoaError(.fileNoSuchFile)
    }
    self.url = url
    let (socket, requests, ended) = (socket, requests, ended)
    _ = startThread {
      while true {
        let connection = socket.accept()
        if connection < 0 || ended.value { return }
        _ = startThread { Self.serve(connection, requests, answer) }
      }
    }
  }

  /// Stops to listen.
  func stop() {
    ended.update { $0 = true }
    shutdown(socket.descriptor, Int32(SHUT_RDWR))
  }

  private static func serve(_ connection: Int32, _ requests: Box<[Request]>, _ answer: (Int) -> Answer) {
    defer { close(connection) }
    var buffer: [UInt8] = []
    while true {
      let text = String(decoding: buffer, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n"), let length = Self.length(text[..<end.lowerBound]),
        text[end.upperBound...].utf8.count >= length
      else {
        let more = ListeningSocket.read(connection)
        if more.isEmpty { return }
        buffer += more
        continue
      }
      let body = String(text[end.upperBound...].prefix(length))
      let number = requests.update { requests in
        requests.append(Request(head: String(text[..<end.lowerBound]), body: body))
        return requests.count
      }
      buffer.removeAll()
      switch answer(number) {
      case .status(let status):
        ListeningSocket.write("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n", to: connection)
      case .hang: while !ListeningSocket.read(connection).isEmpty {}
      case .close: return
      }
    }
  }

  private static func length(_ head: Substring) -> Int? {
    for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
      return Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces))
    }
    return nil
  }
}
