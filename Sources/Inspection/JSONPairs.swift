/// The names and the texts of a JSON document (RFC 8259), at any depth, as far as it is there.
///
/// A scanner, no parser: what is no JSON gives pairs that nobody looks for.
enum JSONPairs {
  /// How many pairs are read.
  static let limit = 128

  /// Reads the pairs whose value is a text, in their order.
  ///
  /// - Parameter document: The document, which may be cut anywhere.
  /// - Returns: Names and values without escapes.
  /// - Complexity: O(n).
  static func read(_ document: [UInt8]) -> [(name: [UInt8], value: [UInt8])] {
    var pairs: [(name: [UInt8], value: [UInt8])] = []
    var name: [UInt8]?
    var isNamed = false
    var index = 0
    while index < document.count, pairs.count < limit {
      switch document[index] {
      case UInt8(ascii: "\""):
        guard let text = string(document, &index) else { return pairs }
        if isNamed, let name { pairs.append((name, text)) }
        (name, isNamed) = (isNamed ? nil : text, false)
        continue
      case UInt8(ascii: ":"): isNamed = name != nil
      case UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "["): (name, isNamed) = (nil, false)
      default: break
      }
      index += 1
    }
    return pairs
  }

  /// Reads a string up to its closing quote; nothing if that is not there.
  private static func string(_ document: [UInt8], _ index: inout Int) -> [UInt8]? {
    var text: [UInt8] = []
    index += 1
    while index < document.count {
      let byte = document[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard index < document.count else { return nil }
        text.append(document[index])
        index += 1
      default: text.append(byte)
      }
    }
    return nil
  }
}
