import Alerts

/// Says on standard error what became of alerts: when a sink stops to take them, and when alerts are lost.
struct AlertNotes {
  /// A sink says so much at most.
  private static let pause = Duration.seconds(10)

  private struct Told {
    var hasFault = false
    var dropped: UInt64 = 0
    var next: ContinuousClock.Instant?
  }

  private var told: [String: Told] = [:]

  /// Says what changed.
  ///
  /// - Parameters:
  ///   - desk: The desk; of standard error itself nothing is said while it may not be read.
  ///   - time: Now.
  mutating func note(_ desk: AlertDesk, at time: ContinuousClock.Instant) {
    for lane in desk.lanes where lane.name != "stderr" {
      let figures = lane.figures
      var told = told[lane.name] ?? Told()
      guard told.next.map({ time >= $0 }) ?? true else { continue }
      guard (figures.fault != nil) != told.hasFault || figures.dropped > told.dropped else { continue }
      Console.note("warning: \(Self.words(lane.name, figures, newlyDropped: figures.dropped - told.dropped))")
      told = Told(hasFault: figures.fault != nil, dropped: figures.dropped, next: time + Self.pause)
      self.told[lane.name] = told
    }
  }

  private static func words(_ name: String, _ figures: AlertLane.Figures, newlyDropped: UInt64) -> String {
    var words = figures.fault.map { "\(name): \(Console.printable($0))" } ?? "\(name): takes alerts again"
    if newlyDropped > 0 { words += "; \(newlyDropped) alerts lost" }
    if figures.waiting > 0 { words += "; \(figures.waiting) waiting" }
    return words + "."
  }

  /// Says what became of all alerts, at the end.
  ///
  /// - Parameter desk: The desk, closed.
  static func noteEnd(_ desk: AlertDesk) {
    for lane in desk.lanes {
      let figures = lane.figures
      let lost = figures.dropped + UInt64(figures.waiting)
      if lost > 0 {
        let fault = figures.fault.map { ": \(Console.printable($0))" } ?? ""
        Console.note("warning: \(lane.name): \(figures.taken) alerts delivered, \(lost) lost\(fault).")
      }
    }
  }
}
