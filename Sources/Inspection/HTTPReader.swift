import Packets

/// Reads HTTP/1 (RFC 9112): requests and answers one after the other, each answer with the request that it is for.
enum HTTPReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard HTTP1Stream.beginsWithRequest(client) || HTTP1Stream.beginsWithAnswer(server) else { return .other }
    collector.recognise(.http)
    var (requests, answers) = (HTTP1Stream(), HTTP1Stream())
    while true {
      let request = requests.request(client)
      let answer = answers.answer(server, to: request?.method)
      guard request != nil || answer != nil else { return .recognised }
      let exchange = HTTPExchange(request: request, answer: answer)
      exchange.note(in: &collector)
      guard let request else { continue }
      let isOver = request.method == "CONNECT" && answer.map { (200...299).contains($0.status) } ?? true
      if isOver || answer?.status == 101 {
        guard answer != nil, let end = requests.offset else { return .recognised }
        if let answer, answer.status == 101, isWebSocket(answer) {
          noteWebSocket(request, answer, in: &collector)
          return .recognised
        }
        return .handover(client: end, server: answers.headEnd)
      }
    }
  }

  private static func isWebSocket(_ answer: HTTPAnswer) -> Bool {
    answer.fields["upgrade"]?.lowercased.text == "websocket"
  }

  /// Notes the handshake of a WebSocket (RFC 6455 section 4).
  private static func noteWebSocket(_ request: HTTPRequest, _ answer: HTTPAnswer, in collector: inout FactCollector) {
    collector.recognise(.websocket)
    // Some clients put a token among the names of protocols.
    func texts(_ name: String, _ fields: HTTPFields) -> [String] {
      let values = fields.all(name).flatMap { $0.split(separator: UInt8(ascii: ",")).map { Array($0).trimmed } }
      return values.filter { !LikelySecret.matches($0) }.map(\.text)
    }
    collector.note(
      "websocket",
      [
        ("host", request.fields.text("host").map(FactValue.text)), ("uri", .text(SecretFreeURI.text(request.target))),
        ("user_agent", request.fields.text("user-agent").map(FactValue.text)),
        ("subprotocol", texts("sec-websocket-protocol", answer.fields).first.map(FactValue.text)),
        ("client_protocols", .texts(texts("sec-websocket-protocol", request.fields))),
        ("server_extensions", .texts(texts("sec-websocket-extensions", answer.fields))),
        ("client_extensions", .texts(texts("sec-websocket-extensions", request.fields))),
      ])
  }
}
