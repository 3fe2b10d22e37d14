public import Packets

/// Community ID version 1, the flow identifier that other tools print too (https://github.com/corelight/community-id-spec).
///
/// One instance serves any number of flows. Not thread-safe.
public struct CommunityID: ~Copyable {
  private var message = MessageDigest()
  private let letters: InlineArray<64, UInt8>

  /// Makes the function with the specification's default seed, 0.
  public init() {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    self.letters = InlineArray { letters[$0] }
  }

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
    if isIPv4 {
      message.append(first.address.v4)
      message.append(second.address.v4)
    } else {
      message.append(first.address)
      message.append(second.address)
    }
    message.append(ipProtocol.rawValue)
    message.append(UInt8(0))
    if isICMP || ipProtocol == .tcp || ipProtocol == .udp || ipProtocol == .sctp {
      message.append(first.port)
      message.append(second.port)
    }
    return text(message.finish())
  }

  /// The version, and 20 bytes to base 64 with padding (RFC 4648 section 4).
  private func text(_ digest: InlineArray<64, UInt8>) -> String {
    var text = InlineArray<30, UInt8>(repeating: UInt8(ascii: "="))
    text[0] = UInt8(ascii: "1")
    text[1] = UInt8(ascii: ":")
    for group in 0..<7 {
      // What follows the 20 bytes of the digest is 0, as the last group needs it.
      let start = group &* 3
      let bits = UInt32(digest[start]) << 16 | UInt32(digest[start &+ 1]) << 8 | UInt32(digest[start &+ 2])
      for position in 0..<(group == 6 ? 3 : 4) {
        text[2 &+ group &* 4 &+ position] = letters[Int(bits >> UInt32(18 &- 6 &* position) & 63)]
      }
    }
    return String(decoding: text)
  }
}
