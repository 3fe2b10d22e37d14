/// The Internet checksum (RFC 1071).
enum InternetChecksum {
  /// Adds the bytes of a span to a one's-complement sum, as 16-bit words in network byte order.
  ///
  /// Works on eight bytes at a time: a sum of 64-bit words with end-around carry is, folded, the sum of their 16-bit
  /// words, and byte order only swaps the bytes of the result (RFC 1071 section 2).
  ///
  /// - Parameters:
  ///   - bytes: The bytes; an odd last one counts as the upper half of a word.
  ///   - initial: The folded sum so far.
  /// - Returns: The sum folded to 16 bits: 0xFFFF over bytes that hold their own right checksum.
  /// - Complexity: O(n).
  static func sum(_ bytes: RawSpan, initial: UInt16 = 0) -> UInt16 {
    // Two accumulators of 32-bit halves never overflow: a span of 2^34 bytes would be needed.
    var even = UInt64(UInt16(bigEndian: initial))
    var odd: UInt64 = 0
    var offset = 0
    let count = bytes.byteCount
    while count &- offset >= 8 {
      let word = bytes.uint64(at: offset)
      even &+= word & 0xFFFF_FFFF
      odd &+= word >> 32
      offset &+= 8
    }
    // What is left stands at an even offset too.
    if count &- offset >= 4 {
      even &+= UInt64(bytes.uint32(at: offset))
      offset &+= 4
    }
    if count &- offset >= 2 {
      even &+= UInt64(bytes.uint16(at: offset))
      offset &+= 2
    }
    if offset < count { even &+= UInt64(UInt16(bigEndian: UInt16(bytes.uint8(at: offset)) << 8)) }
    return UInt16(bigEndian: fold(even &+ odd))
  }

  /// Folds a sum to 16 bits with end-around carry.
  ///
  /// - Parameter sum: A sum of words, at most 2^63.
  /// - Returns: The 16-bit one's-complement sum; 0 only if the sum is.
  @inline(__always)
  static func fold(_ sum: UInt64) -> UInt16 {
    var folded = (sum & 0xFFFF_FFFF) &+ (sum >> 32)
    folded = (folded & 0xFFFF) &+ (folded >> 16)
    folded = (folded & 0xFFFF) &+ (folded >> 16)
    folded = (folded & 0xFFFF) &+ (folded >> 16)
    return UInt16(truncatingIfNeeded: folded)
  }

  /// The sum of a pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1).
  ///
  /// An IPv4 address in mapped form adds 0xFFFF to its own sum, which is nothing in one's complement: one formula serves
  /// both families.
  static func pseudoHeader(
    source: IPAddress, destination: IPAddress, length: UInt32, ipProtocol: IPProtocol
  ) -> UInt16 {
    var sum = UInt64(length) &+ UInt64(ipProtocol.rawValue)
    sum &+= (source.high & 0xFFFF_FFFF) &+ (source.high >> 32) &+ (source.low & 0xFFFF_FFFF) &+ (source.low >> 32)
    sum &+= (destination.high & 0xFFFF_FFFF) &+ (destination.high >> 32)
    sum &+= (destination.low & 0xFFFF_FFFF) &+ (destination.low >> 32)
    return fold(sum)
  }
}

/// CRC32c (Castagnoli), the checksum of SCTP (RFC 9260 appendix A).
enum CRC32C {
  /// The remainders of the sixteen 4-bit values for the reflected polynomial 0x82F63B78.
  private static let table: InlineArray<16, UInt32> = [
    0x0000_0000, 0x105E_C76F, 0x20BD_8EDE, 0x30E3_49B1, 0x417B_1DBC, 0x5125_DAD3, 0x61C6_9362, 0x7198_540D,
    0x82F6_3B78, 0x92A8_FC17, 0xA24B_B5A6, 0xB215_72C9, 0xC38D_26C4, 0xD3D3_E1AB, 0xE330_A81A, 0xF36E_6F75,
  ]

  /// The checksum of an SCTP packet, whose own checksum field, bytes 8–11, counts as zero.
  ///
  /// - Parameter packet: The packet from its common header on, at least 12 bytes.
  /// - Returns: The value that the field should hold, read least significant byte first.
  /// - Complexity: O(n).
  static func sctp(_ packet: RawSpan) -> UInt32 {
    var crc = UInt32.max
    for offset in 0..<packet.byteCount {
      crc ^= 8..<12 ~= offset ? 0 : UInt32(packet.uint8(at: offset))
      crc = crc >> 4 ^ table[Int(crc & 15)]
      crc = crc >> 4 ^ table[Int(crc & 15)]
    }
    return ~crc
  }
}
