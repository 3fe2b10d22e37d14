/// Numbers as people read them.
enum Quantity {
  /// A number with thousands separators: 12,345,678.
  static func grouped(_ number: UInt64) -> String {
    let digits = String(number)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A rate per second without fractions.
  static func grouped(_ rate: Double) -> String { grouped(UInt64(max(0, rate.isFinite ? rate : 0).rounded())) }

  /// Three digits with a decimal prefix of the SI: 98.2 Mbit, 4.10 GB, 512 B.
  static func scaled(_ number: Double, _ unit: String) -> String {
    var (value, prefix) = (max(0, number.isFinite ? number : 0), "")
    // What would be rounded up to four digits has the next prefix.
    for next in ["k", "M", "G", "T", "P", "E"] where value >= 999.5 { (value, prefix) = (value / 1_000, next) }
    guard !prefix.isEmpty else { return "\(Int(value.rounded())) \(unit)" }
    let digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    let factor = [1, 10, 100][digits]
    let whole = Int((value * Double(factor)).rounded())
    let fraction = String(whole % factor)
    let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
    return "\(whole / factor)\(digits > 0 ? "." + zeros + fraction : "") \(prefix)\(unit)"
  }

  /// Seconds as days and a clock: 3 d 02:03:04.
  static func duration(_ seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = "\(two(seconds / 3_600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds >= 86_400 ? "\(seconds / 86_400) d \(clock)" : clock
  }

  /// A curve of blocks, the latest value at the right end.
  ///
  /// - Parameters:
  ///   - values: The values; the largest fills a block.
  ///   - width: Columns; earlier values are left out.
  /// - Returns: Text of that width.
  static func curve(_ values: [Double], width: Int) -> String {
    let shown = values.suffix(max(0, width))
    let top = shown.max() ?? 0
    let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    let curve = shown.map { value in
      top > 0 ? blocks[min(7, max(0, Int((value / top * 7).rounded())))] : blocks[0]
    }
    return String(repeating: " ", count: max(0, width - shown.count)) + String(curve)
  }
}
