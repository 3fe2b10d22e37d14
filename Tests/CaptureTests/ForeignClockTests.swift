import Capture
import Testing

/// What a card's clock may be off by.
@Suite struct ForeignClockTests {
  private let second: Int64 = 1_000_000_000

  @Test func `a clock that agrees is fine`() {
    for offset in [0, second, -second] { #expect(ForeignClock.problem(offset: offset) == nil) }
  }

  @Test func `a clock of TAI is said, and captured by`() {
    let problem = ForeignClock.problem(offset: 37 * second)
    #expect(problem?.sentence.contains("37 seconds ahead of the host's") == true && problem?.endsCapture == false)
  }

  @Test func `a clock that was never set ends the capture`() {
    for offset in [-61 * second, 61 * second, .min, .max] {
      #expect(ForeignClock.problem(offset: offset)?.endsCapture == true)
    }
    #expect(ForeignClock.problem(offset: .min)?.sentence.contains("behind") == true)
  }
}
