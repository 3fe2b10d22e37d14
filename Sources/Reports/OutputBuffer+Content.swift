import Flows
import Inspection
import Packets

/// A member of the object that says what the content of a flow says.
private enum ContentMember: Equatable {
  case actions, attested, hops, omitted, services, software, syn
  /// The entries of a log.
  case log(String)

  var name: String {
    switch self {
    case .actions: "actions"
    case .attested: "attested"
    case .hops: "hops"
    case .omitted: "omitted"
    case .services: "services"
    case .software: "software"
    case .syn: "syn"
    case .log(let name): name
    }
  }
}

/// What the content of a flow says, as a JSON object on one line.
///
/// ```
///   actions, services    words
///   attested             the address that a trusted proxy of ours reports
///   http, smtp, ssl, …   the entries of each of Zeek's logs, in order
///   hops                 whom the content names as the origin of what is forwarded, with the trust that it deserves
///   software             marks of the client's software
///   syn                  what the first SYN tells of the originator's host
///   omitted              entries that did not fit
/// ```
extension OutputBuffer {
  mutating func append(_ content: FlowContent?, attested: IPAddress?, syn: SYNTuple?) {
    var members: [ContentMember] = []
    members.reserveCapacity(8)
    if attested != nil { members.append(.attested) }
    if syn != nil { members.append(.syn) }
    if let facts = content?.facts {
      if !facts.actions.isEmpty { members.append(.actions) }
      if !facts.services.isEmpty { members.append(.services) }
      if !facts.software.isEmpty { members.append(.software) }
      if !facts.hops.isEmpty { members.append(.hops) }
      if facts.omitted > 0 { members.append(.omitted) }
      for entry in facts.entries where !members.contains(.log(entry.log)) { members.append(.log(entry.log)) }
      members.sort { $0.name < $1.name }
    }
    append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      append(index == 0 ? "\"" : ",\"")
      append(member.name)
      append("\":")
      switch member {
      case .attested: if let attested { append(jsonString: attested) }
      case .syn: if let syn { append(jsonString: syn) }
      default: if let content { append(member, of: content.facts) }
      }
    }
    append(UInt8(ascii: "}"))
  }

  private mutating func append(_ member: ContentMember, of facts: ApplicationFacts) {
    switch member {
    case .actions: append(list: facts.actions.names) { $0.append(jsonString: $1) }
    case .services: append(list: facts.services) { $0.append(jsonString: $1.rawValue) }
    case .omitted: append(decimal: UInt64(facts.omitted))
    case .hops:
      append(list: facts.hops) { buffer, hop in
        buffer.append("{\"chain\":")
        buffer.append(decimal: UInt64(hop.chain))
        buffer.append(",\"field\":")
        buffer.append(jsonString: hop.field)
        buffer.append(",\"node\":")
        buffer.append(jsonString: hop.node)
        buffer.append(",\"trust\":")
        buffer.append(jsonString: hop.trust.rawValue)
        buffer.append(UInt8(ascii: "}"))
      }
    case .software:
      append(list: facts.software.sorted { $0.kind.rawValue < $1.kind.rawValue }, "{", "}") {
        $0.append(jsonString: $1.kind.rawValue)
        $0.append(UInt8(ascii: ":"))
        $0.append(jsonString: $1.value)
      }
    case .log(let name):
      append(list: facts.entries.filter { $0.log == name }) { $0.append($1) }
    case .attested, .syn: break
    }
  }

  private mutating func append(_ entry: FactEntry) {
    append(list: entry.fields.sorted { $0.name < $1.name }, "{", "}") {
      $0.append(jsonString: $1.name)
      $0.append(UInt8(ascii: ":"))
      $0.append($1.value)
    }
  }

  private mutating func append(_ value: FactValue) {
    switch value {
    case .text(let text): append(jsonString: text)
    case .number(let number): append(decimal: number)
    case .flag(let flag): append(flag ? "true" : "false")
    case .texts(let texts): append(list: texts) { $0.append(jsonString: $1) }
    case .numbers(let numbers): append(list: numbers) { $0.append(decimal: $1) }
    }
  }
}
