import Assessment
import Flows
import Packets
import Reports

/// A flow that a finding lists, and which of its frames show what the finding says of it.
struct EvidenceTarget {
  /// A frame of an input.
  struct Place: Hashable {
    var file: UInt32
    var number: UInt64
  }

  /// Index of the finding.
  let finding: Int
  /// The flow's uid.
  let uid: String
  /// What the report says of it.
  let expected: FlowOutcome
  /// What its packets have in common.
  let key: ConversationKey
  /// Index of its sensor.
  let sensor: Int
  /// The times of its first and last packet; of a flow that goes on from an earlier record, of that one's first.
  let times: ClosedRange<Timestamp>
  /// What the frames that fix its grade are, for people.
  let roles: [Place: String]
  /// Its first frames, as numbers of the stream of all inputs.
  var frames: [UInt64] = []
  /// How many of these the evidence holds.
  var length = 0
  /// How many it holds at least: up to the last frame that the report cites.
  var leastLength = 1
  /// Whether it has more frames than `frames`.
  var hasMore = false

  /// Makes a target without frames.
  ///
  /// - Parameters:
  ///   - flow: The flow.
  ///   - finding: Index of its finding.
  ///   - uid: The flow's uid.
  ///   - expected: What the report says of it.
  init(_ flow: AssessedFlow, finding: Int, uid: String, expected: FlowOutcome) {
    let record = flow.record
    self.finding = finding
    self.uid = uid
    self.expected = expected
    key = ConversationKey(record)
    sensor = record.sensor
    let first = min(record.continuedFrom ?? record.firstPacket, record.firstPacket)
    times = first...max(first, record.lastPacket)
    var roles: [Place: String] = [:]
    if let cited = record.citations {
      let named: [(UInt64?, String)] = [
        (cited.syn, "SYN"), (cited.synAck, "SYN-ACK"), (cited.ack, "ACK"), (cited.ackedData, "first acknowledged data"),
      ]
      for (number, role) in named {
        guard let number else { continue }
        let place = Place(file: cited.file, number: number)
        roles[place] = roles[place].map { "\($0), \(role)" } ?? role
      }
      if roles.isEmpty { roles[Place(file: cited.file, number: cited.first)] = "first packet" }
    }
    self.roles = roles
  }
}

extension Report {
  /// The flows that findings list, in their order.
  ///
  /// - Returns: A target without frames for each.
  func evidenceTargets() -> [EvidenceTarget] {
    var uid = FlowUID()
    return result.findings.enumerated().flatMap { index, finding in
      finding.flows.map {
        EvidenceTarget(
          $0, finding: index, uid: uid.string(for: $0.record),
          expected: FlowOutcome($0.record, $0.assessment, in: catalog))
      }
    }
  }
}
