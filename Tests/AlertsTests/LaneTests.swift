import Alerts
import Foundation
import Testing

@Suite struct LaneTests {
  @Test func backoffDoublesUpToItsLimitWithJitter() {
    let backoff = Backoff()
    var generator = SplitMix(state: 7)
    var seen: Set<Int> = []
    for failures in 1...40 {
      let full = min(60_000, 500 << min(failures - 1, 20))
      for _ in 0..<50 {
        let wait = backoff.wait(after: failures, using: &generator)
        #expect((full / 2...full).contains(wait))
        if failures == 1 { seen.insert(wait) }
      }
    }
    #expect(seen.count > 20)
  }

  @Test func orderIsKept() {
    let seen = Box<[UInt64]>([])
    let lane = AlertLane(name: "test") {
      ScriptedSink { alert in
        seen.update { $0.append(alert.number) }
        return .taken
      }
    }
    for number in 1...500 { #expect(lane.offer(.sample(UInt64(number)))) }
    #expect(eventually { lane.figures.taken == 500 })
    #expect(seen.value == Array(1...500))
    lane.close()
  }

  @Test func everyAlertIsTakenDroppedOrWaiting() {
    let lane = AlertLane(name: "test", threads: 3, capacity: 50, backoff: .quick) {
      ScriptedSink { $0.number % 3 == 0 ? .refused("no") : .taken }
    }
    let desk = AlertDesk(lanes: [lane])
    for number in 1...3_000 { desk.tell(.sample(UInt64(number))) }
    desk.beginEnding(within: .seconds(5))
    desk.close()
    let figures = lane.figures
    #expect(figures.taken + figures.dropped == 3_000)
    #expect(figures.waiting == 0)
  }

  @Test func endIsNotHeldUpByAWait() {
    var backoff = Backoff()
    backoff.first = 60_000
    let tries = Box(0)
    let lane = AlertLane(name: "test", backoff: backoff) {
      ScriptedSink { _ in
        tries.update { $0 += 1 }
        return .unreachable("down")
      }
    }
    let desk = AlertDesk(lanes: [lane])
    desk.tell(.sample())
    desk.tell(.sample(2))
    #expect(eventually { tries.value == 1 })
    desk.beginEnding(within: .seconds(5))
    let start = ContinuousClock.now
    desk.close()
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(lane.figures.dropped == 2)
    // One last try each.
    #expect(tries.value == 3)
  }

  @Test func roomIsWaitedForOnceNoPacketsCome() {
    let lane = AlertLane(name: "test", capacity: 4) {
      ScriptedSink { _ in
        usleep(500)
        return .taken
      }
    }
    let desk = AlertDesk(lanes: [lane])
    desk.beginEnding(within: .seconds(10))
    for number in 1...200 { desk.tell(.sample(UInt64(number))) }
    desk.close()
    #expect(lane.figures.taken == 200)
    #expect(lane.figures.dropped == 0)
  }

  @Test func gaugeTellsTheLastSecond() {
    var gauge = DropGauge(memory: .seconds(10))
    #expect(gauge.interval(.seconds(1)) == CaptureInterval())
    let start = ContinuousClock.now
    for beat in 0...300 {
      // 10 packets a beat; 2 drops in each beat of the twentieth second alone.
      let drops = min(max(beat - 190, 0), 10) * 2
      gauge.note(packets: UInt64(beat * 10), drops: UInt64(drops), at: start + .milliseconds(100 * beat))
      if beat == 5 { #expect(gauge.interval(.seconds(1)) == CaptureInterval(packets: 50, drops: 0)) }
      if beat == 200 { #expect(gauge.interval(.seconds(1)) == CaptureInterval(packets: 100, drops: 20)) }
      if beat == 211 { #expect(gauge.interval(.seconds(1)).drops == 0) }
      if beat == 290 { #expect(gauge.interval(.seconds(10)).drops == 20) }
    }
    #expect(gauge.interval(.seconds(10)) == CaptureInterval(packets: 1_000, drops: 0))
  }
}

/// SplitMix64 with a fixed seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
