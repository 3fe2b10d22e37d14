import Flows
import Inspection
import Packets

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
    var members: [(name: String, write: (inout OutputBuffer) -> Void)] = []
    if let attested {
      members.append(
        (
          "attested",
          {
            $0.append(UInt8(ascii: "\""))
            $0.append(attested)
            $0.append(UInt8(ascii: "\""))
          }
        ))
    }
    if let syn {
      members.append(("syn", { $0.append(jsonString: syn.text) }))
    }
    if let facts = content?.facts { members += Self.members(of: facts) }
    members.sort { $0.name < $1.name }
    append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      append(index == 0 ? "\"" : ",\"")
      append(member.name)
      append("\":")
      member.write(&self)
    }
    append(UInt8(ascii: "}"))
  }

  private static func members(of facts: ApplicationFacts) -> [(name: String, write: (inout OutputBuffer) -> Void)] {
    var members: [(name: String, write: (inout OutputBuffer) -> Void)] = []
    if !facts.actions.isEmpty { members.append(("actions", { $0.append(facts.actions.names) })) }
    if !facts.services.isEmpty { members.append(("services", { $0.append(facts.services.map(\.rawValue)) })) }
    if !facts.software.isEmpty {
      let marks = facts.software.sorted { $0.kind.rawValue < $1.kind.rawValue }
      members.append(("software", { $0.append(marks.map { ($0.kind.rawValue, FactValue.text($0.value)) }) }))
    }
    if !facts.hops.isEmpty {
      members.append(
        (
          "hops",
          { buffer in
            buffer.append(list: facts.hops) { hop in
              [
                ("chain", .number(UInt64(hop.chain))), ("field", .text(hop.field)), ("node", .text(hop.node)),
                ("trust", .text(hop.trust.rawValue)),
              ]
            }
          }
        ))
    }
    if facts.omitted > 0 { members.append(("omitted", { $0.append(decimal: UInt64(facts.omitted)) })) }
    for (log, entries) in Dictionary(grouping: facts.entries, by: \.log) {
      members.append(
        (log, { $0.append(list: entries) { entry in entry.fields.map { ($0.name, $0.value) } } }))
    }
    return members
  }

  private mutating func append<Element>(list: [Element], _ fields: (Element) -> [(String, FactValue)]) {
    append(UInt8(ascii: "["))
    for (index, element) in list.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(fields(element))
    }
    append(UInt8(ascii: "]"))
  }

  private mutating func append(_ fields: [(String, FactValue)]) {
    append(UInt8(ascii: "{"))
    for (index, field) in fields.sorted(by: { $0.0 < $1.0 }).enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(jsonString: field.0)
      append(UInt8(ascii: ":"))
      append(field.1)
    }
    append(UInt8(ascii: "}"))
  }

  private mutating func append(_ value: FactValue) {
    switch value {
    case .text(let text): append(jsonString: text)
    case .number(let number): append(decimal: number)
    case .flag(let flag): append(flag ? "true" : "false")
    case .texts(let texts): append(texts)
    case .numbers(let numbers):
      append(UInt8(ascii: "["))
      for (index, number) in numbers.enumerated() {
        if index > 0 { append(UInt8(ascii: ",")) }
        append(decimal: number)
      }
      append(UInt8(ascii: "]"))
    }
  }

  private mutating func append(_ texts: [String]) {
    append(UInt8(ascii: "["))
    for (index, text) in texts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      append(jsonString: text)
    }
    append(UInt8(ascii: "]"))
  }
}
