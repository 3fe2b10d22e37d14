import Foundation

/// Help with mistyped words.
enum Spelling {
  /// The word that was probably meant.
  ///
  /// - Parameters:
  ///   - word: The word as written.
  ///   - known: The words that exist.
  /// - Returns: The nearest known word, if at most a third of it differs.
  static func nearest(to word: String, in known: some Sequence<String>) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let best = known.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
    return best.flatMap { $0.1 <= max(1, $0.0.utf8.count / 3) ? $0.0 : nil }
  }

  /// A word for a message, cut if it is very long, without control characters and marks that turn or part lines.
  static func short(_ word: String) -> String {
    // Nearly every word is ASCII and short.
    if word.utf8.count <= 80, word.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return word }
    let printable = word.unicodeScalars.prefix(80).map { scalar in
      [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        ? "?" : String(scalar)
    }
    return printable.joined() + (word.unicodeScalars.count > 80 ? "…" : "")
  }

  /// A word as it is compared where case, spaces, hyphens and other punctuation must not matter.
  ///
  /// - Parameters:
  ///   - word: Any text.
  ///   - shape: What letters of other scripts that look like Latin ones are taken for; nothing leaves them as they are.
  /// - Returns: Letters and digits alone, lower case, without accents, width and invisible marks (NFKD, Unicode
  ///   standard annex 15); empty where there are none, so that two words of mere punctuation are one.
  static func key(_ word: String, lookingLike shape: LookAlikes.Shape? = .capital) -> String {
    if word.utf8.allSatisfy({ $0 < 0x80 }) {
      // ASCII: the same, without a table.
      return String(decoding: word.lowercased().utf8.filter { isASCIILetterOrDigit($0) }, as: UTF8.self)
    }
    // NFKD would make the old Greek sigma, which looks like c, a final one.
    let word = shape == nil ? word : word.replacing("\u{3F2}", with: "c").replacing("\u{3F9}", with: "c")
    let scalars = word.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars
    let letters = scalars.filter {
      ($0.properties.isAlphabetic || $0.properties.numericType != nil) && !$0.properties.isDefaultIgnorableCodePoint
    }
    guard let shape else { return String(String.UnicodeScalarView(letters)) }
    return String(String.UnicodeScalarView(letters.map { LookAlikes.latin($0, shape) ?? $0 }))
  }

  /// What a word can be taken for: its keys, look-alikes as capitals first, then as small letters where that differs.
  static func skeletons(_ word: String) -> [String] {
    let (capital, small) = (key(word), key(word, lookingLike: .small))
    return capital == small ? [capital] : [capital, small]
  }

  private static func isASCIILetterOrDigit(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }

  /// How many letters must be inserted, deleted or replaced to make one word of the other (Levenshtein).
  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (i, a) in left.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let replaced = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
