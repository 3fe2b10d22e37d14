import Cryptography
import Inspection
import Packets
import Testing

/// Which binary protocols are recognised in the shared captures, beside what Zeek recognises there.
@Suite struct BinaryServiceTests {
  private struct Ends: Hashable {
    var low: Endpoint
    var high: Endpoint
    var isTCP: Bool

    init(_ one: Endpoint, _ other: Endpoint, isTCP: Bool) {
      (low, high, self.isTCP) = (min(one, other), max(one, other), isTCP)
    }
  }

  /// The protocols, and how many flows that Zeek recognises must be recognised: the shared collection is fixed.
  ///
  /// NTLM, and Kerberos as Zeek counts it, are inside other protocols that are not read.
  private static let floors: [(service: Service, floor: Int)] = [
    (.dns, 1_400), (.smb, 185), (.rdp, 2), (.socks, 10), (.krbTCP, 15),
  ]
  /// What Zeek calls a flow that is read deeper here: what is inside RDP, and inside the first message of SMB.
  private static let inner: [Service: Set<String>] = [.rdp: ["ssl"], .smb: ["krb", "gssapi", "ntlm"]]

  @Test(.enabled(if: ConformanceTests.folder != nil, "skipped: the shared captures are not there"))
  func `a flow is recognised as what it is`() throws {
    let folder = try #require(ConformanceTests.folder)
    let reader = ApplicationReader(hash: KeyedHash(), services: Set(Self.floors.map(\.service)))
    var agreed: [Service: Int] = [:]
    for fields in try ConformanceTests.index(of: folder, kind: "zeek8-conn-log") {
      var named: [Ends: Set<String>] = [:]
      for row in try ZeekRow.rows(of: folder + "/" + fields[1])
      where row.protocolName == "tcp" || row.protocolName == "udp" {
        let services = row.service == "-" ? [] : row.service.split(separator: ",").map(String.init)
        named[Ends(row.originator, row.responder, isTCP: row.protocolName == "tcp"), default: []].formUnion(services)
      }
      var found: [Ends: Set<Service>] = [:]
      for flow in try CollectedConversation.all(folder + "/" + fields[0]) {
        let services = flow.facts(reader).services
        found[Ends(flow.originator, flow.responder, isTCP: flow.isTCP), default: []].formUnion(services)
      }
      for (service, _) in Self.floors {
        for (ends, services) in found where services.contains(service) {
          let other = named[ends, default: []].subtracting(Self.inner[service] ?? [])
          #expect(other.isEmpty || other.contains(service.rawValue), "\(fields[0]): \(service) is \(other)")
          if other.contains(service.rawValue) { agreed[service, default: 0] += 1 }
        }
      }
    }
    for (service, floor) in Self.floors { #expect(agreed[service] ?? 0 >= floor, "\(service)") }
  }
}
