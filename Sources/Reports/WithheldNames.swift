/// Names that no sentence of a release may hold.
struct WithheldNames {
  private let names: Set<[UInt8]>
  private let lengths: [Int]

  /// Takes names; those that are empty are passed over.
  init(_ names: some Sequence<String>) {
    self.names = Set(names.lazy.filter { !$0.isEmpty }.map { Array($0.utf8) })
    lengths = Set(self.names.map(\.count)).sorted()
  }

  /// Whether one of the names stands in a text, not as a part of a longer word.
  ///
  /// - Complexity: O(n) in the text for each length of a name.
  func occur(in text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.contains { start in
      (start == 0 || !(Self.isOfWord(bytes[start - 1]) && Self.isOfWord(bytes[start])))
        && lengths.contains { length in
          let end = start + length
          return end <= bytes.count
            && (end == bytes.count || !(Self.isOfWord(bytes[end - 1]) && Self.isOfWord(bytes[end])))
            && names.contains(Array(bytes[start..<end]))
        }
    }
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...0xFF: true
    default: false
    }
  }
}
