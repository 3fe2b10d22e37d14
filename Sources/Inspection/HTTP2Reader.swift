import Packets

/// Reads HTTP/2 without TLS (RFC 9113): from the client's preface on, whatever led to it.
enum HTTP2Reader {
  /// What a client begins with (RFC 9113 section 3.4).
  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard client.begins(with: preface, in: 0..<client.byteCount) else { return .other }
    collector.recognise(.http2)
    let requests = HTTP2Direction(client, from: preface.count).messages
    let answers = HTTP2Direction(server, from: 0).messages
    // Streams that the server opened have even numbers; what it sends there was not asked for.
    for stream in Set(requests.keys).union(answers.keys).sorted() where stream & 1 == 1 {
      let exchange = HTTPExchange(
        request: requests[stream].flatMap(request), answer: answers[stream].flatMap(answer))
      exchange.note(in: &collector)
    }
    return .recognised
  }

  private static func request(_ message: HTTP2Direction.Message) -> HTTPRequest? {
    guard let method = message.fields.text(":method") else { return nil }
    let target = message.fields[":path"] ?? message.fields[":authority"] ?? []
    return HTTPRequest(
      method: method, target: target, version: "2", fields: message.fields, isHeadWhole: message.isHeadWhole,
      body: message.body)
  }

  private static func answer(_ message: HTTP2Direction.Message) -> HTTPAnswer? {
    guard let status = message.fields.text(":status").flatMap(Int.init), (100...999).contains(status) else {
      return nil
    }
    return HTTPAnswer(status: status, version: "2", fields: message.fields, body: message.body)
  }
}
