import Packets

/// A column of networks among others; `,`, `;` and tab separate columns, `"` quotes them (RFC 4180).
///
/// The column is that of the first network in the file. Where the column after it is an address too, the two are the first
/// and last of a range. A first line without a network is a header; `#` starts a comment at the start of a line or after
/// white space.
struct CSVLines: LineFormat {
  private var column: Int?
  private var isFirst = true

  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let columns = CSVLines.columns(line)
    guard columns.contains(where: { !$0.isEmpty }) else { return }
    defer { isFirst = false }
    if column == nil { column = columns.firstIndex { NetworkText.isNetwork($0) } }
    guard let column else {
      // A header has names: no word of it begins with a digit or holds a colon, as an address that cannot be read does.
      let isHeader =
        isFirst && !columns.contains { (0x30...0x39).contains($0.first ?? 0) || $0.contains(UInt8(ascii: ":")) }
      if !isHeader { list.count(.notANetwork, line: number) }
      return
    }
    guard column < columns.count else { return list.count(.notANetwork, line: number) }
    let text = columns[column]
    // A line is counted once.
    var others = columns.indices.filter { $0 != column && NetworkText.isNetwork(columns[$0]) }
    if !NetworkText.isNetwork(text) { others = [] }
    if column + 1 < columns.count, let first = NetworkText.address(text),
      let last = NetworkText.address(columns[column + 1])
    {
      others.removeAll { $0 == column + 1 }
      list.add(from: first, to: last, line: number)
    } else {
      list.add(text, line: number)
    }
    if !others.isEmpty { list.count(.furtherNetworks, line: number) }
  }

  /// The columns of a line without white space and quotes around them; a doubled quote within stays doubled, for no
  /// network has any.
  static func columns(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var columns: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var end = line.endIndex
    var isQuoted = false
    var previous = UInt8(ascii: " ")
    for index in line.indices {
      let byte = line[index]
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"):
        if !isQuoted {
          columns.append(unquoted(line[start..<index]))
          start = index + 1
        }
      case UInt8(ascii: "#"):
        if !isQuoted, previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t") { end = index }
      default: break
      }
      if end < line.endIndex { break }
      previous = byte
    }
    columns.append(unquoted(line[start..<end]))
    return columns
  }

  private static func unquoted(_ column: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let text = NetworkText.trim(column)
    let quote = UInt8(ascii: "\"")
    return text.count > 1 && text.first == quote && text.last == quote ? text.dropFirst().dropLast() : text
  }
}
