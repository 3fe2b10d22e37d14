/// One network a line: CIDR, an address, or first-last; `#`, `;` and, after white space, `//` start comments.
///
/// The lines of `ipset save` are read too: `create` only names a set, `add` adds an element to one (ipset(8)).
struct NetsetLines: LineFormat {
  static let takesPlainIPv4 = true

  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let end = commentStart(line)
    let text = NetworkText.trim(line[..<end])
    guard let first = text.first else { return }
    if first == UInt8(ascii: "c"), text.starts(with: "create ".utf8) { return }
    guard first == UInt8(ascii: "a"), text.starts(with: "add ".utf8) else {
      // Where `;` parts columns, what follows is no comment.
      if line[end...].first == UInt8(ascii: ";"),
        NetworkText.isNetwork(NetworkText.trim(line[(end + 1)...].prefix { $0 != UInt8(ascii: ";") }))
      {
        list.count(.furtherNetworks, line: number)
      }
      return list.add(text, line: number)
    }
    let words = text.split(separator: UInt8(ascii: " "))
    guard words.count > 2 else { return list.count(.malformed, line: number) }
    guard !words.dropFirst(3).contains(where: { $0.elementsEqual("nomatch".utf8) }) else {
      return list.count(.exception, line: number)
    }
    // Of an element of several parts the first is the address: `192.0.2.1,tcp:25`.
    let parts = words[2].split(separator: UInt8(ascii: ","), maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count > 1 { list.count(.port, line: number) }
    list.add(parts[0], line: number)
  }

  private func commentStart(_ line: ArraySlice<UInt8>) -> Int {
    // At the start of the line a comment may begin.
    var (previous, last) = (UInt8(ascii: " "), UInt8(ascii: " "))
    for index in line.indices {
      let byte = line[index]
      if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") { return index }
      // `192.0.2.0//24` is a slip, not the address 192.0.2.0.
      let isBlank = previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t")
      if byte == UInt8(ascii: "/"), last == byte, isBlank { return index - 1 }
      (previous, last) = (last, byte)
    }
    return line.endIndex
  }
}
