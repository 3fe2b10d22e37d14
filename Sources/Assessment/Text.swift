import Packets

extension Timestamp {
  /// The moment in UTC (RFC 3339), with a fraction only if there is one.
  var text: String {
    let text = description
    return text.hasSuffix(".000000000Z") ? text.dropLast(11) + "Z" : text
  }
}

extension UInt64 {
  /// The number for people: `1,234,567`.
  public var grouped: String {
    var groups: [String] = []
    var rest = self
    while rest >= 1_000 {
      groups.append(String(String(rest % 1_000 + 1_000).dropFirst()))
      rest /= 1_000
    }
    return ([String(rest)] + groups.reversed()).joined(separator: ",")
  }

  /// The number with what it counts: `1 flow`, `2,000 flows`.
  ///
  /// - Parameters:
  ///   - singular: The noun for one.
  ///   - plural: The noun for another number; the singular with an s if nothing.
  /// - Returns: The number for people and the noun.
  public func counted(_ singular: String, _ plural: String? = nil) -> String {
    "\(grouped) \(self == 1 ? singular : plural ?? singular + "s")"
  }
}

extension Double {
  /// The shortest decimal that reads back as the number, without `.0`.
  var plainText: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A positive number with three significant digits.
  public var text: String {
    guard self > 0, isFinite else { return "0" }
    var mantissa = self
    var exponent = 0
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var digits = Int((mantissa * 100).rounded())
    if digits == 1_000 { (digits, exponent) = (100, exponent + 1) }
    let text = "\(digits / 100).\(digits / 10 % 10)\(digits % 10)"
    return switch exponent {
    case 0: text
    case 1: "\(digits / 10).\(digits % 10)"
    case 2: "\(digits)"
    case -2 ... -1: "0." + String(repeating: "0", count: -exponent - 1) + "\(digits)"
    default: "\(text)e\(exponent)"
    }
  }
}

extension [String] {
  /// The items as a list in a sentence.
  func list(_ conjunction: String = "and") -> String {
    count < 2 ? joined() : "\(dropLast().joined(separator: ", ")) \(conjunction) \(self[count - 1])"
  }
}
