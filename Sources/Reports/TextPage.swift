/// Lines of text for a terminal: wrapped, indented, coloured only if asked for.
///
/// Everything that it is given is made safe, so that no name can steer the terminal.
struct TextPage {
  /// What a piece of text is, which decides its colour.
  enum Style: String {
    case plain = ""
    case bold = "1"
    case quiet = "2"
    case warning = "33"
    case alarm = "1;33"
    case exclusive = "1;32"
    case open = "1;36"
  }

  private let layout: Report.TextLayout
  private(set) var text = ""

  private static let labelWidth = 14

  init(layout: Report.TextLayout) { self.layout = layout }

  mutating func blank() { text += "\n" }

  mutating func heading(_ title: String) {
    blank()
    line(title, .bold)
  }

  /// A line that is not wrapped.
  mutating func line(_ content: String, _ style: Style = .plain, indent: Int = 0) {
    text += String(repeating: " ", count: indent) + styled(content.madeSafe, style) + "\n"
  }

  /// A line of pieces with a style each.
  mutating func line(_ pieces: [(text: String, style: Style)], indent: Int = 0) {
    text += String(repeating: " ", count: indent)
    text += pieces.map { styled($0.text.madeSafe, $0.style) }.joined() + "\n"
  }

  /// A line with one piece at the left and one at the right margin.
  mutating func line(left: String, right: String, _ style: Style) {
    let gap = layout.width - left.madeSafe.count - right.madeSafe.count
    line([(left, style), (String(repeating: " ", count: max(gap, 2)), .plain), (right, style)])
  }

  /// Text wrapped between words.
  mutating func paragraph(_ content: String, _ style: Style = .plain, indent: Int = 0, bullet: String = "") {
    let words = content.madeSafe.split(separator: " ").map(String.init)
    for (index, row) in wrapped(words, " ", width: layout.width - indent - bullet.count).enumerated() {
      let lead = index == 0 ? bullet : String(repeating: " ", count: bullet.count)
      text += String(repeating: " ", count: indent) + lead + styled(row, style) + "\n"
    }
  }

  /// A label and the values that belong to it; a value is not broken where it fits on a line.
  mutating func field(_ label: String, _ values: [String], separator: String = " · ", indent: Int = 2) {
    guard !values.isEmpty else { return }
    let start = indent + Self.labelWidth
    let rows = wrapped(values.map(\.madeSafe), separator, width: layout.width - start)
    for (index, row) in rows.enumerated() {
      let lead =
        index == 0 ? label.madeSafe.padded(to: Self.labelWidth) : String(repeating: " ", count: Self.labelWidth)
      text += String(repeating: " ", count: indent) + styled(lead, .quiet) + row + "\n"
    }
  }

  /// Values that belong together; a value is not broken where it fits on a line.
  mutating func list(_ values: [String], separator: String = " · ", indent: Int) {
    for row in wrapped(values.map(\.madeSafe), separator, width: layout.width - indent) {
      text += String(repeating: " ", count: indent) + row + "\n"
    }
  }

  /// A table without rules: columns as wide as their widest cell, figures to the right, the last column wrapped.
  mutating func table(_ rows: [[String]], figures: Set<Int> = [], indent: Int = 2) {
    let rows = rows.map { $0.map(\.madeSafe) }
    guard let last = rows.map(\.count).max().map({ $0 - 1 }), last >= 0 else { return }
    let widths = (0...last).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    let start = indent + widths[..<last].reduce(0, +) + 2 * last
    for row in rows {
      var lead = String(repeating: " ", count: indent)
      for column in 0..<last {
        let cell = column < row.count ? row[column] : ""
        lead += cell.padded(to: widths[column], right: figures.contains(column)) + "  "
      }
      let final = last < row.count ? row[last] : ""
      let room = max(layout.width - start, 8)
      let cells =
        figures.contains(last)
        ? [final.padded(to: widths[last], right: true)]
        : wrapped(final.split(separator: " ").map(String.init), " ", width: room)
      for (index, cell) in (cells.isEmpty ? [""] : cells).enumerated() {
        let whole = (index == 0 ? lead : String(repeating: " ", count: start)) + cell
        text += whole.trimmedAtEnd + "\n"
      }
    }
  }

  private func styled(_ content: String, _ style: Style) -> String {
    layout.colour && style != .plain && !content.isEmpty ? "\u{1B}[\(style.rawValue)m\(content)\u{1B}[0m" : content
  }

  private func wrapped(_ units: [String], _ separator: String, width: Int) -> [String] {
    var rows: [String] = []
    var row = ""
    var count = 0
    for unit in units {
      let length = unit.count
      if row.isEmpty {
        (row, count) = (unit, length)
      } else if count + separator.count + length <= width {
        row += separator + unit
        count += separator.count + length
      } else {
        rows.append((row + (separator == ", " ? "," : "")).trimmedAtEnd)
        (row, count) = (unit, length)
      }
    }
    return row.isEmpty ? rows : rows + [row]
  }
}

extension String {
  func padded(to width: Int, right: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(width - count, 0))
    return right ? padding + self : self + padding
  }

  fileprivate var trimmedAtEnd: String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
