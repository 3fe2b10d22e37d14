/// Input of Suricata's IP reputation: `address or CIDR,category,reputation`, the reputation from 0 to 127.
struct ReputationLines: LineFormat {
  let minimum: Int
  /// The wanted categories; all if empty.
  let categories: Set<Int>

  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let text = NetworkText.trim(line)
    guard let first = text.first, first != UInt8(ascii: "#") else { return }
    let columns = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(NetworkText.trim)
    guard columns.count == 3, let category = NetworkText.number(columns[1], upTo: 255),
      let reputation = NetworkText.number(columns[2], upTo: 127)
    else { return list.count(.malformed, line: number) }
    guard categories.isEmpty || categories.contains(category) else { return list.count(.otherCategory, line: number) }
    guard reputation >= minimum else { return list.count(.lowReputation, line: number) }
    list.add(columns[0], line: number)
  }
}

/// The file that names Suricata's categories: `number,short name,description`.
struct CategoryLines: LineFormat {
  /// Numbers by short name.
  private(set) var numbers: [String: Int] = [:]

  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let columns = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
      .map(NetworkText.trim)
    // Suricata knows 60 categories; more than a byte can name are not kept.
    guard columns.count > 1, let category = NetworkText.number(columns[0], upTo: 255), numbers.count < 1024 else {
      return
    }
    numbers[String(decoding: columns[1], as: UTF8.self)] = category
  }
}
