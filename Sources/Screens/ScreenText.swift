/// Text in the columns of a terminal.
///
/// A name that others chose can neither drive the terminal nor move what stands beside it: what takes no column, or turns
/// the direction of writing, shows as a dot.
enum ScreenText {
  /// Scalars that take two columns (Unicode, East Asian Width W and F, and emoji), by ranges.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23F3, 0x25FD...0x25FE, 0x2614...0x2615,
    0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE,
    0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA, 0x26F2...0x26FD, 0x2705...0x2705,
    0x270A...0x270B, 0x2728...0x2728, 0x274C...0x2757, 0x2795...0x27BF, 0x2B1B...0x2B55, 0x2E80...0x303E,
    0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D37F,
    0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F19A, 0x1F200...0x1F64F, 0x1F680...0x1F6FF,
    0x1F7E0...0x1F7FF, 0x1F90C...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
  ]

  /// The scalar if it takes one or two columns, else a dot.
  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    if (0x20..<0x7F).contains(scalar.value) { return scalar }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .nonspacingMark, .enclosingMark, .spacingMark,
      .surrogate, .privateUse, .unassigned:
      return "·"
    // Written from right to left, they would turn the line around.
    default:
      let isRightToLeft =
        (0x0590...0x08FF).contains(scalar.value) || (0xFB1D...0xFDFF).contains(scalar.value)
        || (0xFE70...0xFEFF).contains(scalar.value) || (0x10800...0x10FFF).contains(scalar.value)
        || (0x1E800...0x1EFFF).contains(scalar.value)
      return isRightToLeft || scalar.properties.isDefaultIgnorableCodePoint ? "·" : scalar
    }
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    scalar.value >= 0x1100 && wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Text that shows as it reads, cut to a width.
  ///
  /// - Parameters:
  ///   - text: Any text; it may be long, of which no more is read than fits.
  ///   - width: Columns.
  /// - Returns: The text, with `…` at its end if it was cut, and the columns it takes.
  static func fit(_ text: String, to width: Int) -> (text: String, columns: Int) {
    var scalars = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      let next = visible(scalar)
      let count = columns(next)
      if used + count > width {
        guard width > 0 else { return ("", 0) }
        // The mark takes the last column: what is beyond the room for it goes.
        while used > width - 1, let last = scalars.popLast() { used -= columns(last) }
        scalars.append("…")
        return (String(scalars), used + 1)
      }
      scalars.append(next)
      used += count
    }
    return (String(scalars), used)
  }
}
