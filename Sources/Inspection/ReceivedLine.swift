import Packets

/// What a Received field says of where a mail came from (RFC 5321 section 4.4).
enum ReceivedLine {
  /// The node behind `from`: the address in its remark or in brackets where there is one, else the name that it gave.
  ///
  /// - Complexity: O(n).
  static func node(_ value: [UInt8]) -> String? {
    guard let from = from(value) else { return nil }
    if let address = addresses(from).last { return address.description }
    return from.split { $0 == 0x20 || $0 == 0x09 }.first.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The address behind `from`.
  static func address(_ value: [UInt8]) -> IPAddress? { from(value).flatMap { addresses($0).last } }

  /// What stands between `from` and `by`.
  private static func from(_ value: [UInt8]) -> [UInt8]? {
    let words = value.split { $0 == 0x20 || $0 == 0x09 }
    guard let first = words.first, Array(first).lowercased == Array("from".utf8) else { return nil }
    let rest = words.dropFirst().prefix { Array($0).lowercased != Array("by".utf8) }
    return Array(rest.joined(separator: [0x20]))
  }

  /// The addresses of a text, as mail servers write them: in brackets, with a tag before those of IPv6.
  private static func addresses(_ text: [UInt8]) -> [IPAddress] {
    text.split { "[]() ,;=\t".utf8.contains($0) }.compactMap { word in
      let word = Array(word)
      let tag = Array("ipv6:".utf8)
      let plain = word.lowercased.starts(with: tag) ? Array(word.dropFirst(tag.count)) : word
      return plain.count <= 45 ? IPAddress(plain.text) : nil
    }
  }
}
