/// How text on the screen looks.
package enum ScreenStyle: Equatable {
  /// Values.
  case plain
  /// Titles and what matters less.
  case quiet
  /// What the eye should find.
  case strong
  /// What is proved.
  case exclusive
  /// What is disputed, or needs care.
  case warning
  /// What is shared with others.
  case shared
  /// The history of rates.
  case history

  /// Select Graphic Rendition (ECMA-48), by colours that terminals let their users choose.
  fileprivate var rendition: String {
    switch self {
    case .plain: ""
    case .quiet: "2"
    case .strong: "1"
    case .exclusive: "1;31"
    case .warning: "33"
    case .shared: "36"
    case .history: "32"
    }
  }
}

/// A line of the screen: pieces of text that look differently.
///
/// Whatever is appended is made safe, and cut at the line's width; so a line never wraps.
package struct ScreenLine {
  private let width: Int
  private var pieces: [(text: String, style: ScreenStyle)] = []
  /// Columns that are taken.
  private(set) var columns = 0

  /// Makes an empty line.
  ///
  /// - Parameter width: Columns it may take.
  init(width: Int) { self.width = max(0, width) }

  /// Columns that are left.
  var room: Int { width - columns }

  /// Appends text.
  mutating func append(_ text: String, _ style: ScreenStyle = .plain) {
    let fitting = ScreenText.fit(text, to: room)
    guard fitting.columns > 0 else { return }
    pieces.append((fitting.text, style))
    columns += fitting.columns
  }

  /// Appends text in a column.
  ///
  /// - Parameters:
  ///   - text: The text, cut if it is longer.
  ///   - style: How it looks.
  ///   - width: Columns.
  ///   - isRight: Whether it stands at the right.
  mutating func append(_ text: String, _ style: ScreenStyle = .plain, in width: Int, isRight: Bool = false) {
    let fitting = ScreenText.fit(text, to: min(width, room))
    let space = String(repeating: " ", count: max(0, min(width, room) - fitting.columns))
    if isRight { append(space) }
    append(fitting.text, style)
    if !isRight { append(space) }
  }

  /// Goes on at a column.
  mutating func pad(to column: Int) {
    if column > columns { append(String(repeating: " ", count: column - columns)) }
  }

  /// Appends another line's pieces.
  mutating func append(_ line: ScreenLine) {
    for piece in line.pieces { append(piece.text, piece.style) }
  }

  /// The text alone.
  package var text: String { pieces.map(\.text).joined() }

  /// The line for a terminal.
  ///
  /// - Parameter colour: Whether styles show.
  /// - Returns: The text with its styles.
  package func rendered(colour: Bool) -> String {
    guard colour else { return text }
    return pieces.map { piece in
      piece.style == .plain ? piece.text : "\u{1B}[\(piece.style.rendition)m\(piece.text)\u{1B}[0m"
    }.joined()
  }
}
