/// Pieces of a sequence of bytes that come in any order: CRYPTO frames of QUIC, fragments of DTLS messages.
struct ByteFragments {
  /// Pieces that are kept; more are only there to tire the reader.
  private static let limit = 1_024

  private var pieces: [(offset: Int, bytes: [UInt8])] = []

  /// Takes a piece.
  mutating func add(_ bytes: [UInt8], at offset: Int) {
    if pieces.count < Self.limit { pieces.append((offset, bytes)) }
  }

  /// The bytes from the first on, up to the first hole; of bytes that came twice the first copy counts.
  ///
  /// - Complexity: O(n log n) in the number of pieces.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    // Swift's sort is stable: of pieces at one place the first comes first.
    for piece in pieces.sorted(by: { $0.offset < $1.offset }) {
      guard piece.offset <= bytes.count else { break }
      bytes += piece.bytes.dropFirst(bytes.count - piece.offset)
    }
    return bytes
  }
}
