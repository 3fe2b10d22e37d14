import Assessment
import Catalog
import Flows
import Packets
import Reports
import Screens

/// What was seen of each watched address: flows that ended, and those that go on as they stand now.
///
/// Of flows that go on nothing is remembered from one look to the next, for what was proved may be contradicted.
struct WatchedBoard {
  /// Addresses that are remembered; when there are more, those whose verdict is weakest and that were silent longest go.
  private static let limit = 4_096

  private let catalog: Catalog
  private var ended: [IPAddress: ScreenSnapshot.Address] = [:]
  private var standing: [IPAddress: ScreenSnapshot.Address] = [:]

  /// Makes an empty board.
  ///
  /// - Parameter catalog: The catalog.
  init(catalog: Catalog) { self.catalog = catalog }

  /// The addresses, in no order.
  var addresses: [ScreenSnapshot.Address] { Array(standing.merging(ended) { $0.joined(with: $1) }.values) }

  /// Takes a flow that has ended.
  mutating func end(_ record: FlowRecord, _ assessment: FlowAssessment) {
    guard record.isWatched else { return }
    let (address, row) = row(record, assessment)
    ended[address] = ended[address].map { $0.joined(with: row) } ?? row
    if ended.count > Self.limit { forget() }
  }

  /// Forgets the flows that went on.
  mutating func beginLook() { standing.removeAll(keepingCapacity: true) }

  /// Takes a flow that goes on.
  mutating func look(_ record: FlowRecord, _ assessment: FlowAssessment) {
    let (address, row) = row(record, assessment)
    standing[address] = standing[address].map { $0.joined(with: row) } ?? row
  }

  private func row(_ record: FlowRecord, _ assessment: FlowAssessment) -> (IPAddress, ScreenSnapshot.Address) {
    let isOriginator = assessment.speaksOfOriginator
    let attested = assessment.speaksOfAttested ? record.attested?.address : nil
    let address = attested ?? (isOriginator ? record.originator : record.responder).address
    let evidence = isOriginator ? record.originatorEvidence : record.responderEvidence
    return (
      address,
      ScreenSnapshot.Address(
        address: address.description, verdict: assessment.verdict, grade: evidence.grade.name,
        actor: catalog.actor(assessment.actor)?.name, flows: 1,
        bytes: record.originatorCounts.ipBytes &+ record.responderCounts.ipBytes, lastSeen: record.lastPacket)
    )
  }

  private mutating func forget() {
    let kept = ended.sorted { one, other in
      one.value.verdict == other.value.verdict
        ? one.value.lastSeen > other.value.lastSeen : one.value.verdict.isStronger(than: other.value.verdict)
    }
    ended = Dictionary(uniqueKeysWithValues: kept.prefix(Self.limit / 2).map { ($0.key, $0.value) })
  }
}

extension ScreenSnapshot.Address {
  /// Both rows of one address: counts add up, and the stronger verdict stands with its own grade.
  fileprivate func joined(with other: ScreenSnapshot.Address) -> ScreenSnapshot.Address {
    let isBetter = verdict == other.verdict ? grade >= other.grade : verdict.isStronger(than: other.verdict)
    var row = isBetter ? self : other
    row.flows = flows &+ other.flows
    row.bytes = bytes &+ other.bytes
    row.lastSeen = max(lastSeen, other.lastSeen)
    return row
  }
}

extension Verdict {
  /// Verdicts are declared strongest first.
  fileprivate func isStronger(than other: Verdict) -> Bool {
    guard let place = Self.allCases.firstIndex(of: self), let another = Self.allCases.firstIndex(of: other) else {
      return false
    }
    return place < another
  }
}
