import Flows
import Packets

/// What the figures of a case need of every flow, in one small number.
struct FlowMarks: RawRepresentable {
  let rawValue: Int64

  init(rawValue: Int64) { self.rawValue = rawValue }

  init(_ record: FlowRecord) {
    let flow = UnwatchedFlow(record)
    let isCut = record.endReason == .endOfInput || record.endReason == .active
    func side(_ side: UnwatchedFlow.Side) -> Int64 {
      Int64(side.grade.rawValue) | (side.hasSent ? 8 : 0) | (side.isLocal ? 16 : 0)
    }
    rawValue =
      (record.isWatched ? 1 : 0) | (isCut ? 2 : 0) | side(flow.originator) << 2 | side(flow.responder) << 7
      | (record.attested != nil || record.tunnel != nil ? 4_096 : 0)
  }

  /// Whether an entry of the catalog with which the flow was recorded covers it.
  var isWatched: Bool { rawValue & 1 != 0 }

  /// Whether a verdict may rest on addresses other than those of the endpoints: a tunnel's ends, or one that is attested.
  static let isIndirect = "marks & 4096 <> 0"

  /// What the figures need of the flow if nothing covers it.
  ///
  /// - Parameters:
  ///   - originator: Its originator.
  ///   - responder: Its responder.
  /// - Returns: The figures.
  func flow(_ originator: IPAddress, _ responder: IPAddress) -> UnwatchedFlow {
    func side(_ address: IPAddress, _ bits: Int64) -> UnwatchedFlow.Side {
      UnwatchedFlow.Side(
        address: address, grade: EvidenceGrade(rawValue: UInt8(bits & 7)) ?? .e0, hasSent: bits & 8 != 0,
        isLocal: bits & 16 != 0)
    }
    return UnwatchedFlow(originator: side(originator, rawValue >> 2), responder: side(responder, rawValue >> 7))
  }
}
