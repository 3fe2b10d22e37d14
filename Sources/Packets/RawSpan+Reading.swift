// Checked reads of fixed-width integers: each checks that its bytes lie inside the span, then loads them unaligned. All
// other unsafe code of `Packets` stands in `Bytes+RawSpan.swift`.

extension RawSpan {
  /// Reads the byte at an offset.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The byte.
  /// - Complexity: O(1).
  @inline(always)
  public func uint8(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    // Inside the span by the line above.
    return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
  }

  /// Reads two bytes at an offset, in the order that this machine stores them.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The integer in machine order.
  /// - Complexity: O(1).
  @inline(always)
  public func uint16(at offset: Int) -> UInt16 {
    precondition(offset >= 0 && offset &+ 2 <= byteCount)
    // Inside the span by the line above.
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self)
  }

  /// Reads four bytes at an offset, in the order that this machine stores them.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The integer in machine order.
  /// - Complexity: O(1).
  @inline(always)
  public func uint32(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset &+ 4 <= byteCount)
    // Inside the span by the line above.
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
  }

  /// Reads eight bytes at an offset, in the order that this machine stores them.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The integer in machine order.
  /// - Complexity: O(1).
  @inline(always)
  public func uint64(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset &+ 8 <= byteCount)
    // Inside the span by the line above.
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
  }

  /// Reads a 16-bit integer in network byte order (big-endian, RFC 1700); otherwise as `uint16(at:)`.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The integer in machine order.
  /// - Complexity: O(1).
  @inline(always)
  public func uint16BE(at offset: Int) -> UInt16 { UInt16(bigEndian: uint16(at: offset)) }

  /// Reads a 32-bit integer in network byte order (big-endian, RFC 1700); otherwise as `uint32(at:)`.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The integer in machine order.
  /// - Complexity: O(1).
  @inline(always)
  public func uint32BE(at offset: Int) -> UInt32 { UInt32(bigEndian: uint32(at: offset)) }

  /// Reads a 64-bit integer in network byte order (big-endian, RFC 1700); otherwise as `uint64(at:)`.
  ///
  /// - Parameter offset: Byte offset from the start of the span; a read outside the span traps.
  /// - Returns: The integer in machine order.
  /// - Complexity: O(1).
  @inline(always)
  public func uint64BE(at offset: Int) -> UInt64 { UInt64(bigEndian: uint64(at: offset)) }
}
