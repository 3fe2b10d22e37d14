import Assessment
import Packets
import Testing

@testable import Reports

@Suite struct NumberTests {
  private static func written(_ body: (inout OutputBuffer) -> Void) -> String {
    var buffer = OutputBuffer { _ in }
    body(&buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (0, "0"), (9, "9"), (10, "10"), (999, "999"), (1_000, "1,000"), (1_000_000, "1,000,000"),
    (12_345_678, "12,345,678"), (100_010_001, "100,010,001"), (UInt64.max, "18,446,744,073,709,551,615"),
  ]) func peopleReadThousands(number: UInt64, text: String) {
    #expect(number.grouped == text)
    #expect(Self.written { $0.append(decimal: number) } == String(number))
  }

  @Test func nounsFollowTheirNumber() {
    #expect(UInt64(0).counted("flow") == "0 flows")
    #expect(UInt64(1).counted("flow") == "1 flow")
    #expect(UInt64(2_000).counted("flow") == "2,000 flows")
  }

  @Test(arguments: [
    (0, "0.000000000"), (1, "0.000000001"), (1_500_000_000, "1.500000000"), (-1, "-0.000000001"),
    (Int64.max, "9223372036.854775807"), (Int64.min, "-9223372036.854775808"),
  ]) func secondsKeepEveryNanosecond(nanoseconds: Int64, text: String) {
    #expect(Self.written { $0.append(seconds: nanoseconds) } == text)
  }

  @Test(arguments: [
    (0, "1970-01-01 00:00:00"), (951_782_399_999_999_999, "2000-02-28 23:59:59"),
    (1_416_816_721_000_000_123, "2014-11-24 08:12:01"), (-1, "1969-12-31 23:59:59"),
    (Int64.max, "2262-04-11 23:47:16"), (Int64.min, "1677-09-21 00:12:43"),
  ]) func peopleReadWholeSeconds(nanoseconds: Int64, text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).readable == text)
  }
}
