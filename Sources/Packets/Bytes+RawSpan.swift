/// Arrays of bytes as spans and the other way round.
extension [UInt8] {
  /// A copy of bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Complexity: O(n).
  @inlinable
  package init(copying bytes: RawSpan) {
    // The bytes are read while the span lives.
    self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }

  /// Appends a copy of bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Complexity: O(n).
  @inlinable
  package mutating func append(copying bytes: RawSpan) {
    // As above; what is appended is as long as the room that is made for it.
    append(addingCapacity: bytes.byteCount) { room in
      unsafe room.withUnsafeMutableBufferPointer { target, count in
        count = bytes.byteCount
        unsafe bytes.withUnsafeBytes { source in
          unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        }
      }
    }
  }

  /// Appends a copy of bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Complexity: O(n).
  @inlinable
  package mutating func append(copying bytes: Span<UInt8>) {
    // Bytes have no padding, as below.
    unsafe append(copying: bytes.bytes)
  }

  /// Reads the bytes as a span.
  ///
  /// - Parameter body: Receives the span.
  /// - Returns: What the body returns.
  /// - Complexity: O(1).
  @inlinable
  package func withRawSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe body(span.bytes)
  }
}

extension StaticString {
  /// A byte of the text.
  ///
  /// - Parameter index: Which; one that the text does not have traps.
  /// - Returns: The byte.
  /// - Complexity: O(1).
  @inlinable
  package func utf8CodeUnit(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < utf8CodeUnitCount)
    // A static string stays where it is; the index is inside by the line above.
    return unsafe utf8Start[index]
  }
}
