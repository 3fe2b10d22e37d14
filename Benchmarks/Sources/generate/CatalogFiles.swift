import Foundation

/// Writes a catalog of a given size: `catalog.yaml` and the netset lists that it names.
///
/// Three claims and one list cover the listed clients of the captures; all other entries are for ranges that no packet
/// has, so that they cost what a large catalog costs and change no verdict.
struct CatalogFiles {
  var claims = 1_000
  var prefixes = 100_000
  var seed: UInt64 = 1

  private static let networks: [UInt32] = [
    24, 36, 42, 58, 60, 66, 71, 80, 84, 93, 96, 112, 117, 125, 139, 159, 181, 187, 200, 213,
  ]
  private static let kinds = ["vpn", "proxy", "tor", "hosting", "cdn", "research-scanner"]

  func write(to folder: URL) throws {
    var random = Random(seed: seed)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var yaml = "settings:\n  allow_documentation_ranges: true\n\nactors:\n"
    for actor in 0..<20 { yaml += "  - {id: actor-\(actor), name: Actor \(actor), level: organisation}\n" }
    yaml += "\nclaims:\n"
    let listed = ["198.51.100.0/24", "203.0.113.0/24", "2001:db8:100::/48"]
    for number in 0..<claims {
      let prefix = number < listed.count ? listed[number] : "41.\(number >> 8 & 255).\(number & 255).0/24"
      yaml += claim(number, prefix)
    }
    yaml += "\noverlays:\n"
    for (index, kind) in Self.kinds.enumerated() {
      let count = prefixes / Self.kinds.count + (index < prefixes % Self.kinds.count ? 1 : 0)
      yaml += "  - {id: \(kind), kind: \(kind), snapshot: 2023-11-14, format: netset, path: \(kind).netset}\n"
      var lines = kind == "vpn" ? ["203.0.113.0/25"] : []
      while lines.count < count { lines.append(prefix(&random)) }
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "\(kind).netset"))
    }
    try Data(yaml.utf8).write(to: folder.appending(path: "catalog.yaml"))
  }

  /// Lengths as in published lists: two thirds single addresses, else /16 to /28; one in ten is IPv6.
  private func prefix(_ random: inout Random) -> String {
    let bits = UInt32(truncatingIfNeeded: random.next())
    if random.unit() < 0.1 {
      return "2a0\(2 + bits & 3):" + String(bits >> 16, radix: 16) + ":" + String(bits & 0xFFFF, radix: 16) + "::/48"
    }
    let length = random.unit() < 0.66 ? 32 : UInt32(16 + random.next() % 13)
    let network = Self.networks[Int(random.next() % UInt64(Self.networks.count))]
    let address = (network << 24 | bits & 0xFF_FFFF) & ~UInt32((UInt64(1) << (32 - UInt64(length))) - 1)
    return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)/\(length)"
  }

  private func claim(_ number: Int, _ prefix: String) -> String {
    """
      - id: claim-\(number)
        prefix: "\(prefix)"
        actor: actor-\(number % 20)
        relation: exclusive
        kind: dedicated-allocation
        valid_from: 2014-01-01T00:00:00Z
        valid_until: null
        as_of: 2023-11-01
        recorded_at: 2023-11-02
        basis: [routing, incident-report]
        sources:
          - {ref: "made for measuring, first", reliability: B, credibility: 2, independent_group: first}
          - {ref: "made for measuring, second", reliability: B, credibility: 2, independent_group: second}
        tlp: CLEAR

    """
  }
}
