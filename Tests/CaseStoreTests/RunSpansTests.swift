import Packets
import TestSupport
import Testing

@testable import CaseStore

/// Which runs may hold the rest of a flow, against a look at all of them.
@Suite struct RunSpansTests {
  @Test(arguments: 0..<20) func `every run is asked`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var runs: [Int64: ClosedRange<Timestamp>] = [:]
    for run in 0..<Int64.random(in: 0..<8, using: &random) {
      let first = Int64.random(in: 0..<20, using: &random)
      runs[run] = Timestamp(seconds: first)...Timestamp(seconds: first + .random(in: 0..<20, using: &random))
    }
    let spans = RunSpans(runs)
    for run in Int64(0)..<9 {
      for second in Int64(0)..<45 {
        let last = Timestamp(seconds: second)
        for timeout in [0, 3_000_000_000, Int64.max] {
          let isThere = runs.contains { other, span in
            other != run && span.upperBound > last && span.lowerBound.nanoseconds(since: last) <= timeout
          }
          #expect(spans.hasOther(than: run, after: last, within: timeout) == isThere)
        }
      }
    }
  }

  /// A case is read again with each capture: the work for each flow must not grow with the runs.
  @Test func `many runs cost no more than few`() {
    let spans = RunSpans(
      Dictionary(
        uniqueKeysWithValues: (0..<Int64(20_000)).map {
          ($0, Timestamp(seconds: 3_600 * $0)...Timestamp(seconds: 3_600 * $0 + 60))
        }))
    var found = 0
    let time = ContinuousClock().measure {
      for run in 0..<Int64(20_000) {
        for second in 0..<Int64(20) {
          let last = Timestamp(seconds: 3_600 * run + second)
          if spans.hasOther(than: run, after: last, within: 1_000_000_000) { found += 1 }
        }
      }
    }
    #expect(found == 0 && time < .seconds(10))
  }
}
