/// Whether a value looks like a secret that was made for one client: long, and without a pattern that others share.
///
/// What it takes for one may still be shared, and what it does not may still be secret; in doubt it is none.
enum LikelySecret {
  /// Whether a value looks so.
  ///
  /// It must hold an unbroken run of letters, digits, `-` and `_` of 16 characters, with letters and digits mixed as words,
  /// dates, counters and versions do not mix them.
  ///
  /// - Parameter value: The value, percent-coded or not.
  /// - Returns: Whether it does.
  /// - Complexity: O(n).
  static func matches(_ value: [UInt8]) -> Bool {
    let value = PercentCoding.decode(value)
    return value.split { !isWord($0) }.contains { $0.count >= 16 && isMixed($0) }
  }

  /// Whether a value that is known to be a secret, by where it stands, is long enough to be one client's.
  static func isLong(_ value: [UInt8]) -> Bool { value.count >= 16 && Set(value).count >= 8 }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D || byte == 0x5F
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isMixed(_ run: ArraySlice<UInt8>) -> Bool {
    var (digits, letters, turns) = (0, 0, 0)
    var last: Bool?
    for byte in run where byte != 0x2D && byte != 0x5F {
      let isDigit = isDigit(byte)
      if isDigit { digits += 1 } else { letters += 1 }
      if let last, last != isDigit { turns += 1 }
      last = isDigit
    }
    return digits >= 3 && letters >= 3 && turns >= 4 && Set(run).count >= 8
  }
}
