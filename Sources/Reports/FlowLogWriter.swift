public import Assessment
public import Catalog
public import Flows

/// The formats of a flow log; the raw value is the name on the command line.
public enum FlowLogFormat: String, Sendable, CaseIterable {
  /// Zeek's tab-separated log with its header.
  case zeek
  /// One JSON object a line, keys sorted; fields that are not set are null.
  case json
  /// RFC 4180 with a header row, lines end with CRLF; fields that are not set are empty.
  case csv
}

/// Writes every flow, attributed or not, as it comes: `--flows PATH`.
///
/// Rows go into one reused buffer that is handed to the sink when full. Not thread-safe.
public struct FlowLogWriter: ~Copyable {
  private var rows: FlowRowWriter
  private var buffer: OutputBuffer

  /// Starts a log; its header is handed over with the first rows.
  ///
  /// - Parameters:
  ///   - format: The format of the log.
  ///   - catalog: The catalog into which verdicts refer.
  ///   - sink: Receives the bytes.
  public init(format: FlowLogFormat, catalog: Catalog, sink: @escaping ByteSink) {
    let isDemonstration = catalog.allowsDocumentationRanges
    rows = FlowRowWriter(format, catalog: catalog, isDemonstration: isDemonstration)
    buffer = OutputBuffer(sink: sink)
    rows.appendHeader(to: &buffer, comments: Report.logComments(isDemonstration: isDemonstration))
  }

  /// Takes another catalog, into which the verdicts of later flows refer.
  public mutating func replace(_ catalog: Catalog) { rows.catalog = catalog }

  /// Writes one flow.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  /// - Throws: What the sink throws.
  /// - Complexity: O(1); some hundred bytes.
  public mutating func write(_ record: FlowRecord, assessment: FlowAssessment) throws {
    rows.append(record, assessment, to: &buffer)
    try buffer.flushIfFull()
  }

  /// Hands over what is left; call it once, after the last flow.
  ///
  /// - Throws: What the sink throws.
  public mutating func finish() throws {
    rows.appendFooter(to: &buffer)
    try buffer.flush()
  }
}
