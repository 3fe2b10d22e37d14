internal import Packets

/// Times and durations as text.
enum TimeText {
  /// Nanoseconds in a day.
  static let day: Int64 = 86_400_000_000_000

  /// Reads a date (00:00 UTC) or a time with its zone (RFC 3339).
  ///
  /// - Parameter text: `2014-12-19`, `2014-12-19T08:30:00Z`, `2014-12-19T08:30:00.25+09:00`.
  /// - Returns: The moment, and whether only a date was written; nothing if the text is no such time, or lies outside
  ///   the years that `Timestamp` holds.
  static func timestamp(_ text: String) -> (time: Timestamp, isDate: Bool)? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let date = number(bytes[8..<10]),
      (1...12).contains(month), (1...daysIn(month, of: year)).contains(date)
    else { return nil }
    let seconds = daysSinceEpoch(year, month, date) * 86_400
    if bytes.count == 10 { return moment(seconds, 0).map { ($0, true) } }
    guard bytes.count >= 20, [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(bytes[10]),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var rest = bytes[19...]
    var nanoseconds = 0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard (1...9).contains(digits.count), let value = number(digits) else { return nil }
      nanoseconds = (digits.count..<9).reduce(value) { scaled, _ in scaled * 10 }
      rest = rest[digits.endIndex...]
    }
    guard let offset = zone(rest) else { return nil }
    return moment(seconds + hour * 3600 + minute * 60 + second - offset, nanoseconds).map { ($0, false) }
  }

  /// Reads a duration: a whole number of days, hours, minutes or seconds.
  ///
  /// - Parameter text: `730d`, `12h`, `90m`, `30s`.
  /// - Returns: Nanoseconds; nothing if the text is no duration or too long for 64 bits.
  static func duration(_ text: String) -> Int64? {
    let units: [UInt8: Int64] = [
      UInt8(ascii: "d"): day, UInt8(ascii: "h"): day / 24, UInt8(ascii: "m"): day / 1440,
      UInt8(ascii: "s"): day / 86_400,
    ]
    let bytes = Array(text.utf8)
    guard let last = bytes.last, let unit = units[last], let count = number(bytes.dropLast()) else { return nil }
    let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }

  private static func moment(_ seconds: Int, _ nanoseconds: Int) -> Timestamp? {
    let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = product.addingReportingOverflow(Int64(nanoseconds))
    return overflow || carry ? nil : Timestamp(nanoseconds: sum)
  }

  /// Seconds east of UTC: `Z` or `±hh:mm`.
  private static func zone(_ bytes: ArraySlice<UInt8>) -> Int? {
    if bytes.count == 1, bytes.first == UInt8(ascii: "Z") || bytes.first == UInt8(ascii: "z") { return 0 }
    let bytes = Array(bytes)
    guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]),
      hours < 24, minutes < 60
    else { return nil }
    let offset = hours * 3600 + minutes * 60
    return bytes[0] == UInt8(ascii: "-") ? -offset : offset
  }

  /// A decimal number of at most 15 digits, so that it cannot overflow.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard (1...15).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }

  private static func daysIn(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar, counted from a year that starts in March.
  private static func daysSinceEpoch(_ year: Int, _ month: Int, _ date: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
