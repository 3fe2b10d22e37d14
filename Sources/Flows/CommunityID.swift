public import Packets

/// Community ID version 1, the flow identifier that other tools print too (https://github.com/corelight/community-id-spec).
///
/// One instance serves any number of flows. Not thread-safe.
public struct CommunityID: ~Copyable {
  private var message = MessageDigest()

  /// Makes the function with the specification's default seed, 0.
  public init() {}

  /// The Community ID of a flow.
  ///
  /// - Parameter record: The flow; only its endpoints and protocol count.
  /// - Returns: `1:` and the base64 of a SHA-1.
  /// - Complexity: O(1).
  public mutating func string(for record: FlowRecord) -> String {
    string(originator: record.originator, responder: record.responder, ipProtocol: record.ipProtocol)
  }

  /// The Community ID of two endpoints.
  ///
  /// - Parameters:
  ///   - originator: One endpoint; of ICMP its port is the type.
  ///   - responder: The other; of ICMP its port is the counterpart's type, or the code where there is none.
  ///   - ipProtocol: The transport protocol.
  /// - Returns: `1:` and the base64 of a SHA-1.
  /// - Complexity: O(1).
  public mutating func string(originator: Endpoint, responder: Endpoint, ipProtocol: IPProtocol) -> String {
    let isICMP = ipProtocol == .icmp || ipProtocol == .icmpv6
    let isOneWay = isICMP && ICMPCounterpart.of(ipProtocol, type: originator.port) == nil
    let (first, second) =
      isOneWay || originator < responder ? (originator, responder) : (responder, originator)
    message.append(UInt16(0))
    let isIPv4 = first.address.isIPv4 && second.address.isIPv4
    for address in [first.address, second.address] {
      if isIPv4 { message.append(address.v4) } else { message.append(address.bits) }
    }
    message.append(ipProtocol.rawValue)
    message.append(UInt8(0))
    if isICMP || [.tcp, .udp, .sctp].contains(ipProtocol) {
      message.append(first.port)
      message.append(second.port)
    }
    return "1:" + Self.base64(message.finish())
  }

  /// Base64 with padding (RFC 4648 section 4).
  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for position in 0..<4 {
        text.append(position <= group.count ? digits[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
