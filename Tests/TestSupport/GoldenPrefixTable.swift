public import Catalog
public import Packets

/// The slow, obvious model of `PrefixTable`: a list that is read from end to end at each lookup.
public struct GoldenPrefixTable: Sendable {
  private var covers: [PrefixTable.Cover] = []

  /// Makes a model.
  ///
  /// - Parameter prefixes: Every prefix with the entry that it belongs to, in any order.
  public init(_ prefixes: [(prefix: IPPrefix, entry: PrefixTable.Entry)]) {
    for (prefix, entry) in prefixes {
      let cover = PrefixTable.Cover(entry: entry, prefix: prefix)
      if !covers.contains(cover) { covers.append(cover) }
    }
  }

  /// The entries that cover an address, longest prefix first; on one prefix claims before overlays, each by index.
  ///
  /// - Parameter address: The address.
  /// - Returns: The entries with their prefixes.
  public func entries(covering address: IPAddress) -> [PrefixTable.Cover] {
    covers.filter { $0.prefix.contains(address) }.sorted {
      if $0.prefix.length != $1.prefix.length { return $0.prefix.length > $1.prefix.length }
      return GoldenPrefixTable.rank($0.entry) < GoldenPrefixTable.rank($1.entry)
    }
  }

  private static func rank(_ entry: PrefixTable.Entry) -> (Int, Int) {
    switch entry {
    case .claim(let index): (0, index)
    case .overlay(let index): (1, index)
    }
  }
}
