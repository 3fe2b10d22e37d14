import Packets

/// The questions of a flow, each with its answer.
struct DNSExchanges {
  /// A question with its answer, or one of both.
  private struct Exchange {
    let id: Int
    let isFromOriginator: Bool
    let query: String
    let type: Int
    let typeName: String
    let qclass: Int
    let operation: DNSContent.Operation
    let isLookup: Bool
    var rcode: Int?
    var answers: [String] = []
    var isRejected = false
  }

  /// Exchanges of a flow; more than the facts have room for.
  private static let limit = 128

  private var exchanges: [Exchange] = []

  /// Reads the messages of one direction of a stream, each behind its length (RFC 7766 section 8).
  ///
  /// - Parameters:
  ///   - stream: The first bytes of the direction.
  ///   - isFromClient: Whether the client sent them.
  ///   - limit: How many messages are read at most.
  /// - Returns: How many there are; nothing if the stream has something else before its end.
  mutating func read(_ stream: RawSpan, isFromClient: Bool, limit: Int) -> Int? {
    var cursor = MessageCursor(0..<stream.byteCount)
    var count = 0
    while count < limit, let length = cursor.integer(2, in: stream) {
      let isCut = length > cursor.rest.count
      guard let range = cursor.skip(min(length, cursor.rest.count)),
        add(stream.extracting(range), isFromOriginator: isFromClient, isResponse: !isFromClient)
      else { return isCut && count > 0 ? count : nil }
      count += 1
    }
    return count
  }

  /// Adds a message.
  ///
  /// - Parameters:
  ///   - message: What may be a message.
  ///   - isFromOriginator: Whether the one who is first sent it.
  ///   - isResponse: What it must be, if that is known.
  /// - Returns: Whether it is one.
  mutating func add(_ message: RawSpan, isFromOriginator: Bool, isResponse: Bool? = nil) -> Bool {
    guard let content = DNSContent(message), isResponse == nil || content.isResponse == isResponse else { return false }
    guard content.isResponse else {
      for question in content.questions {
        let query = DNSContent.text(of: question, in: message)
        // The same again was sent again.
        guard open(content.id, query, question.type, isFromOriginator) == nil else { continue }
        _ = append(content, question, query, in: message, isFromOriginator: isFromOriginator)
      }
      return true
    }
    let first = content.questions.first ?? content.answers.first?.owner
    let query = first.map { DNSContent.text(of: $0, in: message) }
    let asked =
      content.questions.isEmpty
      ? open(content, in: message, isFromOriginator: !isFromOriginator)
      : open(content.id, query ?? "", first?.type ?? 0, !isFromOriginator)
    guard asked != nil || !content.isBare else { return false }
    var index = asked
    if index == nil, let first, let query {
      index = append(content, first, query, in: message, isFromOriginator: !isFromOriginator)
    }
    guard let index else { return true }
    exchanges[index].rcode = content.rcode
    exchanges[index].isRejected = content.rcode != 0 && content.recordCount == 0
    // No more are written than an entry keeps.
    exchanges[index].answers = []
    for answer in content.answers where exchanges[index].answers.count < ApplicationFacts.listLimit {
      if let text = DNSAnswerText.text(of: answer, in: message) { exchanges[index].answers.append(text) }
    }
    return true
  }

  /// Notes all.
  func note(_ collector: inout FactCollector) {
    collector.recognise(.dns)
    for exchange in exchanges {
      if exchange.isLookup { collector.act(.dnsLookup) }
      collector.note(
        "dns",
        [
          ("query", .text(exchange.query)), ("qtype_name", .text(exchange.typeName)),
          ("qclass_name", exchange.qclass == DNSNumbers.internet ? nil : .text(DNSNumbers.qclass(exchange.qclass))),
          ("opcode_name", exchange.operation == .query ? nil : .text("\(exchange.operation)")),
          ("rcode_name", exchange.rcode.map { .text(DNSNumbers.rcode($0)) }),
          ("answers", .texts(exchange.answers)), ("rejected", exchange.isRejected ? .flag(true) : nil),
        ])
    }
  }

  /// A question that was asked and has no answer yet.
  private func open(_ id: Int, _ query: String, _ type: Int, _ isFromOriginator: Bool) -> Int? {
    exchanges.firstIndex {
      $0.id == id && $0.type == type && $0.rcode == nil && $0.isFromOriginator == isFromOriginator && $0.query == query
    }
  }

  /// A question that has no answer yet, and that a response without question answers: with a record of that name, or an
  /// error.
  private func open(_ content: DNSContent, in message: RawSpan, isFromOriginator: Bool) -> Int? {
    let owners = Set(content.answers.map { DNSContent.text(of: $0.owner, in: message) })
    return exchanges.firstIndex {
      $0.id == content.id && $0.rcode == nil && $0.isFromOriginator == isFromOriginator
        && (content.isBare || owners.contains($0.query))
    }
  }

  private mutating func append(
    _ content: DNSContent, _ question: DNSContent.Question, _ query: String, in message: RawSpan,
    isFromOriginator: Bool
  ) -> Int? {
    guard exchanges.count < Self.limit else { return nil }
    exchanges.append(
      Exchange(
        id: content.id, isFromOriginator: isFromOriginator, query: query, type: question.type,
        typeName: DNSContent.typeName(of: question, in: message), qclass: question.qclass & 0x7FFF,
        operation: content.operation, isLookup: content.operation == .query && !content.questions.isEmpty))
    return exchanges.count - 1
  }
}
