import Testing

@testable import Screens

@Suite struct QuantityTests {
  @Test func numbersHaveSeparators() {
    #expect(Quantity.grouped(UInt64(0)) == "0")
    #expect(Quantity.grouped(UInt64(999)) == "999")
    #expect(Quantity.grouped(UInt64(1_000)) == "1,000")
    #expect(Quantity.grouped(UInt64.max) == "18,446,744,073,709,551,615")
    #expect(Quantity.grouped(-1.0) == "0")
    #expect(Quantity.grouped(Double.nan) == "0")
  }

  @Test(arguments: [
    (0.0, "0 B"), (999.4, "999 B"), (999.6, "1.00 kB"), (1_000, "1.00 kB"), (9_994, "9.99 kB"), (9_996, "10.0 kB"),
    (99_960, "100 kB"), (1_049_000, "1.05 MB"), (2.5e12, "2.50 TB"), (1e30, "1000000000000 EB"), (.infinity, "0 B"),
  ])
  func quantitiesHaveThreeDigits(number: Double, text: String) { #expect(Quantity.scaled(number, "B") == text) }

  @Test func durationsAreClocks() {
    #expect(Quantity.duration(61) == "00:01:01")
    #expect(Quantity.duration(86_400 * 3 + 7_384) == "3 d 02:03:04")
  }

  @Test func curvesEndAtTheRight() {
    #expect(Quantity.curve([0, 1, 2], width: 5) == "  ▁▅█")
    #expect(Quantity.curve([0, 0], width: 2) == "▁▁")
    #expect(Quantity.curve([9, 0, 1], width: 2) == "▁█")
  }

  @Test func ratesAreThoseOfWholeSeconds() {
    var meter = RateMeter(count: 2)
    let start = ContinuousClock.now
    meter.take([10, 0], at: start)
    meter.take([500, 9], at: start + .milliseconds(500))
    #expect(meter.rates == [0, 0])
    meter.take([1_010, 20], at: start + .seconds(2))
    #expect(meter.rates == [500, 10])
    meter.take([1_000, 20], at: start + .seconds(3))
    #expect(meter.rates == [0, 0])
    #expect(meter.history == [500, 0])
  }

  @Test func textIsCutByColumns() {
    #expect(ScreenText.fit("日本語", to: 6) == ("日本語", 6))
    #expect(ScreenText.fit("日本語", to: 5) == ("日本…", 5))
    #expect(ScreenText.fit("日本語", to: 4) == ("日…", 3))
    #expect(ScreenText.fit("abc", to: 0) == ("", 0))
    #expect(ScreenText.fit("a\u{202E}\u{1B}b", to: 9) == ("a··b", 4))
  }
}
