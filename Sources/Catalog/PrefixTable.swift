public import Packets

/// All catalog entries that cover an address, found in one lookup.
///
/// Frozen at load: the address space of each family is cut at every prefix's ends, and each piece names the set of *all*
/// entries that cover it, of every actor and every time, not only the longest.
///
/// Two prefixes are either disjoint or one holds the other, so the sets form a tree: a set is one entry with its prefix,
/// and the set of what covers that prefix. A table of n prefixes holds n such nodes however deep they nest.
///
/// Immutable; safe to read from any number of threads at once.
public struct PrefixTable: Sendable {
  /// One thing that a prefix may stand for.
  public enum Entry: Hashable, Sendable {
    /// A claim, by its index in the catalog.
    case claim(Int)
    /// An overlay, by its index in the catalog.
    case overlay(Int)
  }

  /// A set of entries that cover an address: a handle that is valid for the table that gave it.
  ///
  /// Equal handles are equal sets, and the other way round.
  @frozen
  public struct CoverSet: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The handle; 0 is the empty set.
    public let rawValue: UInt32
    /// Makes a handle.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// No entry covers the address.
    public static let empty = CoverSet(rawValue: 0)
  }

  /// One covering entry with the prefix through which it covers.
  public struct Cover: Hashable, Sendable {
    /// The entry.
    public let entry: Entry
    /// The prefix of it that covers the address.
    public let prefix: IPPrefix

    /// Makes a cover.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - prefix: The prefix of it that covers.
    public init(entry: Entry, prefix: IPPrefix) {
      self.entry = entry
      self.prefix = prefix
    }
  }

  /// One entry on one prefix, and the set that covers the prefix besides: 32 bytes.
  private struct Node {
    let prefix: IPPrefix
    /// The entry's index, with `overlayFlag` for an overlay.
    let entry: UInt32
    var parent: UInt32 = 0

    init(prefix: IPPrefix, entry: Entry) {
      self.prefix = prefix
      switch entry {
      case .claim(let index): self.entry = UInt32(index)
      case .overlay(let index): self.entry = UInt32(index) | Node.overlayFlag
      }
    }

    /// The top bit of `entry`, so that claims order before overlays.
    static let overlayFlag: UInt32 = 1 << 31

    var cover: Cover {
      let index = Int(entry & ~Node.overlayFlag)
      return Cover(entry: entry & Node.overlayFlag == 0 ? .claim(index) : .overlay(index), prefix: prefix)
    }

    /// How many digits order nodes.
    static let digits = 21

    /// A byte of what orders nodes, 0 the one that counts least: by address, wider prefixes first; on one prefix the entry
    /// that is listed first comes last, so that it ends up nearest to the leaf.
    func digit(_ position: Int) -> Int {
      let byte =
        switch position {
        case 0..<4: UInt64(~entry) >> UInt64(position * 8)
        case 4: UInt64(prefix.length)
        case 5..<13: prefix.address.low >> UInt64((position - 5) * 8)
        default: prefix.address.high >> UInt64((position - 13) * 8)
        }
      return Int(byte & 0xFF)
    }

    /// Sorts by one digit after another, which takes as long for each node of many as of few; digits that are the same in
    /// all are passed over.
    static func sort(_ nodes: inout [Node]) {
      var counts = [Int](repeating: 0, count: digits * 256)
      for node in nodes {
        for position in 0..<digits { counts[position * 256 + node.digit(position)] += 1 }
      }
      var sorted = nodes
      for position in 0..<digits {
        var places = counts[position * 256..<(position + 1) * 256]
        if places.contains(nodes.count) { continue }
        var place = 0
        for digit in places.indices { (places[digit], place) = (place, place + places[digit]) }
        for node in nodes {
          let digit = position * 256 + node.digit(position)
          sorted[places[digit]] = node
          places[digit] += 1
        }
        swap(&nodes, &sorted)
      }
    }
  }

  /// The set with handle h is `nodes[h - 1]` and its chain of parents.
  private var nodes: [Node] = []
  private var ipv4 = PieceMap<UInt32>()
  private var ipv6 = PieceMap<UInt128>()

  /// Makes an empty table.
  public init() {}

  /// Freezes prefixes.
  ///
  /// The same entry given twice on one prefix counts once.
  ///
  /// - Parameter prefixes: Every prefix with the entry that it belongs to, in any order; an entry's index must be below
  ///   2³¹.
  /// - Complexity: O(n) time and memory.
  public init(_ prefixes: [(prefix: IPPrefix, entry: Entry)]) {
    var sorted = prefixes.map { Node(prefix: $0.prefix, entry: $0.entry) }
    Node.sort(&sorted)
    nodes.reserveCapacity(sorted.count)
    // IPv4 prefixes and IPv6 prefixes that surround the mapped range are put apart, so that neither covers the other.
    sweep(sorted.lazy.filter { $0.prefix.address.isIPv4 }, into: \.ipv4) { $0.v4 }
    sweep(sorted.lazy.filter { !$0.prefix.address.isIPv4 }, into: \.ipv6) { $0.bits }
    ipv4.freeze()
    ipv6.freeze()
  }

  /// Walks the sorted prefixes of one family once, with the prefixes that are open on a stack.
  private mutating func sweep<Key>(
    _ sorted: some Sequence<Node>, into map: WritableKeyPath<PrefixTable, PieceMap<Key>>, key: (IPAddress) -> Key
  ) {
    var pieces = PieceMap<Key>()
    var open: [(last: Key, set: UInt32)] = []
    for var node in sorted {
      if let previous = nodes.last, previous.prefix == node.prefix, previous.entry == node.entry { continue }
      let first = key(node.prefix.address)
      while let innermost = open.last, innermost.last < first {
        open.removeLast()
        // No overflow: something starts after this end.
        pieces.append(open.last?.set ?? 0, from: innermost.last &+ 1)
      }
      node.parent = open.last?.set ?? 0
      nodes.append(node)
      pieces.append(UInt32(nodes.count), from: first)
      open.append((key(node.prefix.last), UInt32(nodes.count)))
    }
    while let innermost = open.popLast(), innermost.last < Key.max {
      pieces.append(open.last?.set ?? 0, from: innermost.last &+ 1)
    }
    self[keyPath: map] = pieces
  }

  /// Finds the set of all entries that cover an address.
  ///
  /// - Parameter address: The address.
  /// - Returns: The set's handle; `.empty` where nothing covers it.
  /// - Complexity: O(log n), without allocation.
  public func covers(of address: IPAddress) -> CoverSet {
    CoverSet(rawValue: address.isIPv4 ? ipv4(address.v4) : ipv6(address.bits))
  }

  /// The first entry on the longest prefix that covers an address, without allocation.
  func longest(covering address: IPAddress) -> Entry? {
    let set = covers(of: address)
    return set == .empty ? nil : nodes[Int(set.rawValue) - 1].cover.entry
  }

  /// The entries of a set, longest prefix first; on one prefix claims before overlays, each by index.
  ///
  /// - Parameter set: A handle that this table gave.
  /// - Returns: The entries with their prefixes.
  /// - Complexity: O(k) in the set's size.
  public func entries(of set: CoverSet) -> [Cover] {
    var covers: [Cover] = []
    var next = set.rawValue
    while next != 0 {
      let node = nodes[Int(next) - 1]
      covers.append(node.cover)
      next = node.parent
    }
    return covers
  }
}
