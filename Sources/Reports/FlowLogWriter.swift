public import Assessment
public import Catalog
public import Flows
package import Packets

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

  /// The format of the log.
  package var format: FlowLogFormat { rows.format }

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

  /// Writes a row that another thread made of a flow.
  ///
  /// - Parameters:
  ///   - row: Its bytes, with the end of the line.
  ///   - time: When the flow's last packet was.
  /// - Throws: What the sink throws.
  package mutating func write(row: Span<UInt8>, lastPacket time: Timestamp) throws {
    rows.noteEnd(time)
    buffer.append(row)
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

/// Makes rows of a flow log, to be put in order by a writer.
///
/// Not thread-safe: each thread has its own.
package struct FlowLogRows: ~Copyable {
  private var rows: FlowRowWriter
  private var buffer = OutputBuffer { _ in }

  /// Makes rows of no flow.
  ///
  /// - Parameters:
  ///   - format: The format of the log.
  ///   - catalog: The catalog into which verdicts refer.
  package init(format: FlowLogFormat, catalog: Catalog) {
    rows = FlowRowWriter(format, catalog: catalog, isDemonstration: catalog.allowsDocumentationRanges)
  }

  /// Bytes of the rows so far.
  package var byteCount: Int { buffer.bytes.count }

  /// Makes the row of a flow, behind those that are there.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  package mutating func append(_ record: FlowRecord, _ assessment: FlowAssessment) {
    rows.append(record, assessment, to: &buffer)
  }

  /// Takes the rows out.
  ///
  /// - Returns: Their bytes.
  package mutating func take() -> [UInt8] { buffer.take() }
}
