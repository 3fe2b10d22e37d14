import Packets

/// A message between a client and a key distribution centre (RFC 4120 section 5).
struct KerberosMessage {
  /// What it is (RFC 4120 section 5.10, application tags and message types are the same numbers).
  enum Kind: Int {
    case authenticationRequest = 10
    case authenticationReply = 11
    case ticketRequest = 12
    case ticketReply = 13
    case error = 30
  }

  /// What it is.
  let kind: Kind
  /// The name of the client, its parts joined by `/`.
  private(set) var client: String?
  /// The realm of the client; of a request that of the server too.
  private(set) var realm: String?
  /// The name of the service, its parts joined by `/`.
  private(set) var service: String?
  /// What went wrong.
  private(set) var errorCode: Int?
  /// Whether a request shows that the client knows its key (RFC 4120 section 5.2.7).
  private(set) var isPreauthenticated = false
  /// Bytes of the message, as its length says.
  let length: Int

  /// Kinds of pre-authentication that prove something: encrypted time (2), public key (16), challenge (138).
  private static let proofs: Set<Int> = [2, 16, 17, 138]
  /// Parts of a name; one has two, seldom three.
  private static let partLimit = 8

  /// Reads the message that bytes begin with; nothing if they are none.
  ///
  /// What was cut off is left out.
  ///
  /// - Complexity: O(n).
  init?(_ message: RawSpan) {
    var cursor = MessageCursor(0..<message.byteCount)
    guard let outer = DERElement(&cursor, in: message), outer.tag & 0xE0 == 0x60,
      let kind = Kind(rawValue: Int(outer.tag & 0x1F)), let sequence = outer.first(in: message),
      sequence.tag == DERElement.sequence,
      sequence.content.lowerBound + sequence.length == outer.content.lowerBound + outer.length
    else { return nil }
    self.kind = kind
    length = outer.content.lowerBound + outer.length
    // A request counts its fields from 1, all others from 0.
    let base = kind == .authenticationRequest || kind == .ticketRequest ? 1 : 0
    let fields = Self.fields(of: sequence, in: message)
    guard fields[base]?.integer(in: message) == 5, fields[base + 1]?.integer(in: message) == kind.rawValue
    else { return nil }
    switch kind {
    case .authenticationRequest, .ticketRequest: readRequest(fields, message)
    case .authenticationReply, .ticketReply:
      realm = Self.text(fields[3], in: message)
      client = Self.name(fields[4], in: message)
      // The field holds the ticket with its application tag, and that a sequence.
      let ticket = fields[5]?.first(in: message).map { Self.fields(of: $0, in: message) }
      service = Self.name(ticket?[2], in: message)
    case .error:
      errorCode = fields[6]?.integer(in: message)
      realm = Self.text(fields[7], in: message)
      client = Self.name(fields[8], in: message)
      service = Self.name(fields[10], in: message)
    }
  }

  private mutating func readRequest(_ fields: [Int: DERElement], _ message: RawSpan) {
    for data in fields[3]?.elements(in: message) ?? [] {
      let type = Self.fields(of: data, in: message)[1]?.integer(in: message)
      if let type, Self.proofs.contains(type) { isPreauthenticated = true }
    }
    guard let body = fields[4] else { return }
    let parts = Self.fields(of: body, in: message)
    client = Self.name(parts[1], in: message)
    realm = Self.text(parts[2], in: message)
    service = Self.name(parts[3], in: message)
  }

  /// The fields of a sequence by the numbers of their context tags, each as the element that it holds.
  private static func fields(of sequence: DERElement, in message: RawSpan) -> [Int: DERElement] {
    var fields: [Int: DERElement] = [:]
    for field in sequence.elements(in: message) where field.tag & 0xE0 == 0xA0 {
      fields[Int(field.tag & 0x1F)] = field.first(in: message)
    }
    return fields
  }

  /// The text of a string that is whole.
  private static func text(_ element: DERElement?, in message: RawSpan) -> String? {
    guard let element, element.content.count == element.length, element.tag & 0xE0 == 0 else { return nil }
    return message.text(element.content)
  }

  /// The text of a principal's name: a type and a sequence of strings (RFC 4120 section 5.2.2).
  private static func name(_ element: DERElement?, in message: RawSpan) -> String? {
    guard let element, element.content.count == element.length,
      let strings = fields(of: element, in: message)[1]
    else { return nil }
    return strings.elements(in: message, limit: partLimit).compactMap { text($0, in: message) }.joined(separator: "/")
  }
}
