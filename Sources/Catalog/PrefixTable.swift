public import Packets

/// All catalog entries that cover an address, found in one lookup.
///
/// Frozen at load: the address space is cut at every prefix's ends, and each piece names the set of *all* entries that
/// cover it, of every actor and every time, not only the longest.
public struct PrefixTable: Sendable {
  /// One thing that a prefix may stand for.
  public enum Entry: Hashable, Sendable {
    /// A claim, by its index in the catalog.
    case claim(Int)
    /// An overlay, by its index in the catalog.
    case overlay(Int)
  }

  /// A set of entries that cover an address: a handle that is valid for the table that gave it.
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
  }

  /// Makes an empty table.
  public init() {}

  /// Freezes prefixes.
  ///
  /// - Parameter prefixes: Every prefix with the entry that it belongs to, in any order.
  /// - Complexity: O(n log n).
  public init(_ prefixes: [(prefix: IPPrefix, entry: Entry)]) {
  }

  /// Finds the set of all entries that cover an address.
  ///
  /// - Parameter address: The address.
  /// - Returns: The set's handle; `.empty` where nothing covers it.
  /// - Complexity: O(log n), without allocation.
  public func covers(of address: IPAddress) -> CoverSet {
    .empty
  }

  /// The entries of a set, longest prefix first.
  ///
  /// - Parameter set: A handle that this table gave.
  /// - Returns: The entries with their prefixes.
  /// - Complexity: O(k) in the set's size.
  public func entries(of set: CoverSet) -> [Cover] {
    []
  }
}
