import Packets

extension IPPrefix {
  /// The fewest prefixes that hold exactly the addresses of the given ones, in ascending order.
  ///
  /// Never the whole address space of a family: its two halves stay apart, for no list means everything.
  ///
  /// - Parameter prefixes: Prefixes in any order; they may repeat and overlap.
  /// - Returns: IPv4 prefixes, then IPv6 prefixes.
  /// - Complexity: O(n log n).
  static func aggregated(_ prefixes: [IPPrefix]) -> [IPPrefix] {
    var result: [IPPrefix] = []
    // IPv6 space around the mapped range would stand between IPv4 prefixes.
    for isIPv4 in [true, false] {
      var open: [IPPrefix] = []
      let sorted = prefixes.filter { $0.address.isIPv4 == isIPv4 }.sorted {
        $0.address != $1.address ? $0.address < $1.address : $0.length < $1.length
      }
      for prefix in sorted {
        if let last = open.last, last.contains(prefix.address) { continue }
        open.append(prefix)
        while open.count > 1, let union = open[open.count - 2].union(with: open[open.count - 1]) {
          open.removeLast(2)
          open.append(union)
        }
      }
      result += open
    }
    return result
  }

  /// The prefix of which two prefixes are the lower and the upper half.
  private func union(with upper: IPPrefix) -> IPPrefix? {
    guard length == upper.length, length > 1,
      let union = IPPrefix(address: address, length: Int(length) - 1), union.last == upper.last
    else { return nil }
    return union
  }
}
