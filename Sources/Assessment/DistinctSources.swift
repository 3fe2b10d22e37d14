import Packets

/// How many distinct IPv4 addresses were seen, in constant space.
///
/// Keeps the smallest hashes (a k-minimum-values sketch): exact up to `capacity` addresses, beyond that an estimate with
/// a standard error of 1/√capacity, 1.6 %.
struct DistinctSources: Sendable {
  static let capacity = 4_096
  /// Up to twice `capacity` hashes, some of them repeated.
  private var hashes: [UInt64] = []
  /// Hashes above cannot be among the smallest.
  private var threshold = UInt64.max

  init() { hashes.reserveCapacity(2 * Self.capacity) }

  /// Counts an address.
  ///
  /// - Complexity: O(log capacity) amortised, without allocation.
  mutating func insert(_ v4: UInt32) {
    let hash = Self.mix(UInt64(v4))
    guard hash <= threshold, hash != hashes.last else { return }
    hashes.append(hash)
    if hashes.count == 2 * Self.capacity { (hashes, threshold) = compacted() }
  }

  /// How many addresses, and whether that is exact.
  var count: (value: UInt64, isExact: Bool) {
    let smallest = compacted().hashes
    guard smallest.count == Self.capacity, let last = smallest.last, last > 0 else {
      return (UInt64(smallest.count), true)
    }
    // The hashes lie evenly in 0..<2^64, so that the k-th of n lies at about k/n.
    let estimate = Double(Self.capacity - 1) / (Double(last) / 0x1p64)
    return (UInt64(min(estimate, 0x1p32).rounded()), false)
  }

  private func compacted() -> (hashes: [UInt64], threshold: UInt64) {
    var smallest: [UInt64] = []
    smallest.reserveCapacity(2 * Self.capacity)
    for hash in hashes.sorted() where hash != smallest.last && smallest.count < Self.capacity {
      smallest.append(hash)
    }
    return (smallest, smallest.count == Self.capacity ? smallest[Self.capacity - 1] : .max)
  }

  /// SplitMix64's finalizer: one-to-one, so that no two addresses share a hash.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
