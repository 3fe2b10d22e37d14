import TestSupport
import Testing

@testable import Flows

@Suite struct StorageTests {
  @Test func flowsFillTwoCacheLines() {
    #expect(MemoryLayout<Flow>.stride == 128)
    // What finding a flow touches stands in the first.
    #expect(MemoryLayout<Flow>.offset(of: \.scope) ?? 64 < 64)
    #expect(MemoryLayout<Flow>.offset(of: \.start) == 64)
  }

  @Test func slabHandlesAreStableAndReused() {
    var slab = Slab<UInt64>()
    var kept: [UInt32: UInt64] = [:]
    var generator = SeededGenerator(seed: 1)
    for value in 0..<50_000 as Range<UInt64> {
      if let (handle, _) = kept.first, Int.random(in: 0..<3, using: &generator) == 0 {
        slab.release(handle)
        kept[handle] = nil
      }
      guard let handle = slab.allocate(value) else { continue }
      #expect(handle != 0)
      #expect(kept[handle] == nil)
      kept[handle] = value
    }
    #expect(slab.count == kept.count)
    for (handle, value) in kept { #expect(slab[handle] == value) }
  }

  /// Few distinct hashes, so that runs are long and deletions shift far.
  @Test(arguments: [3, 40, 100_000] as [UInt32])
  func indexAgreesWithADictionary(distinct: UInt32) {
    var index = FlowIndex()
    var model: [UInt32: UInt32] = [:]
    var generator = SeededGenerator(seed: UInt64(distinct))
    for _ in 0..<20_000 {
      let handle = UInt32.random(in: 1...3_000, using: &generator)
      if let hash = model[handle] {
        index.remove(hash, handle)
        model[handle] = nil
      } else {
        // High bits count in the slot only, low bits choose the place.
        let hash = UInt32.random(in: 0..<distinct, using: &generator) &* 0x0100_0001
        index.insert(hash, handle)
        model[handle] = hash
      }
    }
    #expect(index.count == model.count)
    for handle in 1...3_000 as ClosedRange<UInt32> {
      let hash = model[handle] ?? 7
      #expect(Self.find(hash, handle, in: index) == (model[handle] == nil ? 0 : handle))
    }
  }

  private static func find(_ hash: UInt32, _ handle: UInt32, in index: borrowing FlowIndex) -> UInt32 {
    let found = index.find(hash) { $0 == handle }
    return found == 0 && index.isGrowing ? index.findOld(hash) { $0 == handle } : found
  }

  /// Handles are found, and can be removed, while the index takes them over into more slots.
  @Test func indexGrowsStepByStep() {
    var index = FlowIndex()
    var generator = SeededGenerator(seed: 9)
    var model: [UInt32: UInt32] = [:]
    var growing = 0
    for handle in 1...60_000 as ClosedRange<UInt32> {
      let hash = UInt32(truncatingIfNeeded: generator.next())
      index.insert(hash, handle)
      model[handle] = hash
      let asked = UInt32.random(in: 1...handle, using: &generator)
      #expect(Self.find(model[asked] ?? 0, asked, in: index) == (model[asked] == nil ? 0 : asked))
      guard index.isGrowing else { continue }
      growing += 1
      if let hash = model.removeValue(forKey: asked) {
        index.remove(hash, asked)
        #expect(Self.find(hash, asked, in: index) == 0)
      }
    }
    #expect(growing > 500 && index.count == model.count)
    for (handle, hash) in model { #expect(Self.find(hash, handle, in: index) == handle) }
  }

  @Test func historiesOfAnyLength() {
    var pools = TCPPools()
    var history = TCPHistory()
    var expected = ""
    for count in 0..<100 {
      history.append(.rst, fromOriginator: count % 2 == 0, &pools)
      expected += count % 2 == 0 ? "R" : "r"
      #expect(history.text(pools) == expected)
    }
    history.release(&pools)
    #expect(pools.letters.count == 0)
    for _ in 0..<10_000 { history.append(.rst, &pools) }
    #expect(history.count == TCPHistory.limit)
  }
}
