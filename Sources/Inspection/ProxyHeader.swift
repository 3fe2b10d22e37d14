public import Packets

/// The header that a proxy puts before the stream it forwards: the PROXY protocol, versions 1 and 2.
///
/// A receiver must not guess whether there is one, or anybody could write any address (PROXY protocol, section 2): to be
/// read of streams of trusted proxies only.
public struct ProxyHeader: Sendable, Equatable, BitwiseCopyable {
  /// Who asked the proxy.
  public enum Source: Sendable, Equatable, BitwiseCopyable {
    /// This address.
    case address(IPAddress)
    /// The proxy does not say.
    case unknown
    /// The proxy itself, which checks whether we are well (version 2, LOCAL).
    case proxy
  }

  /// What a stream begins with.
  public enum Reading: Sendable, Equatable, BitwiseCopyable {
    /// More bytes are needed.
    case open
    /// No such header.
    case none
    /// A header.
    case found(ProxyHeader)
  }

  /// Who asked the proxy.
  public var source: Source
  /// Bytes of the header.
  public var length: Int

  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]
  private static let word = Array("PROXY ".utf8)
  /// The longest header of version 1, its end of line included.
  private static let lineLimit = 107

  /// Reads the header that a stream begins with.
  ///
  /// - Parameter bytes: The stream so far.
  /// - Returns: The header, none, or that more bytes are needed.
  /// - Complexity: O(1).
  public static func read(_ bytes: RawSpan) -> Reading {
    switch (matches(bytes, signature), matches(bytes, word)) {
    case (nil, _), (_, nil): .open
    case (true, _): binary(bytes)
    case (_, true): line(bytes)
    default: .none
    }
  }

  /// Whether the stream begins with a text; nothing while there are too few bytes.
  private static func matches(_ bytes: RawSpan, _ text: [UInt8]) -> Bool? {
    for index in 0..<min(text.count, bytes.byteCount) where bytes.uint8(at: index) != text[index] { return false }
    return bytes.byteCount >= text.count ? true : nil
  }

  /// Version 2: twelve bytes of signature, version and command, family, length, addresses.
  private static func binary(_ bytes: RawSpan) -> Reading {
    guard bytes.byteCount >= 16 else { return .open }
    let length = Int(bytes.uint16BE(at: 14))
    let command = bytes.uint8(at: 12)
    // Addresses and what else a proxy adds stay far below this.
    guard command == 0x20 || command == 0x21, length <= 4_096 else { return .none }
    guard bytes.byteCount >= 16 + length else { return .open }
    var source = Source.unknown
    switch (command, bytes.uint8(at: 13) >> 4) {
    case (0x20, _): source = .proxy
    case (_, 1) where length >= 12: source = .address(IPAddress(v4: bytes.uint32BE(at: 16)))
    case (_, 2) where length >= 36:
      source = .address(IPAddress(high: bytes.uint64BE(at: 16), low: bytes.uint64BE(at: 24)))
    default: break
    }
    return .found(ProxyHeader(source: source, length: 16 + length))
  }

  /// Version 1: `PROXY TCP4 source destination port port` and CRLF.
  private static func line(_ bytes: RawSpan) -> Reading {
    var end = 0
    while end < min(bytes.byteCount, lineLimit), bytes.uint8(at: end) != 0x0A { end += 1 }
    guard end < lineLimit else { return .none }
    guard end < bytes.byteCount else { return .open }
    guard bytes.uint8(at: end - 1) == 0x0D else { return .none }
    let text = String(decoding: (0..<end - 1).map { bytes.uint8(at: $0) }, as: UTF8.self)
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    if words.count >= 2, words[1] == "UNKNOWN" { return .found(ProxyHeader(source: .unknown, length: end + 1)) }
    guard words.count == 6, words[1] == "TCP4" || words[1] == "TCP6", let address = IPAddress(String(words[2])),
      IPAddress(String(words[3])) != nil, UInt16(words[4]) != nil, UInt16(words[5]) != nil
    else { return .none }
    return .found(ProxyHeader(source: .address(address), length: end + 1))
  }
}
