import Packets

/// A STIX 2.1 bundle: `ipv4-addr` and `ipv6-addr` objects, and indicators whose pattern states addresses.
///
/// Revoked objects and objects of other types are counted. An indicator says when it holds: a claim made of it keeps these
/// times; an overlay has one day for all entries, so that what ended before the days of which it speaks is not used. What
/// begins later, or is dated so that nobody can read it, is used there: for an overlay more is safer than less.
///
/// A bundle that says of which networks an infrastructure consists lists other addresses only because they were seen: the
/// ends of flows, ours among them. They are counted, not used.
struct STIXVisitor: ListVisitor {
  private(set) var list: NetworkList
  /// The first moment of which the list is to speak; nothing where all entries are wanted.
  private let start: Timestamp?
  private var depth = 0
  private var isInObjects = false
  private var member: Member?
  /// The addresses, until all relationships are known.
  private var addresses: [(id: [UInt8], text: [UInt8], line: Int)] = []
  /// The addresses of which infrastructures consist, by id.
  private var parts: Set<[UInt8]> = []
  private var object = Object()

  /// The members of an object that say what it states.
  private enum Member: String {
    case type, value, pattern, pattern_type, revoked, valid_from, valid_until, id, relationship_type, target_ref
  }

  private struct Object {
    var texts: [Member: [UInt8]] = [:]
    var isTooLong = false
    /// Where the value or pattern stands.
    var line = 0

    func has(_ member: Member, _ text: StaticString) -> Bool {
      texts[member]?.elementsEqual(String(describing: text).utf8) == true
    }
  }

  init(_ policy: NetworkList.Policy, from start: Timestamp? = nil) {
    list = NetworkList(.entry, policy)
    self.start = start
  }

  mutating func visit(_ token: JSONToken, text: [UInt8], isTooLong: Bool, line: Int) {
    switch token {
    case .beginObject, .beginArray:
      depth += 1
      if depth == 2 { isInObjects = isInObjects && token == .beginArray }
      if depth == 3 {
        object = Object()
        object.line = line
      }
      member = nil
    case .endObject, .endArray:
      if depth == 3, isInObjects { token == .endObject ? conclude() : list.count(.malformed, line: line) }
      if depth == 2, isInObjects { addAddresses() }
      depth -= 1
    case .name:
      if depth == 1 { isInObjects = text.elementsEqual("objects".utf8) }
      member = depth == 3 ? Member(rawValue: String(decoding: text, as: UTF8.self)) : nil
    case .string, .literal:
      if depth == 2, isInObjects { list.count(.malformed, line: line) }
      guard depth == 3, let member else { return }
      object.texts[member] = text
      if member == .value || member == .pattern {
        object.line = line
        object.isTooLong = isTooLong
      }
    }
  }

  private mutating func conclude() {
    if object.has(.type, "relationship"), object.has(.relationship_type, "consists-of"), !object.has(.revoked, "true"),
      let target = object.texts[.target_ref], Self.namesAddress(target)
    {
      parts.insert(target)
    }
    let isAddress = object.has(.type, "ipv4-addr") || object.has(.type, "ipv6-addr")
    guard isAddress || object.has(.type, "indicator") else { return list.count(.otherKind, line: object.line) }
    if object.has(.revoked, "true") { return list.count(.revoked, line: object.line) }
    if object.isTooLong { return list.count(.textTooLong, line: object.line) }
    guard let text = object.texts[isAddress ? .value : .pattern] else {
      return list.count(.malformed, line: object.line)
    }
    if isAddress {
      return addresses.append((object.texts[.id] ?? [], text, object.line))
    }
    // STIX 2.0 has no `pattern_type`: its patterns are STIX patterns.
    if object.texts[.pattern_type] != nil, !object.has(.pattern_type, "stix") {
      return list.count(.otherKind, line: object.line)
    }
    var pattern = STIXPattern(text)
    guard let statement = pattern.read() else { return list.count(.malformed, line: object.line) }
    guard let validity = validity() else { return list.count(.malformed, line: object.line) }
    if let until = validity.until, let start, until <= start { return list.count(.ended, line: object.line) }
    for address in statement.addresses { list.add(address, line: object.line) }
    if list.isForClaims { list.date(validity) }
    if statement.isCombined { list.count(.combined, line: object.line) }
    if statement.hasOthers { list.count(.otherKind, line: object.line) }
  }

  /// Whether an id is that of an address object: an infrastructure may consist of others, names or hosts, too.
  private static func namesAddress(_ id: [UInt8]) -> Bool {
    id.starts(with: "ipv4-addr--".utf8) || id.starts(with: "ipv6-addr--".utf8)
  }

  private mutating func addAddresses() {
    for address in addresses {
      guard parts.isEmpty || parts.contains(address.id) else {
        list.count(.observed, line: address.line)
        continue
      }
      list.add(address.text[...], line: address.line)
      if list.isForClaims { list.date(NetworkList.Validity()) }
    }
    addresses = []
  }

  /// When the indicator holds; nothing if a claim cannot say so.
  private func validity() -> NetworkList.Validity? {
    func time(_ member: Member) -> Timestamp? {
      object.texts[member].flatMap { Timestamp(String(decoding: $0, as: UTF8.self)) }
    }
    let validity = NetworkList.Validity(from: time(.valid_from), until: time(.valid_until))
    let isReadable =
      (validity.from != nil) == (object.texts[.valid_from] != nil)
      && (validity.until != nil) == (object.texts[.valid_until] != nil)
    let isEmpty = validity.from.flatMap { from in validity.until.map { $0 <= from } } ?? false
    if isReadable, !isEmpty { return validity }
    return list.isForClaims ? nil : NetworkList.Validity()
  }
}
