import Catalog
import Flows
import Packets

/// Which sensors saw the sessions of a finding, with the return path verified (methodology 4.2, 6.3).
///
/// A session seen at two sensors is two flows of the same endpoints at the same time. Corroboration is all or nothing:
/// one flow that only one sensor vouches for, one inside a tunnel, or one beyond the bound, and there is none. Neither
/// vouches for the other where the first or the last packets have the same time to the nanosecond, or both to the
/// microsecond, which no two clocks give: that is one capture, given twice, perhaps in a format of lower resolution.
struct ConversationIndex: Sendable {
  /// Flows remembered at most.
  static let limit = 65_536
  /// Nanoseconds that the clocks of two sensors may be apart.
  static let tolerance: Int64 = 5_000_000_000

  /// Endpoints in order, and the protocol; tags are the line's own.
  private struct Key: Hashable {
    var low: Endpoint
    var high: Endpoint
    var ipProtocol: IPProtocol

    init(_ record: FlowRecord) {
      low = min(record.originator, record.responder)
      high = max(record.originator, record.responder)
      ipProtocol = record.ipProtocol
    }
  }

  private struct Sighting {
    var sensor: Int
    var first: Timestamp
    var last: Timestamp
  }

  private var sightings: [Key: [Sighting]] = [:]
  private var count: UInt64 = 0

  /// Remembers a flow if it can be corroborated.
  mutating func add(_ flow: AssessedFlow) {
    guard flow.evidence.grade >= .e4, !flow.record.notes.contains(.tunnelled), count < Self.limit else { return }
    count += 1
    sightings[Key(flow.record), default: []].append(
      Sighting(sensor: flow.record.sensor, first: flow.record.firstPacket, last: flow.record.lastPacket))
  }

  /// The sensors that corroborate each other on every flow of a finding.
  ///
  /// - Parameters:
  ///   - flowCount: How many flows the finding has.
  ///   - sensors: The sensors.
  /// - Returns: Indexes of the sensors, in order; empty without corroboration.
  /// - Complexity: O(n s log n) in flows and sensors.
  func corroborators(ofAll flowCount: UInt64, _ sensors: [Sensor]) -> [Int] {
    guard count == flowCount, sensors.count > 1 else { return [] }
    var found: Set<Int> = []
    for conversation in sightings.values {
      let bySensor = Dictionary(grouping: conversation, by: \.sensor).mapValues(Timeline.init)
      for sighting in conversation {
        let others = bySensor.filter { other, timeline in
          isIndependent(sighting.sensor, other, sensors) && timeline.overlaps(sighting.first, sighting.last)
            && !timeline.holds(sighting.first, sighting.last)
        }
        guard !others.isEmpty else { return [] }
        found.formUnion(others.keys)
      }
    }
    return found.sorted()
  }

  private func isIndependent(_ one: Int, _ other: Int, _ sensors: [Sensor]) -> Bool {
    sensors.indices.contains(one) && sensors.indices.contains(other) && sensors[one].isIndependent(of: sensors[other])
  }

  /// When a sighting began and ended, in microseconds.
  private struct Span: Hashable {
    private var first: Int64
    private var last: Int64

    /// What a format of microseconds makes of a sighting: some tools cut the rest off, some round.
    static func readings(_ first: Timestamp, _ last: Timestamp) -> Set<Span> {
      Set(
        [0, 500].map { rest in
          Span(first: first.advanced(by: rest).nanoseconds / 1_000, last: last.advanced(by: rest).nanoseconds / 1_000)
        })
    }
  }

  /// The sightings of one sensor: by beginning, each with the latest end so far.
  private struct Timeline {
    private var starts: [Timestamp] = []
    private var ends: [Timestamp] = []
    private var firsts: Set<Timestamp> = []
    private var lasts: Set<Timestamp> = []
    private var spans: Set<Span> = []

    init(_ sightings: [Sighting]) {
      for sighting in sightings.sorted(by: { $0.first < $1.first }) {
        starts.append(sighting.first)
        ends.append(max(ends.last ?? sighting.last, sighting.last))
        firsts.insert(sighting.first)
        lasts.insert(sighting.last)
        spans.formUnion(Span.readings(sighting.first, sighting.last))
      }
    }

    /// Whether a sighting began or ended at one of these very moments, or began and ended in the same microseconds.
    func holds(_ first: Timestamp, _ last: Timestamp) -> Bool {
      firsts.contains(first) || lasts.contains(last) || !spans.isDisjoint(with: Span.readings(first, last))
    }

    /// Whether a sighting and an interval have a moment in common, give or take the tolerance.
    func overlaps(_ first: Timestamp, _ last: Timestamp) -> Bool {
      let limit = last.advanced(by: tolerance)
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= limit { low = middle + 1 } else { high = middle }
      }
      return low > 0 && ends[low - 1].advanced(by: tolerance) >= first
    }
  }
}
