public import Packets

/// What the IANA special-purpose registries say of an address (methodology 1.4, RFC 6890, RFC 8190).
///
/// The rows are data (`SpecialPurpose.registry`). The most specific row decides.
public enum SpecialPurpose {
  /// One row of the registries.
  public struct Entry: Sendable, Equatable {
    /// The address block.
    public let prefix: IPPrefix
    /// The registry's name of the block.
    public let name: String
    /// Where the block is specified.
    public let specification: String
    /// The registry's column "Globally Reachable"; nothing where it says N/A or is empty.
    public let isGloballyReachable: Bool?

    /// Whether an address here may be attributed to anyone.
    ///
    /// Only where the registry says True; not for 64:ff9b::/96 (RFC 6052), whose addresses a translator wrote.
    public var isAttributable: Bool { isGloballyReachable == true && specification != "RFC 6052" }
  }

  /// The row for an address.
  ///
  /// - Parameter address: The address.
  /// - Returns: The most specific row that covers it; nothing for ordinary globally reachable unicast.
  /// - Complexity: O(log n) in the number of rows.
  public static func entry(for address: IPAddress) -> Entry? {
    table.longest(covering: address).flatMap {
      if case .overlay(let row) = $0 { registry[row] } else { nil }
    }
  }

  /// Whether an address may be attributed at all (methodology X1): globally reachable unicast.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - allowingDocumentation: Whether the five documentation ranges count as ordinary addresses.
  /// - Returns: False for every address that no one on the internet can hold.
  public static func isAttributable(_ address: IPAddress, allowingDocumentation: Bool) -> Bool {
    guard let entry = entry(for: address) else { return true }
    return entry.isAttributable || (allowingDocumentation && documentationRanges.contains(entry.prefix))
  }

  /// Finds special-purpose space in a prefix.
  ///
  /// - Parameters:
  ///   - prefix: The prefix.
  ///   - allowingDocumentation: Whether the five documentation ranges count as ordinary addresses.
  /// - Returns: A row whose addresses may not be attributed and of which the prefix holds some; nothing if there is none.
  /// - Complexity: O(n) in the number of rows.
  public static func firstIntersection(with prefix: IPPrefix, allowingDocumentation: Bool) -> Entry? {
    func isBarred(_ entry: Entry) -> Bool {
      !(entry.isAttributable || (allowingDocumentation && documentationRanges.contains(entry.prefix)))
    }
    // What covers the whole prefix, most specific row first; then rows that lie within.
    let around = blocks.indices.filter { covers(blocks[$0], prefix) }.max { blocks[$0].length < blocks[$1].length }
    if let around, isBarred(registry[around]) { return registry[around] }
    return blocks.indices.first { covers(prefix, blocks[$0]) && blocks[$0] != prefix && isBarred(registry[$0]) }
      .map { registry[$0] }
  }

  private static func covers(_ wide: IPPrefix, _ narrow: IPPrefix) -> Bool {
    wide.length <= narrow.length && wide.contains(narrow.address)
  }

  /// The five ranges that `--allow-documentation-ranges` exempts (RFC 5737, RFC 3849, RFC 9637).
  public static let documentationRanges: [IPPrefix] = registry.filter { $0.name.hasPrefix("Documentation") }
    .map(\.prefix)

  /// The address blocks of all rows; within one of them, and between them, no answer of this type changes.
  public static let blocks: [IPPrefix] = registry.map(\.prefix)

  private static let table = PrefixTable(registry.enumerated().map { ($1.prefix, .overlay($0)) })
}
