public import Assessment
public import Catalog
public import Flows
import Packets

/// Writes every flow, attributed or not, as it comes: `--flows PATH`.
///
/// Rows go into one reused buffer that is handed to the sink when full. Not thread-safe.
public struct FlowLogWriter: ~Copyable {
  private let catalog: Catalog
  private let encoder: FlowRowEncoder
  private var buffer: OutputBuffer
  private var lastPacket: Timestamp?

  /// Starts a log; its header is handed over with the first rows.
  ///
  /// - Parameters:
  ///   - format: The format of the log.
  ///   - catalog: The catalog into which verdicts refer.
  ///   - sink: Receives the bytes.
  public init(format: FlowLogFormat, catalog: Catalog, sink: @escaping ByteSink) {
    self.catalog = catalog
    encoder = FlowRowEncoder(format, isDemonstration: catalog.allowsDocumentationRanges)
    buffer = OutputBuffer(sink: sink)
    encoder.appendHeader(to: &buffer, comments: Report.logComments(isDemonstration: catalog.allowsDocumentationRanges))
  }

  /// Writes one flow.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  /// - Throws: What the sink throws.
  /// - Complexity: O(1); some hundred bytes.
  public mutating func write(_ record: FlowRecord, assessment: FlowAssessment) throws {
    encoder.append(FlowRow(record, assessment, catalog: catalog), to: &buffer)
    lastPacket = max(lastPacket ?? record.lastPacket, record.lastPacket)
    try buffer.flushIfFull()
  }

  /// Hands over what is left; call it once, after the last flow.
  ///
  /// - Throws: What the sink throws.
  public mutating func finish() throws {
    encoder.appendFooter(to: &buffer, lastPacket: lastPacket)
    try buffer.flush()
  }
}
