import Packets

/// How many distinct things were seen, in bounded space: IPv4 addresses, or whatever has a hash.
///
/// Keeps the smallest hashes (a k-minimum-values sketch): exact up to `capacity` things, beyond that an estimate with
/// a standard error of 1/√capacity; 1.6 % for 4,096. The order in which they come changes nothing.
struct DistinctSources: Sendable {
  let capacity: Int
  /// Up to twice `capacity` hashes, some of them repeated.
  private var hashes: [UInt64] = []
  /// Hashes above cannot be among the smallest.
  private var threshold = UInt64.max

  init(capacity: Int = 4_096) { self.capacity = capacity }

  /// Counts an IPv4 address.
  ///
  /// - Complexity: O(log capacity) amortised.
  mutating func insert(_ v4: UInt32) { insert(hash: StableHash.mix(UInt64(v4))) }

  /// Counts a thing by its hash, which must be as good as random.
  ///
  /// - Complexity: O(log capacity) amortised.
  mutating func insert(hash: UInt64) {
    guard hash <= threshold, hash != hashes.last else { return }
    hashes.append(hash)
    if hashes.count == 2 * capacity { (hashes, threshold) = compacted() }
  }

  /// Counts what another one counted.
  mutating func merge(_ other: DistinctSources) {
    for hash in other.hashes { insert(hash: hash) }
  }

  /// How many addresses, and whether that is exact.
  var count: (value: UInt64, isExact: Bool) {
    let smallest = compacted().hashes
    guard smallest.count == capacity, let last = smallest.last, last > 0 else {
      return (UInt64(smallest.count), true)
    }
    // The hashes lie evenly in 0..<2^64, so that the k-th of n lies at about k/n.
    let estimate = Double(capacity - 1) / (Double(last) / 0x1p64)
    return (UInt64(min(estimate, 0x1p62).rounded()), false)
  }

  /// The smallest hashes, in order: all that the count rests on.
  var smallest: [UInt64] { compacted().hashes }

  private func compacted() -> (hashes: [UInt64], threshold: UInt64) {
    var smallest: [UInt64] = []
    smallest.reserveCapacity(2 * capacity)
    for hash in hashes.sorted() where hash != smallest.last && smallest.count < capacity {
      smallest.append(hash)
    }
    return (smallest, smallest.count == capacity ? smallest[capacity - 1] : .max)
  }
}
