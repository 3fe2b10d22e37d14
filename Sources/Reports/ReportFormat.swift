import Assessment
import Flows
import Foundation
import Packets

/// What a report can be rendered as on standard output; the raw value is the name on the command line.
public enum ReportFormat: String, Sendable, CaseIterable {
  /// For the terminal.
  case text
  /// `report.json`, schema `ascribe-report/1`.
  case json
  /// The watched flows, RFC 4180, with the finding of each.
  case csv
  /// The watched flows as a Zeek log, with the finding of each.
  case zeek
  /// One self-contained page, for people.
  case html
  /// The same as Markdown.
  case markdown
  /// A STIX 2.1 bundle.
  case stix
  /// A MISP event.
  case misp

  /// The formats that a `report.json` can be rendered as.
  package static let rendered: [ReportFormat] = [.text, .json, .html, .markdown, .stix, .misp]

  /// Whether the format lists flows and nothing else, so that findings must hold all of theirs (`listLimit`).
  public var listsEveryWatchedFlow: Bool { self == .csv || self == .zeek }
}

extension Report {
  /// How text is laid out, and what STIX is marked with.
  public struct TextLayout: Sendable {
    /// Columns to use, 72 to 100: longer lines are hard to read.
    public let width: Int
    /// Whether colours are used (ANSI escape sequences).
    public let colour: Bool
    /// Whether STIX marks GREEN, AMBER and RED with the objects of TLP 1.
    public let usesFirstTLP: Bool

    /// Makes a layout.
    ///
    /// - Parameters:
    ///   - width: Columns of the terminal; brought into 72 to 100.
    ///   - colour: Whether colours are used.
    ///   - usesFirstTLP: Whether STIX marks GREEN, AMBER and RED with the objects of TLP 1.
    public init(width: Int = 100, colour: Bool = false, usesFirstTLP: Bool = false) {
      self.width = min(max(width, 72), 100)
      self.colour = colour
      self.usesFirstTLP = usesFirstTLP
    }
  }

  /// Renders the report; the same report gives the same bytes.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - layout: How text is laid out and STIX is marked; the other formats have no choice.
  ///   - sink: Receives the bytes, UTF-8.
  /// - Throws: What the sink throws.
  /// - Complexity: O(n) in findings and listed flows, O(n log n) for `csv` and `zeek`, which are in time order.
  public func render(
    as format: ReportFormat, layout: TextLayout = TextLayout(), to sink: @escaping ByteSink
  ) throws {
    var buffer = OutputBuffer(sink: sink)
    switch format {
    case .text: buffer.append(try printedDocument.text(layout: layout))
    case .html, .markdown, .stix, .misp: buffer.append(try document.rendered(as: format, layout: layout))
    case .json:
      var flows = FlowRowWriter(.json, catalog: catalog, isDemonstration: demonstrationData, threads: threads)
      try json.write(to: &buffer, flows: &flows)
      buffer.append(UInt8(ascii: "\n"))
    case .csv: try appendWatchedFlows(as: .csv, to: &buffer)
    case .zeek: try appendWatchedFlows(as: .zeek, to: &buffer)
    }
    try buffer.flush()
  }

  /// The report as its `report.json` is read again, from which all renderings but flow logs are made.
  var document: ReportDocument {
    get throws {
      var data = Data()
      try render(as: .json) { data.append(contentsOf: $0) }
      return try ReportDocument(json: data)
    }
  }

  private func appendWatchedFlows(as format: FlowLogFormat, to buffer: inout OutputBuffer) throws {
    var rows = FlowRowWriter(format, catalog: catalog, isDemonstration: demonstrationData, withFinding: true)
    var comments = Self.logComments(isDemonstration: demonstrationData)
    let unlisted = result.findings.reduce(UInt64(0)) {
      $0.addingCapped($1.flowCount - min($1.flowCount, UInt64($1.flows.count)))
    }
    if unlisted > 0 {
      comments.append("\(unlisted.counted("watched flow")) more are counted in findings and not listed here.")
    }
    rows.appendHeader(to: &buffer, comments: comments)

    var order: [(time: Timestamp, finding: Int, flow: Int)] = []
    for (finding, content) in result.findings.enumerated() {
      for (flow, content) in content.flows.enumerated() { order.append((content.record.firstPacket, finding, flow)) }
    }
    order.sort { $0 < $1 }
    for (_, finding, flow) in order {
      let content = result.findings[finding].flows[flow]
      rows.append(content.record, content.assessment, finding: result.findings[finding].id, to: &buffer)
      try buffer.flushIfFull()
    }
    rows.appendFooter(to: &buffer)
  }
}

extension ReportDocument {
  /// Renders the document in a format of `ReportFormat.rendered`; the same document gives the same bytes.
  ///
  /// - Parameters:
  ///   - format: The format; of those that need more than the document nothing comes.
  ///   - layout: How text is laid out; the other formats have no choice.
  /// - Returns: The text.
  /// - Throws: Only where a template is damaged, a fault of the program.
  package func rendered(as format: ReportFormat, layout: Report.TextLayout = Report.TextLayout()) throws -> String {
    switch format {
    case .text: text(layout: layout)
    case .html: try html()
    case .markdown: try markdown()
    case .stix: try stix(usesFirstTLP: layout.usesFirstTLP)
    case .misp: try misp()
    case .json, .csv, .zeek: ""
    }
  }
}
