import Glibc

/// Tells every sink of every alert.
///
/// Used by the thread that captures, which it never holds up before the capture ends.
package final class AlertDesk {
  /// The ways to the sinks.
  package let lanes: [AlertLane]
  /// Until when a full queue is waited for; nothing while packets come.
  private var deadline: ContinuousClock.Instant?

  /// Makes a desk.
  ///
  /// - Parameter lanes: The ways to the sinks.
  package init(lanes: [AlertLane]) { self.lanes = lanes }

  /// Tells all sinks.
  ///
  /// - Parameter alert: The alert.
  package func tell(_ alert: Alert) {
    for lane in lanes {
      var isTaken = lane.offer(alert)
      while !isTaken, let deadline, ContinuousClock.now < deadline {
        usleep(1_000)
        isTaken = lane.offer(alert)
      }
      if !isTaken { lane.drop() }
    }
  }

  /// Notes that no more packets come: from now on a full queue is waited for.
  ///
  /// - Parameter time: How long until `close` gives up.
  package func beginEnding(within time: Duration) { deadline = ContinuousClock.now + time }

  /// Ends all lanes and waits until they are empty, or until the time that was given.
  package func close() {
    for lane in lanes { lane.close() }
    guard let deadline else { return }
    while ContinuousClock.now < deadline, lanes.contains(where: { $0.figures.waiting > 0 }) { usleep(2_000) }
  }
}
