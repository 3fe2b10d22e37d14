import Packets

/// The time that a case covers, laid out from left to right.
struct TimeAxis {
  static let left = 170.0
  static let width = 540.0

  /// The first packet.
  let first: Timestamp
  /// The last packet.
  let last: Timestamp
  /// Stretches that no input covers, as left edges and widths.
  let gaps: [(x: Double, width: Double)]

  /// Lays out the time from the first to the last packet.
  ///
  /// - Parameter document: The document; nothing comes of one without packets.
  init?(_ document: ReportDocument) {
    guard let first = document.coverage.firstPacket.flatMap({ Timestamp($0) }),
      let last = document.coverage.lastPacket.flatMap({ Timestamp($0) }), first <= last
    else { return nil }
    self.first = first
    self.last = last
    gaps = document.coverage.gaps.prefix(ReportPage.rowsListed).compactMap { gap in
      guard let from = Timestamp(gap.from), let until = Timestamp(gap.until) else { return nil }
      let x = Self.place(of: from, from: first, to: last)
      return (x, max(Self.place(of: until, from: first, to: last) - x, 1))
    }
  }

  /// Where a moment stands; what lies outside stands at the edge.
  func place(of moment: Timestamp) -> Double { Self.place(of: moment, from: first, to: last) }

  private static func place(of moment: Timestamp, from first: Timestamp, to last: Timestamp) -> Double {
    let span = Double(last.nanoseconds(since: first))
    guard span > 0 else { return left }
    return left + min(max(Double(moment.nanoseconds(since: first)) / span, 0), 1) * width
  }

  /// Five moments with their places; as fine as the time covered needs.
  var ticks: [TemplateValues] {
    let span = last.nanoseconds(since: first)
    guard span > 0 else { return [["x": Self.left.coordinate, "text": label(first, 1), "anchor": "start"]] }
    return (0...4).map { index in
      let moment = Timestamp(nanoseconds: first.nanoseconds + span / 4 * Int64(index))
      return [
        "x": (Self.left + Self.width / 4 * Double(index)).coordinate, "text": label(moment, span),
        "anchor": index == 0 ? "start" : index == 4 ? "end" : "middle",
      ]
    }
  }

  private func label(_ moment: Timestamp, _ span: Int64) -> String {
    let text = moment.description
    switch span {
    case (60 * 86_400_000_000_000)...: return String(text.prefix(10))
    case 86_400_000_000_000...: return String(text.dropFirst(5).prefix(11)).replacing("T", with: " ")
    case 600_000_000_000...: return String(text.dropFirst(11).prefix(5))
    case 20_000_000_000...: return String(text.dropFirst(11).prefix(8))
    default: return String(text.dropFirst(11).prefix(12))
    }
  }

  /// The whole time in words.
  var sentence: String { "From \(first.readable) to \(last.readable) UTC." }

  /// The gaps for a template that draws down to a height.
  func gapValues(height: Int) -> [TemplateValues] {
    gaps.map { ["x": $0.x.coordinate, "width": $0.width.coordinate, "height": height] }
  }
}
