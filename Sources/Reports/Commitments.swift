import Cryptography

/// Commitments to everything that a release withholds or changes, so that each item can be opened later and shown to have
/// been there, while nobody can test a guess before (methodology 4.5).
///
/// The leaf of an item is that of RFC 9162 over 32 bytes of salt and the canonical JSON of the item's name and value; the
/// salt is derived from the release's key, the item's name and its value. The leaves are sorted, and blind ones fill them
/// up to a power of two: neither the order nor the number tells what is withheld.
package struct Commitments: Sendable {
  /// A withheld or changed item.
  package struct Item: Sendable, Equatable {
    /// A name of its own: `finding F1`, `claim example`, `address 192.0.2.1`.
    package var name: String
    /// What the full report says of it.
    package var value: DocumentValue
    /// 32 bytes that nobody can guess.
    package var salt: [UInt8]

    /// The hash of its leaf.
    package var leafHash: [UInt8] {
      MerkleTree.leafHash(
        of: salt + DocumentValue.object(["item": .string(name), "value": value]).canonicalJSON)
    }
  }

  /// The fewest leaves.
  private static let fewest = 16

  /// The items in the order of their names.
  package let items: [Item]
  /// All leaves in their order.
  package let leaves: [[UInt8]]
  private let tree: MerkleTree

  /// Commits to items.
  ///
  /// - Parameters:
  ///   - values: The items' names and values; of equal names the first counts.
  ///   - key: The release's key.
  /// - Complexity: O(n log n) in the items.
  init(_ values: [(name: String, value: DocumentValue)], key: ReleaseKey) {
    var seen: Set<String> = []
    let items = values.filter { seen.insert($0.name).inserted }.map { name, value in
      let content = Digest.sha256(of: value.canonicalJSON)
      return Item(name: name, value: value, salt: key.derive("salts", for: content + Array(name.utf8)))
    }.sorted { $0.name < $1.name }
    var size = Self.fewest
    while size < items.count { size *= 2 }
    let blind = (items.count..<size).map { key.derive("blind leaves", for: Array("\($0)".utf8)) }
    self.init(items: items, leaves: (items.map(\.leafHash) + blind).sorted { $0.lexicographicallyPrecedes($1) })
  }

  private init(items: [Item], leaves: [[UInt8]]) {
    self.items = items
    self.leaves = leaves
    tree = MerkleTree(leafHashes: leaves)
  }

  /// The tree's head.
  package var root: [UInt8] { tree.root }

  /// What the released manifest says: the hash function, the root and the number of leaves.
  package var head: DocumentValue {
    .object([
      "hash": .string("SHA-256"), "root": .string(Digest.hex(root)), "size": .count(UInt64(leaves.count)),
    ])
  }

  /// Opens an item.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The opening; nothing if there is no such item.
  package func opening(of name: String) -> Opening? {
    guard let item = items.first(where: { $0.name == name }),
      let index = leaves.firstIndex(of: item.leafHash)
    else { return nil }
    return Opening(item: item, index: UInt64(index), proof: tree.inclusionProof(of: index))
  }
}

extension Commitments {
  private static let schema = "ascribe-openings/1"

  /// All items with their salts, and all leaves: what whoever made the release keeps, schema `ascribe-openings/1`.
  package var document: DocumentValue {
    .object([
      "schema": .string(Self.schema),
      "head": head,
      "items": .array(
        items.map { .object(["item": .string($0.name), "salt": .string(Digest.hex($0.salt)), "value": $0.value]) }),
      "leaves": .array(leaves.map { .string(Digest.hex($0)) }),
    ])
  }

  /// Reads what `document` says; nothing if it is none, or its head is not that of its leaves.
  ///
  /// - Parameter document: An `openings.json`.
  package init?(_ document: DocumentValue) {
    guard document["schema"]?.text == Self.schema, let items = document["items"]?.elements,
      let leaves = document["leaves"]?.elements
    else { return nil }
    self.init(
      items: items.compactMap { item in
        guard let name = item["item"]?.text, let salt = item["salt"]?.hexadecimal, let value = item["value"] else {
          return nil
        }
        return Item(name: name, value: value, salt: salt)
      }, leaves: leaves.compactMap(\.hexadecimal))
    guard head == document["head"], self.items.count == items.count, self.leaves.count == leaves.count else {
      return nil
    }
  }
}
