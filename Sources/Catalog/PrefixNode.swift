import Packets

/// A prefix of one family with what it stands for, as it is sorted and, in a table, kept: 16 bytes for IPv4, 32 for IPv6.
///
/// `Address` is `UInt32` for IPv4 and `UInt128` for IPv6.
struct PrefixNode<Address: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: Sendable {
  /// The first address.
  let address: Address
  /// What the prefix stands for.
  let tag: UInt32
  /// In a table, the set that covers the prefix besides.
  var parent: UInt32 = 0
  /// The number of leading bits that count.
  let length: UInt8

  init(address: Address, length: UInt8, tag: UInt32) {
    self.address = address
    self.length = length
    self.tag = tag
  }

  /// The last address of the prefix.
  var last: Address { address | (length == 0 ? .max : (1 &<< Address(Address.bitWidth - Int(length))) &- 1) }

  /// Whether another node says the same again.
  func isRepeated(by other: PrefixNode) -> Bool {
    address == other.address && length == other.length && tag == other.tag
  }

  /// The prefix.
  var prefix: IPPrefix {
    let bits = Address.bitWidth == 32 ? 0xFFFF_0000_0000 | UInt128(address) : UInt128(address)
    guard let prefix = IPPrefix(address: IPAddress(bits: bits), length: Int(length)) else {
      preconditionFailure("a node is made of a prefix")
    }
    return prefix
  }

  /// The bits of a digit by which nodes are sorted.
  private static var digitWidth: Int { 11 }
  /// How many values a digit has.
  private static var digitCount: Int { 1 << digitWidth }
  /// How many digits a tag has.
  private static var tagDigits: Int { (32 + digitWidth - 1) / digitWidth }
  /// How many digits order nodes.
  private static var digits: Int { tagDigits + 1 + (Address.bitWidth + digitWidth - 1) / digitWidth }

  /// A digit of what orders nodes, 0 the one that counts least: by address, wider prefixes first, then by tag.
  @inline(always)
  private func digit(_ position: Int) -> Int {
    let (width, tagDigits) = (Self.digitWidth, Self.tagDigits)
    if position < tagDigits { return Int(tag &>> UInt32(position * width)) & (Self.digitCount - 1) }
    if position == tagDigits { return Int(length) }
    let shift = (position - tagDigits - 1) * width
    return Int(truncatingIfNeeded: address &>> Address(shift)) & (Self.digitCount - 1)
  }

  /// Sorts by address, wider prefixes first, then by tag.
  ///
  /// Goes by one digit after another, which takes as long for each node of many as of few; digits that are the same in all
  /// are passed over, and those of the tags, if these ascend already.
  ///
  /// - Complexity: O(n) time and memory.
  static func sort(_ nodes: inout [PrefixNode]) {
    guard let first = nodes.first else { return }
    var counts = [UInt32](repeating: 0, count: digits * digitCount)
    var tagsAscend = true
    var previous = first.tag
    // A span: that nobody else has the array is found out once. There are fewer than 2³² nodes.
    var tallies = counts.mutableSpan
    for node in nodes {
      tagsAscend = tagsAscend && previous <= node.tag
      previous = node.tag
      for position in 0..<digits { tallies[position * digitCount + node.digit(position)] &+= 1 }
    }
    var sorted = [PrefixNode](repeating: first, count: nodes.count)
    var places = [Int](repeating: 0, count: digitCount)
    for position in (tagsAscend ? tagDigits : 0)..<digits
    where counts[position * digitCount + first.digit(position)] < nodes.count {
      var place = 0
      for digit in 0..<digitCount {
        places[digit] = place
        place += Int(counts[position * digitCount + digit])
      }
      do {
        var places = places.mutableSpan
        var target = sorted.mutableSpan
        for node in nodes {
          let digit = node.digit(position)
          target[places[digit]] = node
          places[digit] &+= 1
        }
      }
      swap(&nodes, &sorted)
    }
  }
}

/// Prefixes of both families, each family in its own array.
///
/// IPv6 prefixes that surround the mapped range are thereby kept apart from the IPv4 prefixes: neither covers the other.
struct PrefixNodes: Sendable {
  var ipv4: [PrefixNode<UInt32>] = []
  var ipv6: [PrefixNode<UInt128>] = []

  /// How many there are of both.
  var count: Int { ipv4.count + ipv6.count }

  /// Makes room for prefixes, and no more than that: there are many of them.
  mutating func reserve(_ lists: some Sequence<[IPPrefix]>) {
    var (ipv4Count, ipv6Count) = (ipv4.count, ipv6.count)
    for prefixes in lists {
      let count = prefixes.count { $0.address.isIPv4 }
      (ipv4Count, ipv6Count) = (ipv4Count + count, ipv6Count + prefixes.count - count)
    }
    ipv4.reserveCapacity(ipv4Count)
    ipv6.reserveCapacity(ipv6Count)
  }

  /// Adds prefixes that stand for one thing.
  mutating func add(_ prefixes: [IPPrefix], tag: UInt32) {
    for prefix in prefixes { add(prefix, tag: tag) }
  }

  /// Adds a prefix.
  mutating func add(_ prefix: IPPrefix, tag: UInt32) {
    if prefix.address.isIPv4 {
      ipv4.append(PrefixNode(address: prefix.address.v4, length: prefix.length, tag: tag))
    } else {
      ipv6.append(PrefixNode(address: prefix.address.bits, length: prefix.length, tag: tag))
    }
  }

  /// Sorts each family by address, wider prefixes first, then by tag.
  ///
  /// - Complexity: O(n) time and memory.
  mutating func sort() {
    PrefixNode.sort(&ipv4)
    PrefixNode.sort(&ipv6)
  }
}

/// The spans of addresses that prefixes of one family cover.
struct PrefixSpans<Address: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable> {
  private var firsts: [Address] = []
  private var lasts: [Address] = []

  /// Makes the spans of sorted prefixes.
  init(_ nodes: [PrefixNode<Address>]) {
    for node in nodes where lasts.last.map({ $0 < node.address }) ?? true {
      firsts.append(node.address)
      lasts.append(node.last)
    }
  }

  /// Whether any of them meets the span from a first to a last address.
  ///
  /// - Complexity: O(log n).
  func meet(_ first: Address, _ last: Address) -> Bool {
    var (low, high) = (0, lasts.count)
    while low < high {
      let middle = (low + high) / 2
      if lasts[middle] < first { low = middle + 1 } else { high = middle }
    }
    return low < firsts.count && firsts[low] <= last
  }
}
