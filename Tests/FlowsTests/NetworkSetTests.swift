import Packets
import Testing

@testable import Flows

/// Networks that each new flow is held against.
@Suite struct NetworkSetTests {
  @Test func `an address lies in a set as it lies in one of its networks`() throws {
    let networks = try [
      "192.0.2.0/24", "192.0.2.128/25", "192.0.3.0/24", "198.51.100.7/32", "2001:db8::/32", "2001:db8:1::/48", "::/64",
    ].map { try #require(IPPrefix($0)) }
    let set = NetworkSet(networks)
    for text in [
      "192.0.1.255", "192.0.2.0", "192.0.2.200", "192.0.3.255", "192.0.4.0", "198.51.100.6", "198.51.100.7",
      "198.51.100.8", "2001:db7:ffff::", "2001:db8::", "2001:db8:1::1", "2001:db8:ffff::", "2001:db9::", "::", "::1",
      "0:0:0:1::", "0.0.0.0",
    ] {
      let address = try #require(IPAddress(text))
      #expect(set.contains(address) == networks.contains { $0.contains(address) }, "\(text)")
    }
    #expect(!NetworkSet([]).contains(IPAddress(v4: 0)))
  }
}
