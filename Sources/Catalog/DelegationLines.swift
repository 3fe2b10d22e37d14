import Packets

/// Delegated statistics of the regional internet registries, plain and extended:
/// `registry|cc|type|start|value|date|status[|opaque-id…]`.
///
/// For `ipv4` the value is a number of addresses, which need not be a power of two; for `ipv6` it is a prefix length. The
/// version line and the summary lines say nothing of addresses.
struct DelegationLines: LineFormat {
  /// What a registry says of a block.
  static let statuses = ["allocated", "assigned", "available", "reserved"]

  let country: String?
  /// The wanted statuses; a block that is available or reserved was delegated to nobody.
  let status: [String]

  init(country: String?, status: [String]) {
    self.country = country
    self.status = status.isEmpty ? ["allocated", "assigned"] : status
  }

  mutating func read(_ line: ArraySlice<UInt8>, number: Int, into list: inout NetworkList) {
    let text = NetworkText.trim(line)
    guard let first = text.first, first != UInt8(ascii: "#") else { return }
    let fields = text.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
    // The version line starts with a number, a registry's name does not.
    if (0x30...0x39).contains(first), fields.count >= 7 { return }
    if fields.count == 6, fields[5].elementsEqual("summary".utf8) { return }
    guard fields.count >= 7 else { return list.count(.malformed, line: number) }
    if let country, !fields[1].elementsEqual(country.utf8) { return list.count(.otherCountry, line: number) }
    if fields[2].elementsEqual("asn".utf8) { return list.count(.otherKind, line: number) }
    guard status.contains(where: { fields[6].elementsEqual($0.utf8) }) else {
      return list.count(.otherStatus, line: number)
    }
    if fields[2].elementsEqual("ipv6".utf8) {
      return list.add(fields[3] + [UInt8(ascii: "/")] + fields[4], line: number)
    }
    guard fields[2].elementsEqual("ipv4".utf8), let start = NetworkText.address(fields[3]), start.isIPv4,
      let count = NetworkText.number(fields[4], upTo: 1 << 32), count > 0,
      let last = UInt32(exactly: UInt64(start.v4) + UInt64(count) - 1)
    else { return list.count(.malformed, line: number) }
    list.add(from: start, to: IPAddress(v4: last), line: number)
  }
}
