/// Bytes in memory of their own, which nobody else points into.
///
/// All unsafe code about the memory of inputs stands in this file. Used by one thread at a time, or read by several.
@safe
final class ByteBuffer: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer

  /// Allocates memory; what it holds is of no meaning before it is written.
  ///
  /// - Parameter byteCount: Its length.
  init(byteCount: Int) { unsafe memory = .allocate(byteCount: byteCount, alignment: 16) }

  deinit { unsafe memory.deallocate() }

  /// Bytes of it.
  var byteCount: Int { unsafe memory.count }

  /// Calls a function with a part of the bytes.
  ///
  /// - Parameters:
  ///   - range: The part; one that reaches outside traps.
  ///   - body: Receives them; not to outlive the call.
  /// - Returns: What the body gives.
  @inline(__always)
  func withBytes<Result>(_ range: Range<Int>, _ body: (RawSpan) -> Result) -> Result {
    // The slice traps where the range is not inside; the memory lives as long as this instance.
    unsafe body(UnsafeRawBufferPointer(rebasing: memory[range]).bytes)
  }

  /// Calls a function that writes a part of the bytes.
  ///
  /// - Parameters:
  ///   - range: As that of `withBytes`.
  ///   - body: As that of `withBytes`.
  /// - Returns: What the body gives.
  func withRoom<Result>(_ range: Range<Int>, _ body: (inout MutableRawSpan) -> Result) -> Result {
    // As above, and nobody else writes or reads it meanwhile.
    var room = unsafe MutableRawSpan(_unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: memory[range]))
    return body(&room)
  }

  /// Copies bytes into the memory; they may be a part of it.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - offset: Where they go; they trap if there is no room.
  func copy(_ bytes: RawSpan, to offset: Int) {
    // The slice traps where there is no room; copyMemory allows that both overlap.
    unsafe bytes.withUnsafeBytes {
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + $0.count]).copyMemory(from: $0)
    }
  }
}
