import Packets

/// Networks that each new flow is held against: where many are named, none of them costs a look of its own.
struct NetworkSet {
  private struct Range {
    let first: IPAddress
    var last: IPAddress
  }

  // What they cover, in order; none overlaps another. By family: no network of IPv6 covers an address of IPv4.
  private let ipv4: [Range]
  private let ipv6: [Range]

  /// Whether it has none.
  let isEmpty: Bool

  /// Makes the set of some networks, which may overlap.
  ///
  /// - Complexity: O(n log n).
  init(_ networks: [IPPrefix]) {
    isEmpty = networks.isEmpty
    ipv4 = Self.ranges(networks.filter { $0.address.isIPv4 })
    ipv6 = Self.ranges(networks.filter { !$0.address.isIPv4 })
  }

  private static func ranges(_ networks: [IPPrefix]) -> [Range] {
    var ranges: [Range] = []
    for network in networks.sorted(by: { $0.address < $1.address }) {
      if let end = ranges.last?.last, network.address <= end {
        ranges[ranges.count - 1].last = max(end, network.last)
      } else {
        ranges.append(Range(first: network.address, last: network.last))
      }
    }
    return ranges
  }

  /// Whether an address lies in one of the networks.
  ///
  /// - Complexity: O(log n).
  @inline(__always)
  func contains(_ address: IPAddress) -> Bool { !isEmpty && holds(address) }

  // Out of line: most runs know of no networks.
  @inline(never)
  private func holds(_ address: IPAddress) -> Bool {
    let ranges = address.isIPv4 ? ipv4.span : ipv6.span
    var (start, end) = (0, ranges.count)
    while start < end {
      let middle = (start + end) / 2
      if ranges[middle].last < address { start = middle + 1 } else { end = middle }
    }
    return start < ranges.count && ranges[start].first <= address
  }
}
