/// Durations as text: a whole number of days, hours, minutes or seconds.
enum DurationText {
  /// Nanoseconds in a day.
  static let day: Int64 = 86_400_000_000_000

  private static let units: [Character: Int64] = ["d": day, "h": day / 24, "m": day / 1440, "s": day / 86_400]

  /// Reads a duration.
  ///
  /// - Parameter text: `730d`, `12h`, `90m`, `30s`.
  /// - Returns: Nanoseconds; nothing if the text is no duration, or too long for 64 bits.
  static func nanoseconds(_ text: String) -> Int64? {
    let digits = text.dropLast()
    // `Int64` would take a sign.
    guard let unit = text.last.flatMap({ units[$0] }), digits.allSatisfy(\.isASCII), digits.first?.isNumber == true,
      let count = Int64(digits)
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }

  /// Reads how far a clock was from UTC.
  ///
  /// - Parameter text: A duration, or milliseconds, perhaps with a sign: `0s`, `-250ms`, `+2s`.
  /// - Returns: Nanoseconds; nothing if the text is no such offset, or too long for 64 bits.
  static func offset(_ text: String) -> Int64? {
    let size = text.first == "-" || text.first == "+" ? String(text.dropFirst()) : text
    let isMilliseconds = size.hasSuffix("ms")
    guard let nanoseconds = nanoseconds(isMilliseconds ? size.dropLast(2) + "s" : size) else { return nil }
    return (text.first == "-" ? -1 : 1) * (isMilliseconds ? nanoseconds / 1_000 : nanoseconds)
  }

  /// Writes a duration as `nanoseconds` reads it.
  ///
  /// - Parameter nanoseconds: Whole seconds, as every duration of a catalog is.
  /// - Returns: `63072000s`.
  static func seconds(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1_000_000_000)s" }
}
