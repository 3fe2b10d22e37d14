import Packets

extension OutputBuffer {
  /// How much of a time is printed.
  enum TimeStyle {
    /// RFC 3339, UTC, nanoseconds: `2014-11-24T08:12:01.000000123Z`.
    case rfc3339
    /// For people: `2014-11-24 08:12:01`.
    case seconds
    /// As Zeek stamps `#close`: `2014-11-24-08-12-01`.
    case zeekStamp
  }

  /// Appends a moment in UTC; the civil date by the usual 400-year cycle of 146,097 days.
  mutating func append(_ time: Timestamp, _ style: TimeStyle = .rfc3339) {
    let seconds = time.nanoseconds.flooredQuotient(by: 1_000_000_000)
    let nanoseconds = time.nanoseconds &- seconds &* 1_000_000_000
    let days = seconds.flooredQuotient(by: 86_400)
    let secondOfDay = seconds &- days &* 86_400

    // Days from 0000-03-01, so that the leap day is the last of a year. Int64 nanoseconds keep all of this positive.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)

    let (middle, colon): (Unicode.Scalar, Unicode.Scalar) =
      switch style {
      case .rfc3339: ("T", ":")
      case .seconds: (" ", ":")
      case .zeekStamp: ("-", "-")
      }
    appendPart(year, 4, "-")
    appendPart(month, 2, "-")
    appendPart(day, 2, middle)
    appendPart(secondOfDay / 3_600, 2, colon)
    appendPart(secondOfDay / 60 % 60, 2, colon)
    append(decimal: UInt64(secondOfDay % 60), minimumDigits: 2)
    if style == .rfc3339 {
      append(UInt8(ascii: "."))
      append(decimal: UInt64(nanoseconds), minimumDigits: 9)
      append(UInt8(ascii: "Z"))
    }
  }

  private mutating func appendPart(_ value: Int64, _ digits: Int, _ separator: Unicode.Scalar) {
    append(decimal: UInt64(value), minimumDigits: digits)
    append(UInt8(ascii: separator))
  }
}

extension Timestamp {
  /// The moment as text.
  func text(_ style: OutputBuffer.TimeStyle = .rfc3339) -> String {
    var buffer = OutputBuffer { _ in }
    buffer.append(self, style)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }
}
