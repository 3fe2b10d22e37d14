import Assessment
import Catalog
import Flows
import Foundation
import Packets
import TestSupport

/// The two address families that vectors are run in.
enum Family: CaseIterable {
  case v4
  case v6

  /// A host in the space of the vectors: X is 7.
  func x(_ host: UInt32) -> IPAddress {
    switch self {
    case .v4: IPAddress(v4: 0xC633_6400 | host)
    case .v6: IPAddress(high: 0x2001_0db8_0100_0000, low: UInt64(host))
    }
  }

  /// A host of ours.
  var us: IPAddress {
    switch self {
    case .v4: IPAddress(v4: 0xC000_020A)
    case .v6: IPAddress(high: 0x2001_0db8_0002_0000, low: 10)
    }
  }

  /// A third party's host.
  var stranger: IPAddress {
    switch self {
    case .v4: IPAddress(v4: 0xCB00_7109)
    case .v6: IPAddress(high: 0x2001_0db8_0003_0000, low: 9)
    }
  }

  /// Our own network.
  var localNetwork: IPPrefix? {
    switch self {
    case .v4: IPPrefix(address: IPAddress(v4: 0xC000_0200), length: 24)
    case .v6: IPPrefix(address: IPAddress(high: 0x2001_0db8_0002_0000, low: 0), length: 48)
    }
  }

  /// What stands in a catalog for a prefix of the vectors, which are written in IPv4.
  func written(_ prefix: String) -> String {
    guard self == .v6 else { return prefix }
    return switch prefix {
    case "198.51.100.0/24": "2001:db8:100::/48"
    case "198.51.100.0/25": "2001:db8:100::/112"
    case "198.51.100.0/28": "2001:db8:100::/124"
    case "203.0.113.0/24": "2001:db8:3::/48"
    default: prefix
    }
  }
}

/// A catalog as text, by default with the claim C1 alone.
struct CatalogText {
  var family = Family.v4
  var claims: [String] = []
  var overlays: [String] = []
  var familyOfA = false
  var allowsDocumentation = true

  /// The claim C1 of the methodology with other words for single keys.
  mutating func claim(
    _ id: String = "c1", prefix: String = "198.51.100.0/24", actor: String = "a", relation: String = "exclusive",
    kind: String = "dedicated-allocation", ratings: [String] = ["B2", "B2"], basis: String = "routing, incident-report",
    route: String = "unknown", overrides: String = ""
  ) {
    let sources = ratings.enumerated().map { index, rating in
      """
            - ref: "Report \(index + 1)"
              reliability: \(rating.prefix(1))
              credibility: \(rating.suffix(1))
              independent_group: publisher-\(index + 1)
      """
    }
    claims.append(
      """
        - id: \(id)
          prefix: \(family.written(prefix))
          actor: \(actor)
          relation: \(relation)
          kind: \(kind)
          valid_from: 2014-01-01T00:00:00Z
          valid_until: 2015-01-01T00:00:00Z
          as_of: 2014-12-19
          recorded_at: 2014-12-20
          basis: [\(basis)]
          sources:
      \(sources.joined(separator: "\n"))
          overrides: [\(overrides)]
          route_check: \(route)
          tlp: CLEAR
      """)
  }

  /// A list.
  mutating func overlay(_ kind: String, _ prefix: String, day: String = "2014-11-24") {
    overlays.append(
      """
        - id: \(kind)-\(day)
          kind: \(kind)
          snapshot: \(day)
          entries: ["\(family.written(prefix))"]
      """)
  }

  var text: String {
    var text = """
      actors:
        - id: a
          name: Network A
          level: country-network
          part_of: \(familyOfA ? "z" : "null")
        - id: b
          name: Organisation B
          level: organisation
        - id: z
          name: Network Z
          level: country-network
      claims:

      """
    text += claims.joined(separator: "\n")
    if !overlays.isEmpty { text += "\noverlays:\n" + overlays.joined(separator: "\n") }
    return text + "\nsettings:\n  allow_documentation_ranges: \(allowsDocumentation)\n"
  }

  /// Loads the text as the program does.
  func load() throws -> Catalog {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Catalog(paths: [file.path])
  }
}

extension Conversation {
  /// X opens a session to our mail server on the day of the vectors.
  static func fromX(
    _ family: Family, host: UInt32 = 7, port: UInt16 = 25, serverISN: UInt32 = 5_000,
    at start: Timestamp = time(2014, 11, 24, 43_200)
  ) -> Conversation {
    Conversation(
      client: Endpoint(address: family.x(host), port: 40_000), server: Endpoint(address: family.us, port: port),
      serverISN: serverISN, start: start)
  }

  /// Handshake, request, answer, and the client's acknowledgement of it.
  mutating func session() {
    handshake()
    send(200, from: .client)
    ack(from: .server)
    send(1_000, from: .server)
    ack(from: .client)
  }
}
