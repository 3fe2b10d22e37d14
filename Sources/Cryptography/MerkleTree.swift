/// A Merkle tree over SHA-256 (RFC 9162 section 2.1, the same as RFC 6962 section 2.1): its root commits to every leaf and
/// to the order, and a short proof shows that a leaf is among them.
public struct MerkleTree: Sendable {
  /// The hashes of each level, the leaves' first.
  private var levels: [[[UInt8]]]

  /// Makes a tree.
  ///
  /// - Parameter leafHashes: The leaves' hashes in order, as `leafHash(of:)` makes them.
  /// - Complexity: O(n) hashes.
  public init(leafHashes: [[UInt8]]) {
    levels = [leafHashes]
    // A node without a sibling goes up as it is: this is the RFC's split at the largest power of two below the size.
    while let level = levels.last, level.count > 1 {
      levels.append(
        stride(from: 0, to: level.count, by: 2).map {
          $0 + 1 < level.count ? Self.nodeHash(level[$0], level[$0 + 1]) : level[$0]
        })
    }
  }

  /// The hash of a leaf: that of a zero byte and the entry (section 2.1.1).
  ///
  /// - Parameter entry: The leaf's content.
  /// - Returns: 32 bytes.
  public static func leafHash(of entry: [UInt8]) -> [UInt8] { Digest.sha256(of: [0] + entry) }

  private static func nodeHash(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { Digest.sha256(of: [1] + left + right) }

  /// The leaves.
  public var count: Int { levels[0].count }

  /// The tree's head: 32 bytes; of no leaves the hash of nothing.
  public var root: [UInt8] { levels.last?.first ?? Digest.sha256(of: []) }

  /// The proof that a leaf is in the tree (section 2.1.3.1): the hashes beside its way to the root, from below.
  ///
  /// - Parameter index: The leaf, from 0.
  /// - Returns: At most as many hashes as the tree has levels.
  /// - Complexity: O(log n).
  public func inclusionProof(of index: Int) -> [[UInt8]] {
    precondition(levels[0].indices.contains(index), "no such leaf")
    var position = index
    return levels.compactMap { level in
      defer { position /= 2 }
      let sibling = position ^ 1
      return level.indices.contains(sibling) ? level[sibling] : nil
    }
  }

  /// Checks a proof of inclusion, step by step as section 2.1.3.2 says.
  ///
  /// - Parameters:
  ///   - proof: The hashes.
  ///   - leafHash: The leaf's hash.
  ///   - index: Its place, from 0.
  ///   - size: The leaves of the tree.
  ///   - root: The tree's head.
  /// - Returns: Whether the proof holds.
  /// - Complexity: O(log n).
  public static func holds(
    _ proof: [[UInt8]], leafHash: [UInt8], index: UInt64, size: UInt64, root: [UInt8]
  ) -> Bool {
    guard index < size else { return false }
    var (node, last, hash) = (index, size - 1, leafHash)
    for sibling in proof {
      guard last != 0 else { return false }
      if node & 1 == 1 || node == last {
        hash = nodeHash(sibling, hash)
        while node & 1 == 0, node != 0 { (node, last) = (node >> 1, last >> 1) }
      } else {
        hash = nodeHash(hash, sibling)
      }
      (node, last) = (node >> 1, last >> 1)
    }
    return last == 0 && hash == root
  }
}
