public import Packets

/// What the figures of a case need of a finished flow that no catalog entry covers.
public struct UnwatchedFlow: Sendable {
  /// One side of it.
  public struct Side: Sendable {
    /// Its address.
    public var address: IPAddress
    /// What the packets prove of it.
    public var grade: EvidenceGrade
    /// Whether it sent anything in the part that the record would cover.
    public var hasSent: Bool
    /// Whether it lies in a local network; false if none was named.
    public var isLocal: Bool

    /// Makes a side.
    package init(address: IPAddress, grade: EvidenceGrade, hasSent: Bool, isLocal: Bool) {
      (self.address, self.grade, self.hasSent, self.isLocal) = (address, grade, hasSent, isLocal)
    }
  }

  /// The side that started the flow.
  public var originator: Side
  /// The other side.
  public var responder: Side

  /// The same of a whole record.
  ///
  /// - Parameter record: A flow that nothing covers.
  public init(_ record: FlowRecord) {
    originator = Side(
      address: record.originator.address, grade: record.originatorEvidence.grade,
      hasSent: record.originatorCounts.packets > 0, isLocal: record.originatorIsLocal == true)
    responder = Side(
      address: record.responder.address, grade: record.responderEvidence.grade,
      hasSent: record.responderCounts.packets > 0, isLocal: record.responderIsLocal == true)
  }

  package init(originator: Side, responder: Side) {
    self.originator = originator
    self.responder = responder
  }
}
