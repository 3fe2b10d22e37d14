/// A bidirectional 5-tuple with its tag: the client is the side that speaks first.
struct Flow {
  /// An address as one big-endian number; IPv4 stands in the low 32 bits of `low`.
  struct Address {
    var high: UInt64
    var low: UInt64
  }

  var client: Address
  var server: Address
  var clientPort: UInt16
  var serverPort: UInt16
  var isIPv6: Bool
  var vlan: UInt16
  var isTCP: Bool
  var isListed: Bool
}

/// Gives each serial number a 5-tuple of its own.
///
/// A client has `flowsPerClient` flows. Of the clients 14.5 % have IPv6, 9.5 % a VLAN tag, and 1 % are listed: in
/// 198.51.100.0/24, 203.0.113.0/24 or 2001:db8:100::/48, which the generated catalog and `c_flow.c` look for.
struct AddressPlan {
  let flowsPerClient: Int
  let hasTags: Bool
  private let seed: UInt64
  private var listed = 0

  init(flowsPerClient: Int, hasTags: Bool, seed: UInt64) {
    self.flowsPerClient = flowsPerClient
    self.hasTags = hasTags
    self.seed = seed
  }

  /// The first octets of clients, servers and the catalog differ, so that nothing but the listed ranges matches.
  private static let clientNetworks: [UInt64] = [
    20, 31, 45, 62, 77, 81, 90, 103, 109, 121, 133, 146, 176, 188, 190, 210,
  ]
  private static let serverNetworks: [UInt64] = [104, 142, 157, 185]

  mutating func flow(serial: Int, isTCP: Bool, serverPort: UInt16, random: inout Random) -> Flow {
    let client = serial / flowsPerClient
    var traits = Random(seed: seed &+ UInt64(client) &* 0x5851_F42D_4C95_7F2D)
    let isIPv6 = traits.unit() < 0.145
    let vlan: UInt16 = traits.unit() < 0.095 && hasTags ? 100 : 0
    let isListed = traits.unit() < 0.01
    let id = Self.scramble(UInt64(client))
    // Some servers are much more popular than others.
    let popularity = random.unit()
    let server = UInt64(popularity * popularity * popularity * 20_000)
    var flow = Flow(
      client: .init(high: 0, low: Self.clientNetworks[Int(id >> 24)] << 24 | id & 0xFF_FFFF),
      server: .init(high: 0, low: Self.serverNetworks[Int(server & 3)] << 24 | Self.scramble(server) & 0xFF_FFFF),
      clientPort: UInt16(32_768 + serial % 7_919 * 4), serverPort: serverPort, isIPv6: isIPv6, vlan: vlan,
      isTCP: isTCP, isListed: isListed)
    if isIPv6 {
      flow.client = .init(high: 0x2A01_0000_0000_0000 | id << 8, low: traits.next())
      flow.server = .init(high: 0x2606_4700_0000_0000, low: Self.scramble(server))
    }
    if isListed {
      // 512 addresses for all of them: the port tells flows of one address apart.
      let host = UInt64(listed % 512)
      flow.clientPort = UInt16(32_768 + listed / 512 % 32_768)
      listed += 1
      flow.client.low = (host < 256 ? 0xC633_6400 : 0xCB00_7100) | host & 255
      if isIPv6 { flow.client = .init(high: 0x2001_0DB8_0100_0000, low: host) }
    }
    return flow
  }

  /// A one-to-one map of 28-bit numbers that scatters neighbours.
  private static func scramble(_ number: UInt64) -> UInt64 {
    var x = number & 0xFFF_FFFF
    x = x &* 0x9E3_779B & 0xFFF_FFFF
    x ^= x >> 14
    x = x &* 0xC1B_3C6D & 0xFFF_FFFF
    return x ^ x >> 13
  }
}
