import Packets

/// A value that one end of a conversation chose so that nobody can guess it, as it stands in a message (methodology 2.1).
///
/// Kept as a digest of its bytes, so that values of any length take the same room; two values of one kind with the same
/// digest are taken for one, with a chance of 2⁻⁶⁴.
public struct Nonce: Hashable, Sendable, BitwiseCopyable {
  /// What the value is; values of different kinds are never equal.
  public enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The id and the question of a DNS message (RFC 1035); about 30 bits together with the port that the asker chose.
    case dnsQuery
    /// The server's part of a DNS cookie (RFC 7873).
    case dnsServerCookie
    /// The cookie of a DTLS HelloVerifyRequest (RFC 6347) or HelloRetryRequest (RFC 9147).
    case dtlsCookie
    /// The initiator's SPI (RFC 7296) or cookie (RFC 2408) in an IKE header.
    case ikeInitiator
    /// The responder's SPI or cookie in an IKE header.
    case ikeResponder
    /// The data of an IKEv2 COOKIE notification (RFC 7296 section 2.6).
    case ikeCookie
    /// The nonce of a SIP challenge (RFC 3261 section 22).
    case sipNonce
    /// The 96-bit transaction id of a STUN message (RFC 8489).
    case stunTransaction
    /// The NONCE attribute of a STUN message (RFC 8489 section 14.10).
    case stunNonce
    /// Identifier, sequence number and payload of an ICMP echo (RFC 792, RFC 4443).
    case icmpEcho
    /// A QUIC connection id of at least 64 bits (RFC 9000 section 8.1).
    case quicConnectionID
    /// The token of a QUIC Retry packet (RFC 9000 section 8.1.2).
    case quicRetryToken

    /// Whether so few bits are secret that every wrong value counts as a guess, even after a right one.
    public var isShort: Bool { self == .dnsQuery || self == .icmpEcho }
  }

  /// What a message does with a value.
  public enum Use: Sendable, CaseIterable {
    /// The protocol says that the sender chose it.
    case chosen
    /// The sender of an answer chose it: it did if the value that the same message returned was the other side's.
    case chosenInAnswer
    /// The protocol says that the other side chose it.
    case returned
    /// It stands there; nothing follows but that its sender knew it.
    case mentioned
  }

  /// What the value is.
  public var kind: Kind
  /// A digest of its bytes.
  public var digest: UInt64

  /// Makes a nonce.
  ///
  /// - Parameters:
  ///   - kind: What the value is.
  ///   - digest: A digest of its bytes.
  public init(kind: Kind, digest: UInt64) {
    self.kind = kind
    self.digest = digest
  }

  /// Makes a nonce from its bytes.
  ///
  /// Each step of the digest is reversible, so that no value can cancel what came before it.
  ///
  /// - Parameters:
  ///   - kind: What the value is.
  ///   - bytes: A message.
  ///   - range: Where the value stands in it; must lie inside.
  ///   - number: A number that belongs to the value.
  /// - Complexity: O(n) in the value's length.
  public init(_ kind: Kind, _ bytes: RawSpan, _ range: Range<Int>, number: UInt64 = 0) {
    var digest = Self.mixed(UInt64(range.count) << 8 | UInt64(kind.rawValue))
    digest = Self.mixed(digest ^ number)
    var offset = range.lowerBound
    while range.upperBound &- offset >= 8 {
      digest = Self.mixed(digest ^ bytes.uint64BE(at: offset))
      offset &+= 8
    }
    var rest: UInt64 = 0
    while offset < range.upperBound {
      rest = rest << 8 | UInt64(bytes.uint8(at: offset))
      offset &+= 1
    }
    self.init(kind: kind, digest: Self.mixed(digest ^ rest))
  }

  /// SplitMix64's finisher on a moved state: every bit of the result depends on every bit.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension RawSpan {
  /// Whether a value may hold 32 secret bits: long enough, and no counter, time or filler.
  ///
  /// - Parameters:
  ///   - range: Where it stands; must lie inside.
  ///   - minimum: Bytes that it has at least.
  /// - Returns: Whether it may.
  func mayBeSecret(_ range: Range<Int>, atLeast minimum: Int) -> Bool {
    guard range.count >= minimum else { return false }
    var seen: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var isNumber = true
    for offset in range {
      let byte = uint8(at: offset)
      let bit = UInt64(1) << UInt64(byte & 63)
      switch byte >> 6 {
      case 0: seen.0 |= bit
      case 1: seen.1 |= bit
      case 2: seen.2 |= bit
      default: seen.3 |= bit
      }
      if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { isNumber = false }
    }
    let distinct = seen.0.nonzeroBitCount + seen.1.nonzeroBitCount + seen.2.nonzeroBitCount + seen.3.nonzeroBitCount
    return distinct >= 3 && !isNumber
  }
}
