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

  /// The grade of the side of which a verdict speaks.
  public func grade(of record: FlowRecord, _ assessment: FlowAssessment) -> String {
    (assessment.speaksOfOriginator ? record.originatorEvidence : record.responderEvidence).grade.name
  }

  /// The actor and the claim that a verdict names, as they stand in the catalog.
  public func names(in assessment: FlowAssessment) -> (actor: String?, claim: String?) {
    (catalog.actor(assessment.actor)?.name, claim(of: assessment)?.id)
  }

  private func claim(of assessment: FlowAssessment) -> Claim? {
    assessment.claims.first.flatMap { catalog.claims.indices.contains($0) ? catalog.claims[$0] : nil }
  }

  /// What kernel and interfaces counted about the time of a verdict: it stands beside each, since what was dropped may have
  /// said otherwise.
  public typealias Interval = (packets: UInt64, drops: UInt64)

  /// A verdict as the flow record in JSON, on one line without its end, with three members more: `packets` and `drops` of the
  /// interval, and `provisional`.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  ///   - interval: What was counted about its time.
  ///   - isProvisional: Whether the flow goes on.
  /// - Returns: The line.
  public mutating func json(
    _ record: FlowRecord, _ assessment: FlowAssessment, _ interval: Interval, isProvisional: Bool
  ) -> String {
    var buffer = OutputBuffer { _ in }
    rows.appendObject(record, assessment, to: &buffer)
    return String(decoding: buffer.bytes.dropLast(), as: UTF8.self)
      + ",\"packets\":\(interval.packets),\"drops\":\(interval.drops),\"provisional\":\(isProvisional)}"
  }

  /// A verdict for a terminal, on one line without its end.
  ///
  /// - Parameters:
  ///   - record: The flow.
  ///   - assessment: The verdict on it.
  ///   - interval: What was counted about its time.
  ///   - isProvisional: Whether the flow goes on.
  /// - Returns: The line.
  public mutating func text(
    _ record: FlowRecord, _ assessment: FlowAssessment, _ interval: Interval, isProvisional: Bool
  ) -> String {
    let claim = claim(of: assessment)
    let range = assessment.prefix?.description ?? claim?.rangeText
    var words = [
      "\(record.lastPacket.readable) UTC",
      "\(assessment.verdict.rawValue.uppercased()) (\(assessment.reason.rawValue))",
      grade(of: record, assessment), "\(record.originator.text) > \(record.responder.text)", record.ipProtocol.zeekName,
    ]
    if let range { words.append("in \(range)") }
    if let actor = catalog.actor(assessment.actor) { words.append("of \(actor.name) [\(claim?.id ?? "-")]") }
    words.append(uid(of: record))
    words.append(isProvisional ? "provisional" : "final")
    words.append("dropped \(interval.drops) of \(interval.packets)")
    return words.joined(separator: "  ").madeSafe
  }
}

extension Endpoint {
  /// The endpoint as RFC 5952 section 6 writes it.
  package var text: String {
    address.isIPv4 ? "\(address.description):\(port)" : "[\(address.description)]:\(port)"
  }
}
