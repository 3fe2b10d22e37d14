import Packets

/// Where a packet was seen: at which sensor, and inside which tunnels.
///
/// Packets of the same endpoints seen in different places are different flows: the inside of a tunnel may hold any
/// addresses, and what two sensors saw must not be taken for one side and the other.
public struct PacketScope: Sendable, BitwiseCopyable {
  /// The scope's number in the flow table.
  var number: UInt32
  /// How many tunnels the packet was inside.
  var depth: UInt8 = 0
  /// Bit n: whether the packet left the n-th tunnel's lower end, the outermost tunnel's bit being 0.
  var senders: UInt8 = 0
  /// Handle of the outer packet's flow; 0 for none.
  var outer: UInt32 = 0

  /// The line at a sensor.
  ///
  /// - Parameter sensor: Its index in `FlowTableOptions.sensors`; 0 where none is named.
  public init(sensor: Int = 0) { number = UInt32(truncatingIfNeeded: sensor) }
}

/// The scope of a flow as 96 bits of a SHA-1 of what it is: the same in every run and for every order of inputs.
public struct ScopeDigest: Sendable, Hashable, Comparable, BitwiseCopyable {
  var high: UInt32 = 0
  var low: UInt64 = 0

  /// An order without meaning, the same in every run.
  public static func < (lhs: ScopeDigest, rhs: ScopeDigest) -> Bool { (lhs.high, lhs.low) < (rhs.high, rhs.low) }

  /// The line at the only sensor.
  public static let line = ScopeDigest()
}

/// The scopes of a table under small numbers: exact, so that nobody can make two of them collide.
///
/// ```
///   0 ..< n    the lines of the sensors
///   n ..< 2n   what is beyond the bound, by sensor: tunnels that are not told apart
///   2n ...     tunnels, in order of appearance
/// ```
/// Numbers never come out: order and identifiers rest on the scopes' contents.
struct ScopeTable: ~Copyable {
  /// Scopes at most; their numbers have 16 bits in the hash of a key.
  static let limit = 1 << 16

  /// A tunnel, by all that tells it from others.
  private struct Tunnel: Hashable {
    /// The scope of its outer packets.
    var parent: UInt32
    /// Its ends, in order: outer addresses and tags.
    var low: IPAddress
    var high: IPAddress
    var vlan: VLANTags
    var header: TunnelHeader
  }

  private struct Scope {
    var digest: ScopeDigest
    var sensor: Int
    /// Nothing for a line, and for what is beyond the bound.
    var tunnel: Tunnel?
    /// Whether this and all outer tunnels are told apart.
    var isExact: Bool
    var depth: Int
  }

  private var scopes: [Scope] = []
  private var numbers: [Tunnel: UInt32] = [:]
  private var latest: (tunnel: Tunnel, number: UInt32)?
  private let sensorCount: Int
  private let limit: Int
  private var message = MessageDigest()

  /// Makes a table of lines.
  ///
  /// - Parameters:
  ///   - sensors: The ids of the sensors; one line stands for none and for a single one.
  ///   - limit: Tunnels at most.
  init(sensors: [String], limit: Int) {
    sensorCount = max(1, sensors.count)
    self.limit = min(max(limit, 0), Self.limit - 2 * sensorCount)
    for sensor in 0..<sensorCount {
      var digest = ScopeDigest.line
      if sensors.count > 1 {
        message.append(UInt8(0))
        for byte in sensors[sensor].utf8.prefix(120) { message.append(byte) }
        digest = message.finishScope()
      }
      scopes.append(Scope(digest: digest, sensor: sensor, tunnel: nil, isExact: true, depth: 0))
    }
    for sensor in 0..<sensorCount {
      message.append(UInt8(1))
      message.append(scopes[sensor].digest)
      scopes.append(Scope(digest: message.finishScope(), sensor: sensor, tunnel: nil, isExact: false, depth: 1))
    }
  }

  /// The scope of a packet inside another.
  ///
  /// - Parameters:
  ///   - outer: The outer packet.
  ///   - scope: Its scope.
  ///   - handle: Its flow.
  ///   - header: What the tunnel's header says.
  /// - Returns: The scope, and whether the bound let it in.
  mutating func scope(
    inside outer: borrowing Packet, _ scope: PacketScope, handle: UInt32, _ header: TunnelHeader
  ) -> (scope: PacketScope, isKnown: Bool) {
    let isFromLow = outer.source < outer.destination
    let number = number(
      of: Tunnel(
        parent: scope.number, low: isFromLow ? outer.source : outer.destination,
        high: isFromLow ? outer.destination : outer.source, vlan: outer.vlan, header: header))
    var inner = scope
    inner.number = number ?? UInt32(sensorCount + sensor(of: scope.number))
    inner.senders |= isFromLow ? 1 << scope.depth : 0
    inner.depth = scope.depth &+ 1
    inner.outer = handle
    return (inner, number != nil)
  }

  private mutating func number(of tunnel: Tunnel) -> UInt32? {
    if let latest, latest.tunnel == tunnel { return latest.number }
    // What is inside a tunnel that is not known is not known either.
    guard tunnel.parent < sensorCount || tunnel.parent >= 2 * sensorCount else { return nil }
    if let number = numbers[tunnel] {
      latest = (tunnel, number)
      return number
    }
    guard numbers.count < limit else { return nil }
    let number = UInt32(scopes.count)
    let parent = scopes[Int(tunnel.parent)]
    message.append(UInt8(2))
    message.append(parent.digest)
    message.append(tunnel.low)
    message.append(tunnel.high)
    message.append(tunnel.vlan.outer)
    message.append(tunnel.vlan.inner)
    message.append(tunnel.header.kind.rawValue)
    message.append(tunnel.header.identifier)
    scopes.append(
      Scope(
        digest: message.finishScope(), sensor: parent.sensor, tunnel: tunnel,
        isExact: parent.isExact && tunnel.header.isExact, depth: parent.depth + 1))
    numbers[tunnel] = number
    latest = (tunnel, number)
    return number
  }

  /// The sensor of a scope.
  func sensor(of number: UInt32) -> Int { scopes[Int(number)].sensor }

  /// What stands for a scope in identifiers.
  func digest(of number: UInt32) -> ScopeDigest { scopes[Int(number)].digest }

  /// The outer addresses that packets left, outermost first; none where tunnels are not told apart.
  ///
  /// - Parameters:
  ///   - number: The scope.
  ///   - senders: The bits of `PacketScope.senders`.
  /// - Returns: One address for each tunnel.
  func ends(of number: UInt32, _ senders: UInt8) -> [IPAddress] {
    guard scopes[Int(number)].isExact else { return [] }
    var ends: [IPAddress] = []
    var scope = scopes[Int(number)]
    while let tunnel = scope.tunnel {
      ends.append(senders >> UInt8(scope.depth - 1) & 1 == 1 ? tunnel.low : tunnel.high)
      scope = scopes[Int(tunnel.parent)]
    }
    return ends.reversed()
  }
}

extension MessageDigest {
  mutating func append(_ scope: ScopeDigest) {
    append(scope.high)
    append(scope.low)
  }

  /// The first 96 bits of the digest.
  mutating func finishScope() -> ScopeDigest {
    let digest = finish()
    return ScopeDigest(
      high: (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(digest[$1]) },
      low: (4..<12).reduce(UInt64(0)) { $0 << 8 | UInt64(digest[$1]) })
  }
}
