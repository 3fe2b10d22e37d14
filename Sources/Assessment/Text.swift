import Packets

extension Timestamp {
  /// The moment in UTC (RFC 3339), with a fraction only if there is one.
  var text: String {
    let text = description
    return text.hasSuffix(".000000000Z") ? text.dropLast(11) + "Z" : text
  }
}

extension UInt64 {
  /// The number with thousands separators.
  var text: String {
    var text = ""
    for (index, digit) in String(self).enumerated() {
      if index > 0, (String(self).count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// The number with its noun.
  func text(_ singular: String, _ plural: String? = nil) -> String {
    "\(text) \(self == 1 ? singular : plural ?? singular + "s")"
  }
}

extension Double {
  /// A positive number with three significant digits.
  var text: String {
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
