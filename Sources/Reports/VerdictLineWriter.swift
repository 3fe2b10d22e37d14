public import Assessment
public import Catalog
public import Flows
import Packets

/// Writes single verdicts as lines, while flows go on or as they end.
///
/// Not thread-safe.
public struct VerdictLineWriter: ~Copyable {
  private var rows: FlowRowWriter
  private var uids = FlowUID()
  private let catalog: Catalog

  /// Makes a writer.
  ///
  /// - Parameter catalog: The catalog into which verdicts refer.
  public init(catalog: Catalog) {
    self.catalog = catalog
    rows = FlowRowWriter(.json, catalog: catalog, isDemonstration: catalog.allowsDocumentationRanges)
  }

  /// The uid of a flow.
  ///
  /// - Parameter record: The flow.
  /// - Returns: The same as in every log.
  public mutating func uid(of record: FlowRecord) -> String { uids.string(for: record) }

  /// A verdict as the flow record in JSON, on one line without its end, with one member more: `provisional`.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  ///   - isProvisional: Whether the flow goes on.
  /// - Returns: The line.
  public mutating func json(_ record: FlowRecord, _ assessment: FlowAssessment, isProvisional: Bool) -> String {
    var buffer = OutputBuffer { _ in }
    rows.appendObject(record, assessment, to: &buffer)
    return String(decoding: buffer.bytes.dropLast(), as: UTF8.self) + ",\"provisional\":\(isProvisional)}"
  }

  /// A verdict for a terminal, on one line without its end.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  ///   - isProvisional: Whether the flow goes on.
  /// - Returns: The line.
  public mutating func text(_ record: FlowRecord, _ assessment: FlowAssessment, isProvisional: Bool) -> String {
    let claim = assessment.claims.first.flatMap { catalog.claims.indices.contains($0) ? catalog.claims[$0] : nil }
    let evidence = assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence
    let range = assessment.prefix?.description ?? claim?.rangeText
    var words = [
      "\(record.lastPacket.readable) UTC",
      "\(assessment.verdict.rawValue.uppercased()) (\(assessment.reason.rawValue))",
      evidence.grade.name, "\(record.originator.text) > \(record.responder.text)", record.ipProtocol.zeekName,
    ]
    if let range { words.append("in \(range)") }
    if let actor = catalog.actor(assessment.actor) { words.append("of \(actor.name) [\(claim?.id ?? "-")]") }
    words.append(uid(of: record))
    words.append(isProvisional ? "provisional" : "final")
    return words.joined(separator: "  ").madeSafe
  }
}

extension Endpoint {
  /// The endpoint as RFC 5952 section 6 writes it.
  fileprivate var text: String {
    address.isIPv4 ? "\(address.description):\(port)" : "[\(address.description)]:\(port)"
  }
}
