import Catalog
import Flows
import Packets
import TestSupport
import Testing

@testable import Assessment

/// Periodic contacts to a range (methodology 6.8): a label, never a verdict.
@Suite struct BeaconPatternTests {
  let us: IPAddress
  let x: IPAddress
  let plain: Catalog

  init() throws {
    us = try ip("192.0.2.10")
    x = try ip("198.51.100.7")
    plain = catalog([claim([try net("198.51.100.0/24")])])
  }

  private func finding(_ seconds: [Int64], outbound: Bool = true) -> Finding {
    var assessment = CaseAssessment(catalog: plain, context: AssessmentContext())
    for second in seconds {
      let start = time(2014, 11, 24, 40_000 + second)
      _ = assessment.add(
        outbound ? flow(us, x, in: plain, port: 443, at: start) : flow(x, us, in: plain, port: 443, at: start))
    }
    return assessment.finish().findings[0]
  }

  private func isBeacon(_ seconds: [Int64], outbound: Bool = true) -> Bool {
    let finding = finding(seconds, outbound: outbound)
    #expect(finding.actions.contains("beacon") == finding.wording.contains { $0.hasPrefix("Periodic: ") })
    return finding.actions.contains("beacon")
  }

  @Test func `ten contacts at even intervals are periodic, nine are not`() {
    #expect(isBeacon((0..<10).map { $0 * 60 }))
    #expect(!isBeacon((0..<9).map { $0 * 60 }))
    let sentence = finding((0..<10).map { $0 * 60 }).wording.first { $0.hasPrefix("Periodic: ") }
    #expect(
      sentence
        == "Periodic: 192.0.2.10 contacted 198.51.100.7 port 443 10 times, every 1 min 0 s in the median. Programs do "
        + "that, good ones and bad ones; it changes no verdict.")
  }

  @Test func `jitter is allowed, a person's pauses are not`() {
    var generator = SeededGenerator(seed: 11)
    var (steady, human) = ([Int64](), [Int64]())
    var (first, second) = (Int64(0), Int64(0))
    for _ in 0..<40 {
      first += 300 + Int64.random(in: -20...20, using: &generator)
      second += Int64.random(in: 1...4, using: &generator) == 1 ? 900 : Int64.random(in: 5...60, using: &generator)
      steady.append(first)
      human.append(second)
    }
    #expect(isBeacon(steady) && !isBeacon(human))
  }

  @Test func `times from one end of the range to the other are no fault`() {
    let (numbers, step) = (0..<10 as Range<Int64>, Int64.max / 5)
    #expect(BeaconPattern.period([Int64.min] + numbers.map { Int64.max - 10 + $0 }) == nil)
    let interval = BeaconPattern.period(numbers.map { Int64.min &+ $0 &* step })
    #expect(interval.map { abs($0 - step) < 4_096 } == true)
  }

  @Test func `visits to us, and contacts within a second, are none`() {
    #expect(!isBeacon((0..<20).map { $0 * 60 }, outbound: false))
    #expect(!isBeacon([Int64](repeating: 0, count: 20)))
    #expect(BeaconPattern.period((0..<20).map { $0 * 999_999_999 }) == nil)
    #expect(BeaconPattern.period((0..<20).map { $0 * 1_000_000_000 }) == 1_000_000_000)
  }
}
