extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
  /// The moment as RFC 3339 in UTC with nanoseconds: `2014-11-24T08:00:00.123456789Z`.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the moment as text, as `description` gives it.
  ///
  /// - Parameter bytes: Receives 30 bytes of ASCII.
  /// - Complexity: O(1).
  public func append(to bytes: inout [UInt8]) {
    let (seconds, fraction) = flooredSeconds
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let secondOfDay = UInt64(seconds - days * 86_400)
    let date = CivilDate(daysSinceEpoch: days)
    var text = InlineArray<30, UInt8>(repeating: UInt8(ascii: "Z"))
    func put(_ value: UInt64, digits: Int, before end: Int, _ separator: Unicode.Scalar) {
      var rest = value
      for place in (end - digits..<end).reversed() {
        text[place] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      text[end] = UInt8(ascii: separator)
    }
    put(UInt64(date.year), digits: 4, before: 4, "-")
    put(UInt64(date.month), digits: 2, before: 7, "-")
    put(UInt64(date.day), digits: 2, before: 10, "T")
    put(secondOfDay / 3_600, digits: 2, before: 13, ":")
    put(secondOfDay / 60 % 60, digits: 2, before: 16, ":")
    put(secondOfDay % 60, digits: 2, before: 19, ".")
    put(fraction, digits: 9, before: 29, "Z")
    bytes.append(copying: text.span)
  }

  /// The moment as Zeek writes it: seconds since the epoch with six decimals, `1523241953.739049`, the last one rounded.
  public var epochDescription: String {
    var bytes: [UInt8] = []
    appendEpoch(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the moment as `epochDescription` gives it; serves for intervals too.
  ///
  /// - Parameter bytes: Receives at most 18 bytes of ASCII.
  /// - Complexity: O(1).
  public func appendEpoch(to bytes: inout [UInt8]) {
    let microseconds = (nanoseconds.magnitude + 500) / 1_000
    if nanoseconds < 0, microseconds > 0 { bytes.append(UInt8(ascii: "-")) }
    bytes.appendDecimal(microseconds / 1_000_000)
    bytes.append(UInt8(ascii: "."))
    bytes.appendDecimal(microseconds % 1_000_000, digits: 6)
  }

  /// Whole seconds at or before this moment, and the nanoseconds after them.
  private var flooredSeconds: (seconds: Int64, fraction: UInt64) {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0
      ? (quotient - 1, UInt64(remainder + 1_000_000_000)) : (quotient, UInt64(remainder))
  }

  /// Makes a timestamp from text.
  ///
  /// Reads a date, `2014-01-01`, as its first moment in UTC, and the date-time of RFC 3339 section 5.6,
  /// `2014-11-24T08:00:00.5+09:00`, UTC if it has no offset. Of a fraction nine digits count. Second 60 is the second
  /// after 59.
  ///
  /// - Parameter description: The text.
  /// - Complexity: O(n) in the length of the text.
  public init?(_ description: String) {
    var text = TextReader(description)
    guard let days = text.readDate() else { return nil }
    var time = (seconds: 0, nanoseconds: 0)
    if !text.isAtEnd {
      guard text.skip(UInt8(ascii: "T")) || text.skip(UInt8(ascii: "t")) else { return nil }
      guard let clock = text.readTime(), text.isAtEnd else { return nil }
      time = clock
    }
    // At most 9999 years of seconds: far from the ends of Int64. Nanoseconds are not.
    let seconds = days * 86_400 + Int64(time.seconds)
    let value = Int128(seconds) * 1_000_000_000 + Int128(time.nanoseconds)
    guard let nanoseconds = Int64(exactly: value) else { return nil }
    self.init(nanoseconds: nanoseconds)
  }
}

extension TextReader {
  /// Reads `YYYY-MM-DD` and gives the days since 1970-01-01.
  fileprivate mutating func readDate() -> Int64? {
    guard let year = readDecimal(digits: 4...4), skip(UInt8(ascii: "-")), let month = readDecimal(digits: 2...2),
      skip(UInt8(ascii: "-")), let day = readDecimal(digits: 2...2), (1...12).contains(month), day >= 1,
      day <= CivilDate.dayCount(year: year, month: month)
    else { return nil }
    return CivilDate(year: year, month: month, day: day).daysSinceEpoch
  }

  /// Reads `hh:mm:ss[.fraction][Z|±hh:mm]` and gives the seconds of the UTC day, which may lie outside it.
  fileprivate mutating func readTime() -> (seconds: Int, nanoseconds: Int)? {
    guard let hour = readDecimal(digits: 2...2), skip(UInt8(ascii: ":")), let minute = readDecimal(digits: 2...2),
      skip(UInt8(ascii: ":")), let second = readDecimal(digits: 2...2), hour < 24, minute < 60, second <= 60
    else { return nil }
    var nanoseconds = 0
    if skip(UInt8(ascii: ".")) {
      let start = position
      guard let digits = readDecimal(digits: 1...9) else { return nil }
      nanoseconds = (position - start..<9).reduce(digits) { value, _ in value * 10 }
      while readDecimal(digits: 1...1) != nil {}
    }
    let seconds = hour * 3_600 + minute * 60 + second
    if isAtEnd || skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return (seconds, nanoseconds) }
    let isEast = skip(UInt8(ascii: "+"))
    guard isEast || skip(UInt8(ascii: "-")), let hours = readDecimal(digits: 2...2), skip(UInt8(ascii: ":")),
      let minutes = readDecimal(digits: 2...2), hours < 24, minutes < 60
    else { return nil }
    let offset = hours * 3_600 + minutes * 60
    return (isEast ? seconds - offset : seconds + offset, nanoseconds)
  }
}

/// A date of the Gregorian calendar, carried back before its time.
struct CivilDate {
  var year: Int
  var month: Int
  var day: Int

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Makes the date of a day.
  ///
  /// Counts years from 1 March, so that a leap day is the last of its year, in eras of 400 years or 146,097 days; the
  /// months from March on repeat every five with 153 days.
  init(daysSinceEpoch: Int64) {
    let days = Int(daysSinceEpoch) + Self.daysBefore1970
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 0000-03-01 to 1970-01-01.
  private static let daysBefore1970 = 719_468

  /// The day's number, 0 for 1970-01-01; years 0–9999.
  var daysSinceEpoch: Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return Int64(era * 146_097 + dayOfEra - Self.daysBefore1970)
  }

  static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
