import Cryptography
import Foundation
import Inspection
import Packets
import Testing

/// What is read of text protocols in the captures of the shared collection, beside what Zeek read.
@Suite(.enabled(if: ConformanceTests.folder != nil, "skipped: the shared captures are not there"))
struct TextConformanceTests {
  private let reader = ApplicationReader(hash: KeyedHash(), services: [.http, .http2, .smtp, .pop3, .imap, .ftp])

  /// The TCP conversations of a capture by their two ends, whatever the direction.
  private func facts(_ capture: String) throws -> [Set<Endpoint>: [ApplicationFacts]] {
    var facts: [Set<Endpoint>: [ApplicationFacts]] = [:]
    for conversation in try CollectedConversation.all(capture) where conversation.isTCP {
      facts[[conversation.originator, conversation.responder], default: []].append(conversation.facts(reader))
    }
    return facts
  }

  // MARK: Services

  @Test func `the services that Zeek names are recognised`() throws {
    let folder = try #require(ConformanceTests.folder)
    var (found, total): ([String: Int], [String: Int]) = ([:], [:])
    for line in try ConformanceTests.index(of: folder, kind: "zeek8-conn-log") {
      let rows = try ZeekRow.rows(of: folder + "/" + line[1]).filter { $0.protocolName == "tcp" }
      let named = rows.filter { row in Self.floors.keys.contains { row.service.contains($0) } }
      guard !named.isEmpty else { continue }
      let facts = try facts(folder + "/" + line[0])
      for row in named {
        let services = (facts[[row.originator, row.responder]] ?? []).flatMap(\.services).map(\.rawValue)
        for service in row.service.split(separator: ",").map(String.init) where Self.floors[service] != nil {
          total[service, default: 0] += 1
          if services.contains(service) { found[service, default: 0] += 1 }
        }
      }
    }
    for (service, floor) in Self.floors.sorted(by: { $0.key < $1.key }) {
      print("\(service) \(found[service] ?? 0) of \(total[service] ?? 0)")
      #expect(found[service] ?? 0 >= floor, "\(service)")
    }
  }

  /// How many flows of a service must be recognised.
  ///
  /// What is missing: link layers and tunnels that are not decoded,
  /// fragments, other services around it, HTTP without a version, and single words such as QUIT.
  private static let floors = ["http": 427, "smtp": 88, "ftp": 49, "pop3": 17, "imap": 3, "websocket": 11]

  // MARK: Fields

  @Test(arguments: [("http", 7, 54), ("smtp", 21, 132)])
  func `fields agree with Zeek's logs`(log: String, entries: Int, equal: Int) throws {
    let folder = try #require(ConformanceTests.folder)
    var (entryCount, rowCount, equalCount, fieldCount) = (0, 0, 0, 0)
    for line in try ConformanceTests.index(of: folder, kind: "zeek-\(log).log") {
      let facts = try facts(folder + "/" + line[0])
      var seen: [Set<Endpoint>: Int] = [:]
      for row in try Self.rows(folder + "/" + line[1]) {
        guard let originator = Endpoint(row["id.orig_h"] ?? "", row["id.orig_p"] ?? ""),
          let responder = Endpoint(row["id.resp_h"] ?? "", row["id.resp_p"] ?? "")
        else { continue }
        let ends: Set<Endpoint> = [originator, responder]
        let found = (facts[ends] ?? []).flatMap(\.entries).filter { $0.log == log }
        let index = seen[ends, default: 0]
        seen[ends] = index + 1
        rowCount += 1
        guard index < found.count else { continue }
        entryCount += 1
        for name in Self.compared {
          guard let logged = row[name], !["-", "(empty)", "<empty>"].contains(logged) else { continue }
          fieldCount += 1
          if Self.agrees(found[index][name], logged) { equalCount += 1 }
        }
      }
    }
    print("\(log) entries \(entryCount) of \(rowCount), fields \(equalCount) of \(fieldCount)")
    #expect(entryCount >= entries && equalCount >= equal)
  }

  private static let compared = [
    "method", "host", "uri", "referrer", "version", "user_agent", "request_body_len", "response_body_len",
    "status_code",
    "status_msg", "helo", "mailfrom", "rcptto", "date", "from", "to", "cc", "reply_to", "msg_id", "in_reply_to",
    "subject",
    "x_originating_ip", "first_received", "second_received", "last_reply",
  ]

  /// The lines of a log as values by name.
  private static func rows(_ path: String) throws -> [[String: String]] {
    var names: [String] = []
    var rows: [[String: String]] = []
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if fields[0] == "#fields" { names = Array(fields.dropFirst()) }
      if !line.hasPrefix("#") { rows.append(Dictionary(zip(names, fields)) { first, _ in first }) }
    }
    return rows
  }

  /// Whether a field says what the log says; sets in any order.
  private static func agrees(_ value: FactValue?, _ logged: String) -> Bool {
    switch value {
    case .text(let text)?: text == logged
    case .number(let number)?: "\(number)" == logged
    case .texts(let texts)?:
      texts.joined(separator: ",").split(separator: ",").sorted() == logged.split(separator: ",").sorted()
    default: false
    }
  }
}
