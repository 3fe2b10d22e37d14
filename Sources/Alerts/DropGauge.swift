/// What was counted in the last seconds, from counters that only grow.
///
/// Not thread-safe.
package struct DropGauge {
  private typealias Sample = (time: ContinuousClock.Instant, packets: UInt64, drops: UInt64)

  private let memory: Duration
  private var samples: [Sample] = []

  /// Makes a gauge.
  ///
  /// - Parameter memory: How far back it can look.
  package init(memory: Duration) { self.memory = memory }

  /// Notes the counters.
  ///
  /// - Parameters:
  ///   - packets: Packets so far, dropped ones included.
  ///   - drops: Dropped packets so far.
  ///   - time: Now; never earlier than the last time.
  package mutating func note(packets: UInt64, drops: UInt64, at time: ContinuousClock.Instant) {
    samples.append((time, packets, drops))
    // The youngest of those that are too old is kept: it is where the whole memory begins.
    while samples.count > 1, time - samples[1].time >= memory { samples.removeFirst() }
  }

  /// What was counted in the last stretch of time; in less than that if the gauge is younger.
  ///
  /// - Parameter length: How long.
  /// - Returns: The difference to the youngest sample that is so old.
  package func interval(_ length: Duration) -> CaptureInterval {
    guard let last = samples.last, let first = samples.last(where: { last.time - $0.time >= length }) ?? samples.first
    else { return CaptureInterval() }
    return CaptureInterval(packets: last.packets &- first.packets, drops: last.drops &- first.drops)
  }
}
