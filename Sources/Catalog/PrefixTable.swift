public import Packets

/// All catalog entries that cover an address, found in one lookup.
///
/// Frozen at load: the address space of each family is cut at every prefix's ends, and each piece names the set of *all*
/// entries that cover it, of every actor and every time, not only the longest.
///
/// Two prefixes are either disjoint or one holds the other, so the sets form a tree: a set is one entry with its prefix,
/// and the set of what covers that prefix. A table of n prefixes holds n such nodes however deep they nest.
///
/// A full table of the internet, 0.9 million prefixes of IPv4 or 160,000 of IPv6, takes about 90 bytes a prefix; ten prefixes
/// take less than 4 KB.
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

  /// What a table is made of: in one object, for what is large is copied to be asked.
  @usableFromInline
  final class Frozen: Sendable {
    /// Each entry on each prefix, and the set that covers the prefix besides.
    ///
    /// The set with handle h is the node h - 1, those of IPv4 first, and its chain of parents. A tag is the complement of the
    /// entry's number, so that on one prefix the entry that is listed first comes last and ends up nearest to the leaf.
    let nodes: PrefixNodes
    @usableFromInline let ipv4: PieceMap<UInt32>
    /// Looked up by the first 64 bits of an address.
    @usableFromInline let ipv6: PieceMap<UInt64>
    /// What starts within one /64.
    let runs: PieceRuns

    /// Freezes prefixes that are tagged with the complement of their entries' numbers.
    init(tagged prefixes: consuming PrefixNodes) {
      var (nodes, runs) = (prefixes, PieceRuns())
      precondition(nodes.count < PieceRuns.run, "too many prefixes")
      nodes.sort()
      ipv4 = PieceMap(PrefixTable.sweep(&nodes.ipv4, handles: 0))
      ipv6 = PieceMap(runs.take(PrefixTable.sweep(&nodes.ipv6, handles: UInt32(nodes.ipv4.count))))
      (self.nodes, self.runs) = (nodes, runs)
    }

    /// The handle for an address whose entry in the root is none.
    @usableFromInline
    func follow(_ entry: UInt32, _ address: IPAddress) -> UInt32 {
      address.isIPv4
        ? ipv4.follow(entry, address.v4) : runs.resolve(ipv6.follow(entry, address.high), address.low)
    }
  }

  @usableFromInline let frozen: Frozen

  /// Makes an empty table.
  public init() { self.init([]) }

  /// Freezes prefixes.
  ///
  /// The same entry given twice on one prefix counts once.
  ///
  /// - Parameter prefixes: Every prefix with the entry that it belongs to, in any order, fewer than 2²⁹; an entry's index
  ///   must be below 2³¹.
  /// - Complexity: O(n) time and memory.
  public init(_ prefixes: [(prefix: IPPrefix, entry: Entry)]) {
    var nodes = PrefixNodes()
    for (prefix, entry) in prefixes { nodes.add(prefix, tag: ~entry.number) }
    self.init(tagged: nodes)
  }

  /// Freezes prefixes that are tagged with the complement of their entries' numbers.
  init(tagged prefixes: consuming PrefixNodes) { frozen = Frozen(tagged: prefixes) }

  /// Walks the sorted prefixes of one family once, with the prefixes that are open on a stack: sets their parents, and
  /// removes repetitions.
  ///
  /// - Parameters:
  ///   - nodes: The prefixes.
  ///   - handles: How many handles are given away already.
  /// - Returns: The pieces into which they cut the address space, with the handles of their sets.
  private static func sweep<Address>(_ nodes: inout [PrefixNode<Address>], handles: UInt32) -> Pieces<Address> {
    var pieces = Pieces<Address>(capacity: 2 * nodes.count + 1)
    var open: [(last: Address, set: UInt32)] = []
    var count = 0
    var span = nodes.mutableSpan
    for index in span.indices {
      var node = span[index]
      if count > 0, span[count - 1].isRepeated(by: node) { continue }
      while let innermost = open.last, innermost.last < node.address {
        open.removeLast()
        // No overflow: something starts after this end.
        pieces.append(open.last?.set ?? 0, from: innermost.last &+ 1)
      }
      node.parent = open.last?.set ?? 0
      span[count] = node
      count += 1
      let set = handles + UInt32(count)
      pieces.append(set, from: node.address)
      open.append((node.last, set))
    }
    nodes.removeLast(nodes.count - count)
    while let innermost = open.popLast(), innermost.last < Address.max {
      pieces.append(open.last?.set ?? 0, from: innermost.last &+ 1)
    }
    return pieces
  }

  /// Finds the set of all entries that cover an address.
  ///
  /// - Parameter address: The address.
  /// - Returns: The set's handle; `.empty` where nothing covers it.
  /// - Complexity: O(1), and O(log n) in the prefixes within one IPv6 /64, without allocation. In a full table one load
  ///   answers for nearly every IPv4 address, and two to five for an IPv6 address.
  @inlinable @inline(__always)
  public func covers(of address: IPAddress) -> CoverSet {
    let entry = address.isIPv4 ? frozen.ipv4.entry(at: address.v4) : frozen.ipv6.entry(at: address.high)
    return CoverSet(rawValue: entry < PieceRuns.run ? entry : frozen.follow(entry, address))
  }

  /// The first entry on the longest prefix that covers an address, without allocation.
  func longest(covering address: IPAddress) -> Entry? {
    let set = covers(of: address)
    return set == .empty ? nil : node(set.rawValue).cover.entry
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
      let (cover, parent) = node(next)
      covers.append(cover)
      next = parent
    }
    return covers
  }

  /// The innermost cover of a set, and the set of the others.
  private func node(_ handle: UInt32) -> (cover: Cover, parent: UInt32) {
    let index = Int(handle) - 1
    let nodes = frozen.nodes
    if index < nodes.ipv4.count {
      let node = nodes.ipv4[index]
      return (Cover(entry: Entry(number: ~node.tag), prefix: node.prefix), node.parent)
    }
    let node = nodes.ipv6[index - nodes.ipv4.count]
    return (Cover(entry: Entry(number: ~node.tag), prefix: node.prefix), node.parent)
  }
}

extension PrefixTable.Entry {
  /// The top bit of a number, so that claims order before overlays.
  private static let overlayFlag: UInt32 = 1 << 31

  /// The entry as one number, by which entries order.
  var number: UInt32 {
    switch self {
    case .claim(let index): UInt32(index)
    case .overlay(let index): UInt32(index) | Self.overlayFlag
    }
  }

  /// Makes the entry of a number.
  init(number: UInt32) {
    let index = Int(number & ~Self.overlayFlag)
    self = number & Self.overlayFlag == 0 ? .claim(index) : .overlay(index)
  }
}
