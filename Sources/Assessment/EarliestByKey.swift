import Packets

/// The earliest values of each of many keys, in bounded space.
///
/// What is kept does not depend on the order of arrival: of a key its `perKey` least values, and of the keys those of
/// lowest rank, as many as hold `limit` values together. Ranks are hashes, so that the kept keys are a sample that nothing
/// about the keys favours. Twice `limit` values are held at most.
struct EarliestByKey<Key: Hashable & Sendable, Value: Comparable & Sendable>: Sendable {
  private struct List: Sendable {
    let rank: UInt64
    var values: [Value]
  }

  private let perKey: Int
  private let limit: Int
  private var lists: [Key: List] = [:]
  /// Values held, at most `perKey` counted of each key.
  private var total = 0
  /// Keys of this rank or a higher one are left out.
  private var threshold = UInt64.max
  private var hasLeftOut = false

  /// - Parameters:
  ///   - perKey: How many values of a key are kept.
  ///   - limit: How many values are kept in all.
  init(perKey: Int, limit: Int) {
    self.perKey = perKey
    self.limit = limit
  }

  /// Adds a value.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - key: Its key.
  ///   - rank: A hash of the key, always the same for it.
  /// - Complexity: O(log n) amortised.
  mutating func insert(_ value: Value, for key: Key, rank: UInt64) {
    guard rank < threshold else {
      hasLeftOut = true
      return
    }
    let count = Self.append(value, to: &lists[key, default: List(rank: rank, values: [])].values, perKey: perKey)
    if count > perKey {
      hasLeftOut = true
    } else {
      total += 1
      if total > 2 * limit { cut() }
    }
  }

  /// The keys with their values in order, and whether that is all that came.
  var kept: (lists: [(key: Key, values: [Value])], isWhole: Bool) {
    var copy = self
    if copy.total > limit { copy.cut() }
    let lists = copy.lists.sorted { $0.value.rank < $1.value.rank }
    return (lists.map { ($0.key, Array($0.value.values.sorted().prefix(perKey))) }, !copy.hasLeftOut)
  }

  private static func append(_ value: Value, to values: inout [Value], perKey: Int) -> Int {
    values.append(value)
    let count = values.count
    if count > 2 * perKey {
      values.sort()
      values.removeLast(count - perKey)
      // One more than are kept, so that the next one is known to be beyond them too.
      return perKey + 1
    }
    return count
  }

  /// Leaves out the keys of highest rank until the others hold no more than `limit`.
  private mutating func cut() {
    var held = 0
    for list in lists.values.sorted(by: { $0.rank < $1.rank }) {
      held += min(list.values.count, perKey)
      guard held > limit else { continue }
      threshold = list.rank
      break
    }
    lists = lists.filter { $0.value.rank < threshold }
    total = lists.values.reduce(0) { $0 + min($1.values.count, perKey) }
    hasLeftOut = true
  }
}

/// A hash that is the same in every run.
enum StableHash {
  /// SplitMix64's finalizer: one-to-one.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Of an address and a number.
  static func of(_ address: IPAddress, _ number: UInt64 = 0) -> UInt64 {
    let bits = address.bits
    let high = UInt64(truncatingIfNeeded: bits >> 64)
    return mix(mix(mix(high) ^ UInt64(truncatingIfNeeded: bits)) ^ number)
  }
}

/// Who is counted as one source: an IPv4 address, or an IPv6 network of /64 (methodology 1.4).
struct SourceKey: Hashable, Sendable {
  let address: IPAddress

  init(_ address: IPAddress) {
    self.address =
      address.isIPv4 ? address : IPAddress(high: UInt64(truncatingIfNeeded: address.bits >> 64), low: 0)
  }

  /// The hash by which sources are sampled.
  var rank: UInt64 { StableHash.of(address) }
}
