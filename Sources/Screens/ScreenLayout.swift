import Packets

/// Lays a snapshot out in the lines of a terminal.
///
/// ```
///   narrow                    wide (150 columns and more)
///   program, time             program, time
///   interfaces                interfaces
///   flows                     flows
///   watched addresses         watched addresses │ verdicts
///   verdicts                                    │
///   recorder, catalog, keys   recorder, catalog, keys
/// ```
/// A pure function of snapshot and size: no line is longer than the terminal is wide, and there are exactly as many as it
/// is high.
package struct ScreenLayout {
  /// From where on addresses and verdicts stand side by side.
  private static let wide = 150

  let snapshot: ScreenSnapshot
  let columns: Int
  let rows: Int

  /// Makes a layout.
  ///
  /// - Parameters:
  ///   - snapshot: What is shown.
  ///   - columns: Columns of the terminal.
  ///   - rows: Its rows.
  package init(_ snapshot: ScreenSnapshot, columns: Int, rows: Int) {
    self.snapshot = snapshot
    self.columns = min(max(columns, 1), 1_000)
    self.rows = min(max(rows, 1), 1_000)
  }

  /// The lines.
  package var lines: [ScreenLine] {
    let top = [title, ScreenLine(width: columns)] + interfaceLines + [ScreenLine(width: columns)] + flowLines
    let bottom = footer
    let room = rows - top.count - bottom.count
    // Where nothing else fits, the head of the page does.
    guard room > 0 else { return filled(top, rows) }
    return top + filled(snapshot.showsHelp ? help : middle(room), room) + bottom
  }

  private func filled(_ lines: [ScreenLine], _ count: Int) -> [ScreenLine] {
    Array((lines + Array(repeating: ScreenLine(width: columns), count: count)).prefix(count))
  }

  private func middle(_ room: Int) -> [ScreenLine] {
    let blank = ScreenLine(width: columns)
    guard columns >= Self.wide else {
      // Addresses need a line more than verdicts; each has its heading and a blank line above it.
      let events = max(0, (room - 2) * 2 / 5 - 1)
      let addresses = room - events - 2
      return [blank] + filled(addressLines(addresses - 1, width: columns), addresses - 1) + [blank]
        + eventLines(events + 1, width: columns)
    }
    let left = columns * 45 / 100
    let right = columns - left - 3
    let addresses = filled(addressLines(room - 1, width: left), room - 1)
    let events = filled(eventLines(room - 1, width: right), room - 1)
    return [blank]
      + zip(addresses, events).map { address, event in
        var line = ScreenLine(width: columns)
        line.append(address)
        line.pad(to: left)
        line.append(" │ ", .quiet)
        line.append(event)
        return line
      }
  }

  private var title: ScreenLine {
    var line = ScreenLine(width: columns)
    line.append(" " + snapshot.program, .strong)
    if snapshot.isPaused { line.append("  PAUSED", .warning) }
    if snapshot.isDemonstration { line.append("  DEMONSTRATION DATA", .warning) }
    let time = snapshot.time.description
    let right = "\(time.prefix(10)) \(time.dropFirst(11).prefix(8)) UTC "
    line.pad(to: columns - right.count)
    line.append(right, .quiet)
    return line
  }

  private var help: [ScreenLine] {
    let keys = [
      ("q", "end the capture; the report follows"),
      ("p", "hold the picture; the capture goes on"),
      ("s", "sort addresses by verdict, bytes or time last seen"),
      ("?", "this help"),
    ]
    let terms = [
      "E3 and better: packets prove that the address took part in an exchange.",
      "~ before a verdict: the flow goes on, and what comes later may weaken it.",
      "drops: packets that kernel or interface had no room for.",
    ]
    var lines = [ScreenLine(width: columns)]
    for (key, meaning) in keys {
      var line = ScreenLine(width: columns)
      line.append("   \(key)   ", .strong)
      line.append(meaning)
      lines.append(line)
    }
    lines.append(ScreenLine(width: columns))
    for term in terms {
      var line = ScreenLine(width: columns)
      line.append("   " + term, .quiet)
      lines.append(line)
    }
    return lines
  }
}
