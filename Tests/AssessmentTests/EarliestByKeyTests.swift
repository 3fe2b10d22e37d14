import Packets
import TestSupport
import Testing

@testable import Assessment

/// The bounded sample: what it keeps, against a model that keeps everything, in any order of arrival.
@Suite struct EarliestByKeyTests {
  private struct Event: Hashable {
    var key: UInt64
    var value: Int
  }

  /// What must be kept: of all keys by rank those that fit together, of each its least values.
  private func golden(_ events: [Event], perKey: Int, limit: Int) -> [[Int]] {
    let lists = Dictionary(grouping: events, by: \.key).sorted { StableHash.mix($0.key) < StableHash.mix($1.key) }
      .map { Array($0.value.map(\.value).sorted().prefix(perKey)) }
    var held = 0
    return Array(
      lists.prefix { list in
        held += list.count
        return held <= limit
      })
  }

  @Test(arguments: 0..<12) func `whatever the order, the model's values are kept`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let keys = UInt64([1, 3, 20, 200][Int(seed % 4)])
    var events = (0..<2_000).map { _ in
      Event(key: .random(in: 0..<keys, using: &random), value: .random(in: 0..<500, using: &random))
    }
    let (perKey, limit) = (Int.random(in: 1...60, using: &random), Int.random(in: 1...400, using: &random))
    let expected = golden(events, perKey: perKey, limit: limit)
    let whole = golden(events, perKey: .max, limit: .max)
    for _ in 0..<4 {
      events.shuffle(using: &random)
      var sample = EarliestByKey<UInt64, Int>(perKey: perKey, limit: limit)
      for event in events { sample.insert(event.value, for: event.key, rank: StableHash.mix(event.key)) }
      let kept = sample.kept
      #expect(kept.lists.map(\.values) == expected)
      #expect(kept.isWhole == (expected == whole))
    }
  }

  @Test func `values beyond the limit are given up while they come`() {
    var sample = EarliestByKey<UInt64, Int>(perKey: 4, limit: 100)
    for key in 0..<100_000 as Range<UInt64> { sample.insert(1, for: key, rank: StableHash.mix(key)) }
    #expect(sample.kept.lists.count == 100)
    #expect(!sample.kept.isWhole)
    let first = sample.kept.lists.map(\.key)
    for key in (0..<100_000 as Range<UInt64>).reversed() { sample.insert(0, for: key, rank: StableHash.mix(key)) }
    #expect(sample.kept.lists.map(\.key) == Array(first.prefix(50)))
  }
}
