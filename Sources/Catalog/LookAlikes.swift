import Foundation

/// Letters of other scripts that look like Latin ones.
///
/// A part of `confusables.txt` of Unicode technical standard 39 (section 4): the Cyrillic, Greek and Armenian letters that
/// are taken for a Latin letter in either case, as small letters. What looks alike within one script (`l`, `I`, `1`) is not
/// here: such names may be meant.
enum LookAlikes {
  /// Whether the letters whose two cases look like different letters are taken for the large or for the small one: `Ν` and
  /// `ν` are one Greek letter, but look like N and v.
  enum Shape: CaseIterable {
    case capital, small
  }

  /// The Latin letter for which a small letter, or its capital, is taken; nothing for a letter that is taken for none.
  static func latin(_ letter: Unicode.Scalar, _ shape: Shape) -> Unicode.Scalar? {
    shape == .small ? small[letter] ?? either[letter] : either[letter]
  }

  /// Whether a word mixes Latin letters with letters of a script that has look-alikes.
  static func isMixed(_ text: String) -> Bool {
    var (hasLatin, hasOther) = (false, false)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x250...0x2AF, 0x1E00...0x1EFF, 0xFF21...0xFF5A: hasLatin = true
      case 0x370...0x3FF, 0x400...0x52F, 0x530...0x58F, 0x1C80...0x1C8F, 0x1F00...0x1FFF, 0xA640...0xA69F:
        hasOther = true
      case 0x30...0x39: break
      case _ where scalar.isASCII || scalar.properties.isWhitespace: (hasLatin, hasOther) = (false, false)
      default: break
      }
      if hasLatin, hasOther { return true }
    }
    return false
  }

  /// As capitals, or in both cases.
  private static let either = pairs(
    [
      ("авеікморстухнѕјьһԁԛԝӏѵүгԍ", "abeikmopctyxhsjbhdqwlvyrg"),
      ("αβγεζηικμνορσςτυχωϳ", "abyezhikmnopootyxwj"),
      ("օոսհցգզյլտ", "onuhgqqjls"),
      ("ıɑɡ", "iag"),
    ])
  /// As small letters, where that differs.
  private static let small = pairs([("ημνυ", "nuvu")])

  private static func pairs(_ rows: [(String, String)]) -> [Unicode.Scalar: Unicode.Scalar] {
    Dictionary(uniqueKeysWithValues: rows.flatMap { zip($0.unicodeScalars, $1.unicodeScalars) })
  }
}
