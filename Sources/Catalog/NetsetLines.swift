/// One network a line: CIDR, an address, or first-last; `#`, `;` and `//` start comments.
///
/// The lines of `ipset save` are read too: `create` only names a set, `add` adds an element to one (ipset(8)).
struct NetsetLines: LineFormat {
  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let text = NetworkText.trim(line[..<commentStart(line)])
    guard let first = text.first else { return }
    if first == UInt8(ascii: "c"), text.starts(with: "create ".utf8) { return }
    guard first == UInt8(ascii: "a"), text.starts(with: "add ".utf8) else { return list.add(text, line: number) }
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
    var previous: UInt8 = 0
    for index in line.indices {
      let byte = line[index]
      if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") { return index }
      if byte == UInt8(ascii: "/"), previous == byte { return index - 1 }
      previous = byte
    }
    return line.endIndex
  }
}
