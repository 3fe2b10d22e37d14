import Flows
import Packets

/// Which hosts of the other side come back to a covered address at regular intervals (methodology 6.8).
///
/// Periodic are at least ten flows of one host to one service of the range whose intervals are neither skewed (Bowley's
/// coefficient) nor spread (median absolute deviation): what a program does and a person does not. It labels a finding and
/// changes no verdict. The statistics are those that RITA publishes. Of a pair the earliest 512 flows are looked at, of very
/// many pairs a sample.
struct BeaconPattern: Sendable {
  /// Flows from which on intervals are looked at.
  static let flows = 10
  /// Nanoseconds that an interval must have in the median: what is closer is one visit.
  static let shortest: Int64 = 1_000_000_000
  /// Bowley's coefficient up to which intervals are not skewed.
  static let skewness = 0.2
  /// Share of the median interval up to which they are not spread.
  static let spread = 0.1

  private struct Pair: Hashable, Sendable {
    let key: FindingGroup.Key
    let client: IPAddress
    let service: Endpoint

    var rank: UInt64 { StableHash.mix(StableHash.of(client) ^ StableHash.of(service.address, UInt64(service.port))) }
  }

  /// A pair whose flows are periodic.
  struct Beacon: Sendable {
    let client: IPAddress
    let service: Endpoint
    let flows: Int
    /// The median interval in nanoseconds.
    let interval: Int64
  }

  private var starts = EarliestByKey<Pair, Int64>(perKey: 512, limit: 131_072)

  /// Adds a flow, if a covered address was contacted in it.
  mutating func add(_ flow: AssessedFlow) {
    guard !flow.assessment.speaksOfOriginator, !flow.assessment.speaksOfAttested, flow.record.continuedFrom == nil
    else {
      return
    }
    let pair = Pair(
      key: FindingGroup.Key(flow.assessment), client: flow.other.address, service: flow.covered)
    starts.insert(flow.record.firstPacket.nanoseconds, for: pair, rank: pair.rank)
  }

  /// The beacons of each finding, those with most flows first.
  var found: [FindingGroup.Key: [Beacon]] {
    var found: [FindingGroup.Key: [Beacon]] = [:]
    for (pair, times) in starts.kept.lists {
      guard let interval = Self.period(times) else { continue }
      found[pair.key, default: []].append(
        Beacon(client: pair.client, service: pair.service, flows: times.count, interval: interval))
    }
    return found.mapValues { beacons in
      beacons.sorted { ($1.flows, $0.client, $0.service) < ($0.flows, $1.client, $1.service) }
    }
  }

  /// The median interval of times that are in order; nothing unless they are periodic.
  ///
  /// - Complexity: O(n log n).
  static func period(_ times: [Int64]) -> Int64? {
    guard times.count >= flows else { return nil }
    // In order, so that the difference wraps around to what it is, however far apart the times are.
    let intervals = zip(times.dropFirst(), times).map { Double(UInt64(bitPattern: $0 &- $1)) }.sorted()
    let (lower, median, upper) = (quantile(intervals, 1), quantile(intervals, 2), quantile(intervals, 3))
    guard median >= Double(shortest) else { return nil }
    let range = upper - lower
    let skew = range > 0 ? (upper + lower - 2 * median) / range : 0
    let deviation = quantile(intervals.map { abs($0 - median) }.sorted(), 2)
    // Of intervals that hardly differ the skewness is noise.
    guard deviation <= spread * median, abs(skew) <= skewness || range <= spread * median else { return nil }
    return Int64(median)
  }

  /// A quartile of sorted values, between neighbours linearly.
  private static func quantile(_ values: [Double], _ quarter: Int) -> Double {
    let place = Double(values.count - 1) * Double(quarter) / 4
    let index = Int(place)
    let next = min(index + 1, values.count - 1)
    return values[index] + (values[next] - values[index]) * (place - Double(index))
  }

  /// The sentence of a finding; nothing without beacons.
  static func sentence(_ beacons: [Beacon]) -> String? {
    guard let first = beacons.first else { return nil }
    let others = UInt64(beacons.count - 1)
    return
      "Periodic: \(first.client) contacted \(first.service.address) port \(first.service.port) \(first.flows) times, every "
      + "\(first.interval.durationText) in the median"
      + (others > 0 ? "; \(others.counted("more pair")) of hosts likewise" : "")
      + ". Programs do that, good ones and bad ones; it changes no verdict."
  }
}
