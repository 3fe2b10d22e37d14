/// The Huffman code of HPACK (RFC 7541 section 5.2 and appendix B).
enum HuffmanCode {
  /// Decodes a string.
  ///
  /// - Parameter code: The coded bytes.
  /// - Returns: Nothing if they are no such code, or padded in another way than with up to seven one bits.
  /// - Complexity: O(n).
  static func decode(_ code: ArraySlice<UInt8>) -> [UInt8]? {
    var text: [UInt8] = []
    text.reserveCapacity(code.count * 8 / 5)
    var (value, length) = (0, 0)
    var isPadding = true
    for byte in code {
      for shift in stride(from: 7, through: 0, by: -1) {
        let bit = Int(byte >> UInt8(shift) & 1)
        isPadding = (length == 0 || isPadding) && bit == 1
        value = value << 1 | bit
        length += 1
        guard length < table.count else { return nil }
        let row = table[length]
        let index = value - row.first
        guard index < row.symbols.count else { continue }
        guard row.symbols[index] < 256 else { return nil }
        text.append(UInt8(row.symbols[index]))
        (value, length) = (0, 0)
      }
    }
    return length == 0 || length < 8 && isPadding ? text : nil
  }

  /// For each length of a code, the first code and its symbols: the code is canonical, so that its lengths say all.
  private static let table: [(first: Int, symbols: [Int])] = {
    var table: [(first: Int, symbols: [Int])] = [(0, [])]
    var next = 0
    for length in 1...30 {
      let symbols = lengths.indices.filter { lengths[$0] == length }
      next <<= 1
      table.append((next, symbols))
      next += symbols.count
    }
    return table
  }()

  /// The length of each symbol's code; the last symbol ends a string, and must not occur.
  private static let lengths: [UInt8] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
    28,
    28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6,
    6, 6,
    5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23,
    23, 23,
    23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23,
    22,
    22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22,
    25,
    26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22,
    21,
    21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
  ]
}
