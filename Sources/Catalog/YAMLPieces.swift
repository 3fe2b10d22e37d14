import Yams

/// A YAML file cut into pieces that are parsed one by one, so that the parser's tree is never larger than a piece.
///
/// Cuts are made where nothing but an element of a top-level list can begin; where the file is not simple enough to be sure,
/// there are no pieces. Should a cut lie within quotes or brackets after all, the piece before it does not end well: then
/// the file is parsed as a whole, and that is what tells its faults.
struct YAMLPieces {
  /// Lines that are parsed at once.
  private struct Piece {
    var bytes: Range<Int>
    /// How many lines stand before it.
    var skipped: Int
    /// Whether a top-level key begins here; otherwise elements of the list of the piece before.
    var hasKey: Bool
  }

  /// The least size of a piece in bytes; from 8 to 32 KiB all are as fast, at 128 KiB the tree leaves the cache.
  private static let leastSize = 1 << 14

  private let bytes: [UInt8]
  private var pieces: [Piece] = []

  /// Cuts a file.
  ///
  /// - Parameter bytes: UTF-8 without aliases.
  /// - Complexity: O(n).
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    var skipped = 0
    var start = 0
    // The indentation of the elements of the section's list; nothing before its first line, -1 if it has none.
    var indentation: Int?
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = bytes[start..<end]
      // Other ends of lines would be counted by the parser alone.
      if line.contains(where: { $0 == UInt8(ascii: "\r") || $0 == 0xC2 || $0 == 0xE2 }), Self.hasLineEnd(line) {
        return nil
      }
      let indent = line.prefix { $0 == UInt8(ascii: " ") }.count
      let content = line.dropFirst(indent)
      let isElement = content.starts(with: [UInt8(ascii: "-"), UInt8(ascii: " ")])
      if content.isEmpty || content.first == UInt8(ascii: "#") {
        // Belongs to whatever stands before it.
      } else if indent == 0, Self.isKey(content) {
        pieces.append(Piece(bytes: start..<start, skipped: skipped, hasKey: true))
        indentation = nil
      } else if pieces.isEmpty {
        return nil
      } else if indentation == nil {
        indentation = isElement ? indent : -1
        if indent == 0, !isElement { return nil }
      } else if indent == indentation, isElement {
        if start - pieces[pieces.count - 1].bytes.lowerBound >= Self.leastSize {
          pieces.append(Piece(bytes: start..<start, skipped: skipped, hasKey: false))
        }
      } else if indent == 0 {
        return nil
      }
      if !pieces.isEmpty {
        pieces[pieces.count - 1].bytes = pieces[pieces.count - 1].bytes.lowerBound..<min(end + 1, bytes.count)
      }
      start = end + 1
      skipped += 1
    }
  }

  /// Parses all pieces.
  ///
  /// - Returns: The file's mapping; nothing if a piece cannot be parsed, or is not what it was taken for.
  func root() -> YAMLValue? {
    var members: [YAMLValue.Member] = []
    var names: Set<String> = []
    // The elements of the last member, if it is a list.
    var elements: [YAMLValue] = []
    var budget = Int.max
    func complete() {
      guard let last = members.last, case .list = last.value.content else { return }
      members[members.count - 1].value = YAMLValue(.list(elements), line: last.value.line)
    }
    for piece in pieces {
      let text = String(decoding: bytes[piece.bytes], as: UTF8.self)
      guard let node = try? Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else { return nil }
      let value = YAMLValue(node, skipped: piece.skipped, budget: &budget)
      if piece.hasKey {
        guard case .mapping(let pairs) = value.content, let pair = pairs.first, pairs.count == 1,
          let name = pair.key.text, names.insert(name).inserted
        else { return nil }
        complete()
        members.append(pair)
        if case .list(let values) = pair.value.content { elements = values }
      } else {
        guard case .list(let values) = value.content, case .list? = members.last?.value.content else { return nil }
        elements += values
      }
    }
    complete()
    return members.first.map { YAMLValue(.mapping(members), line: $0.key.line) }
  }

  /// Whether a line begins with a word and a colon.
  private static func isKey(_ line: ArraySlice<UInt8>) -> Bool {
    let rest = line.drop { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    guard rest.startIndex > line.startIndex, rest.first == UInt8(ascii: ":") else { return false }
    return rest.count == 1 || rest.dropFirst().first == UInt8(ascii: " ")
  }

  /// Whether a line holds another end of a line: CR, NEL, LS or PS (YAML 1.1, section 4.1.4).
  private static func hasLineEnd(_ line: ArraySlice<UInt8>) -> Bool {
    String(decoding: line, as: UTF8.self).unicodeScalars.contains {
      "\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0)
    }
  }
}
