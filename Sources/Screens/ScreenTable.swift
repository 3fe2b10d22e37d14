/// A table of a screen: columns that stand below each other, of which those that matter least go where room is short.
struct ScreenTable {
  /// A column.
  struct Column {
    var title: String
    var width: Int
    var isRight = false
    /// The higher, the earlier it goes; 0 never does.
    var rank = 0
  }

  /// A cell: its text, and how it looks.
  typealias Cell = (text: String, style: ScreenStyle)

  private static let gap = 2

  private let width: Int
  /// The columns that are shown, with their places among all.
  private let shown: [(place: Int, column: Column)]

  /// Lays columns out.
  ///
  /// - Parameters:
  ///   - columns: The columns.
  ///   - flexible: The one that takes what room is left; its width is the least it needs.
  ///   - width: Columns of the terminal.
  init(_ columns: [Column], flexible: Int, width: Int) {
    var shown = Array(columns.enumerated()).map { (place: $0.offset, column: $0.element) }
    func needed() -> Int { shown.map { $0.column.width + Self.gap }.reduce(-Self.gap, +) }
    while needed() > width, let worst = shown.map(\.column.rank).max(), worst > 0 {
      shown.removeAll { $0.column.rank == worst }
    }
    let left = width - needed()
    if left > 0, let index = shown.firstIndex(where: { $0.place == flexible }) { shown[index].column.width += left }
    self.width = width
    self.shown = shown
  }

  /// Columns of the terminal that a column got; 0 if it is not shown.
  func width(of place: Int) -> Int { shown.first { $0.place == place }?.column.width ?? 0 }

  /// The line of titles.
  var heading: ScreenLine { line { ($0.column.title, .quiet) } }

  /// A row.
  ///
  /// - Parameter cells: A cell for each column, those that are not shown too.
  /// - Returns: The line.
  func row(_ cells: [Cell]) -> ScreenLine { line { cells[$0.place] } }

  private func line(_ cell: ((place: Int, column: Column)) -> Cell) -> ScreenLine {
    var line = ScreenLine(width: width)
    for (index, column) in shown.enumerated() {
      if index > 0 { line.append("  ") }
      let (text, style) = cell(column)
      line.append(text, style, in: column.column.width, isRight: column.column.isRight)
    }
    return line
  }
}
