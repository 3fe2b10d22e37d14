public import Packets

/// What an assessment must know of one input.
public struct InputFacts: Sendable {
  /// The input as it was named.
  public var name: String
  /// Packets that its interfaces dropped; nothing where they do not say.
  public var interfaceDrops: UInt64?
  /// Packets without a time of their own.
  public var untimedPackets: UInt64
  /// When it gave no packets because an interface was gone or down, in order.
  public var absences: [ClosedRange<Timestamp>]
  /// Time of its first packet.
  public var firstPacket: Timestamp?
  /// Time of its last packet.
  public var lastPacket: Timestamp?

  /// Makes the facts of an input.
  ///
  /// - Parameters:
  ///   - name: The input as it was named.
  ///   - interfaceDrops: Packets that its interfaces dropped.
  ///   - untimedPackets: Packets without a time of their own.
  ///   - absences: When it gave no packets because an interface was gone or down, in order.
  ///   - firstPacket: Time of its first packet.
  ///   - lastPacket: Time of its last packet.
  public init(
    name: String, interfaceDrops: UInt64? = nil, untimedPackets: UInt64 = 0, absences: [ClosedRange<Timestamp>] = [],
    firstPacket: Timestamp?, lastPacket: Timestamp?
  ) {
    self.name = name
    self.interfaceDrops = interfaceDrops
    self.untimedPackets = untimedPackets
    self.absences = absences
    self.firstPacket = firstPacket
    self.lastPacket = lastPacket
  }
}

/// The times that inputs cover, from the first to the last packet of each but for its absences, overlaps merged
/// (methodology 6.4, 6.6).
public struct CaptureCoverage: Sendable, Equatable {
  /// A stretch of time, both ends included.
  public struct Stretch: Sendable, Equatable {
    /// Its first moment.
    public var first: Timestamp
    /// Its last moment.
    public var last: Timestamp
  }

  /// The covered times, apart and in order.
  public private(set) var stretches: [Stretch] = []

  /// Covers nothing.
  public init() {}

  /// Covers what inputs cover.
  ///
  /// - Parameter inputs: The inputs, in any order.
  /// - Complexity: O(n log n).
  public init(_ inputs: [InputFacts]) {
    let spans = inputs.flatMap(\.spans)
    for span in spans.sorted(by: { ($0.first, $0.last) < ($1.first, $1.last) }) {
      if let end = stretches.last?.last, span.first <= end {
        stretches[stretches.count - 1].last = max(end, span.last)
      } else {
        stretches.append(span)
      }
    }
  }

  /// The covered time in days.
  public var days: Double {
    stretches.reduce(0.0) { $0 + Double($1.last.nanoseconds(since: $1.first)) } / Double(Int64.day)
  }

  /// The times of more than an hour between what is covered: no data is not no activity.
  public var gaps: [Stretch] {
    zip(stretches, stretches.dropFirst()).map { Stretch(first: $0.last, last: $1.first) }
      .filter { $0.last.nanoseconds(since: $0.first) > 3_600_000_000_000 }
  }

  /// Whether both cover a moment.
  ///
  /// - Parameter other: The other coverage.
  /// - Returns: True if there is a moment that both cover.
  /// - Complexity: O(n + m).
  public func overlaps(_ other: CaptureCoverage) -> Bool {
    var (one, two) = (stretches[...], other.stretches[...])
    while let left = one.first, let right = two.first {
      if left.last < right.first {
        one.removeFirst()
      } else if right.last < left.first {
        two.removeFirst()
      } else {
        return true
      }
    }
    return false
  }
}

extension InputFacts {
  /// The times that it covers, in order.
  fileprivate var spans: [CaptureCoverage.Stretch] {
    guard var first = firstPacket else { return [] }
    var spans: [CaptureCoverage.Stretch] = []
    for absence in absences where absence.upperBound > first {
      if absence.lowerBound > first { spans.append(.init(first: first, last: absence.lowerBound)) }
      first = absence.upperBound
    }
    return spans + [.init(first: first, last: max(first, lastPacket ?? first))]
  }
}
