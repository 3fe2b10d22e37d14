import Packets
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

  /// Against a look at every slot.
  @Test func filledSlotsAreFound() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      let ticks = Int64.random(in: -2_000...2_000, using: &generator)
      var wheel = TimeWheel(start: Timestamp(nanoseconds: ticks << 30), longestTimeout: 0)
      for handle in 1...UInt32.random(in: 1...6, using: &generator) {
        let deadline = Timestamp(nanoseconds: (ticks + Int64.random(in: 0...600, using: &generator)) << 30)
        let isWatched = Bool.random(using: &generator)
        let list = wheel.list(of: deadline, isWatched: isWatched, handle: handle)
        wheel[list] = handle
      }
      let first = Int64.random(in: -511...512, using: &generator)
      let distances = first...first + Int64.random(in: 0...511, using: &generator)
      for (watched, unwatched) in [(true, true), (true, false), (false, true)] {
        let expected = distances.first { distance in
          watched && wheel.slot(at: distance, isWatched: true).contains { wheel[$0] != 0 }
            || unwatched && wheel.slot(at: distance, isWatched: false).contains { wheel[$0] != 0 }
        }
        let found = wheel.firstFilled(in: distances, watched: watched, unwatched: unwatched)
        #expect(found == expected)
      }
      for isWatched in [false, true] {
        for distance in 1...512 as ClosedRange<Int64> {
          _ = wheel.takeOut(wheel.slot(at: distance, isWatched: isWatched))
        }
      }
      let found = wheel.firstFilled(in: 1...512, watched: true, unwatched: true)
      #expect(found == nil)
    }
  }

  /// A flow of which no packet comes need not be moved while time goes on, whatever the longest timeout.
  @Test(arguments: [0, 1, 300, 549, 550, 3_600, 86_400, 1_000_000_000, .max >> 30])
  func deadlinesStayInTheirList(seconds: Int64) {
    let (timeout, start) = (seconds << 30, Int64(1_416_816_000) << 30)
    var wheel = TimeWheel(start: Timestamp(nanoseconds: start), longestTimeout: timeout)
    let deadline = Timestamp(nanoseconds: start).adding(timeout)
    let list = wheel.list(of: deadline, isWatched: false, handle: 1)
    for step in 0..<16 as Range<Int64> {
      _ = wheel.advance(to: Timestamp(nanoseconds: start).adding(timeout / 16 * step))
      let same = wheel.list(of: deadline, isWatched: false, handle: 1)
      #expect(same == list)
    }
  }

  /// Against a set of numbers.
  @Test func gapRangesAreJoinedAndCounted() {
    var gaps = GapRanges()
    var handle: UInt32 = 0
    var model: Set<UInt64> = []
    var generator = SeededGenerator(seed: 5)
    for step in 0..<20_000 {
      if handle != 0, Int.random(in: 0..<8, using: &generator) == 0 {
        let first = gaps.first(of: handle)
        #expect(first.lower == model.min())
        model.subtract(first.lower..<first.upper)
        gaps.removeFirst(of: &handle)
      } else {
        let lower = UInt64.random(in: 0..<400, using: &generator)
        let upper = lower + UInt64.random(in: 1...6, using: &generator)
        let isKept = gaps.insert(lower, upper, into: &handle)
        #expect(isKept)
        model.formUnion(lower..<upper)
      }
      if step % 5_000 == 0 {
        gaps.release(&handle)
        model = []
      }
      #expect((handle == 0) == model.isEmpty)
      guard handle != 0, let last = model.max() else { continue }
      let extent = gaps.extent(of: handle)
      #expect(extent.byteCount == UInt64(model.count) && extent.end == last + 1)
    }
    gaps.release(&handle)
    let count = gaps.count
    #expect(count == 0)
  }

  @Test(arguments: [false, true]) func gapRangesAreSoMany(isDescending: Bool) {
    var gaps = GapRanges()
    var handle: UInt32 = 0
    for place in 0..<UInt64(GapRanges.limit) {
      let lower = isDescending ? 1_000 - 2 * place : 2 * place
      let isKept = gaps.insert(lower, lower + 1, into: &handle)
      #expect(isKept)
    }
    let (tooMany, joined) = (
      gaps.insert(isDescending ? 1 : 1_000, isDescending ? 2 : 1_001, into: &handle),
      // One that touches another adds none.
      gaps.insert(isDescending ? 999 : 1, isDescending ? 1_000 : 2, into: &handle)
    )
    #expect(!tooMany && joined)
    let extent = gaps.extent(of: handle)
    #expect(extent.byteCount == UInt64(GapRanges.limit) + 1)
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
