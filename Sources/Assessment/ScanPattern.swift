import Catalog
import Flows
import Packets

/// Which covered sources look like scanners (methodology 2.5, modifier `scan_like` of 8).
///
/// Scan-like is a source with 10 or more distinct targets of ours (host and port) within an hour, of whose flows in that
/// hour less than a tenth carried data both sides of which were seen. It changes relevance, never a verdict. Of a source
/// the earliest 512 flows are looked at, and of sources with more than 131,072 flows together a sample that does not
/// depend on the order of arrival: a source may be missed then, which is said; none is wrongly called scan-like.
struct ScanPattern: Sendable {
  /// Distinct targets from which on a source is scan-like.
  static let targets = 10
  /// One over the share of data-bearing flows below which it is.
  static let flowsPerDataFlow: UInt64 = 10
  /// Nanoseconds within which the targets lie.
  static let window: Int64 = 3_600_000_000_000

  /// One flow that a covered source opened.
  struct Visit: Comparable, Sendable {
    let time: Int64
    let target: UInt64
    let hasData: Bool

    static func < (one: Visit, other: Visit) -> Bool {
      (one.time, one.target, one.hasData ? 1 : 0) < (other.time, other.target, other.hasData ? 1 : 0)
    }
  }

  private var visits = EarliestByKey<SourceKey, Visit>(perKey: 512, limit: 131_072)

  /// Adds a flow, if a covered address opened it towards a host that may be ours.
  mutating func add(_ flow: AssessedFlow) {
    guard flow.assessment.speaksOfOriginator, flow.otherIsLocal != false, flow.record.activity != .responseOnly,
      flow.record.continuedFrom == nil
    else { return }
    let source = SourceKey(flow.covered.address)
    let target = StableHash.of(
      flow.other.address, UInt64(flow.other.port) << 8 | UInt64(flow.record.ipProtocol.rawValue))
    visits.insert(
      Visit(time: flow.record.firstPacket.nanoseconds, target: target, hasData: flow.record.isDataBearing),
      for: source, rank: source.rank)
  }

  /// The scan-like sources, and whether every source could be looked at whole.
  ///
  /// - Complexity: O(n log n) in the flows kept.
  var sources: (found: Set<SourceKey>, isWhole: Bool) {
    let kept = visits.kept
    return (Set(kept.lists.filter { Self.isScanLike($0.values) }.map(\.key)), kept.isWhole)
  }

  /// Whether an hour that ends with one of the flows, which are in order, holds the pattern.
  static func isScanLike(_ visits: [Visit]) -> Bool {
    guard visits.count >= targets else { return false }
    var (first, data) = (0, UInt64(0))
    var counts: [UInt64: Int] = [:]
    for last in visits.indices {
      counts[visits[last].target, default: 0] += 1
      if visits[last].hasData { data += 1 }
      let end = Timestamp(nanoseconds: visits[last].time)
      while end.nanoseconds(since: Timestamp(nanoseconds: visits[first].time)) > window {
        let left = visits[first]
        if let count = counts[left.target], count > 1 {
          counts[left.target] = count - 1
        } else {
          counts[left.target] = nil
        }
        if left.hasData { data -= 1 }
        first += 1
      }
      // Flows of one moment stand or fall together.
      if last + 1 < visits.count, visits[last + 1].time == visits[last].time { continue }
      if counts.count >= targets, data * flowsPerDataFlow < UInt64(last - first + 1) { return true }
    }
    return false
  }

  /// What is said where not every flow of every source was looked at.
  static let sampleSentence =
    "Scanning by every source: of very many flows the earliest of a sample of sources were looked at for its pattern."

  /// The sentence of a finding; nothing without scan-like sources.
  static func sentence(_ count: Int, of sources: Int, isMinimum: Bool) -> String? {
    guard count > 0 else { return nil }
    let (some, all) = (UInt64(count), UInt64(sources))
    let whose =
      sources == 1 && !isMinimum
      ? "The source shows a"
      : "\(some.grouped) of \(isMinimum ? "at least " : "")\(all.counted("source")) \(count == 1 ? "shows" : "show") a"
    return
      "\(whose) pattern consistent with scanning; relevance low: \(targets) or more targets within an hour, less than "
      + "a tenth of the flows with data. That does not make it untargeted."
  }
}

extension FlowRecord {
  /// Whether the flow carried data and packets went both ways; payload that was only sent at us may be forged.
  var isDataBearing: Bool {
    switch activity {
    case .dataTwoWay, .dataIn, .dataOut: originatorCounts.packets > 0 && responderCounts.packets > 0
    case .connectOnly, .probe, .responseOnly: false
    }
  }
}
