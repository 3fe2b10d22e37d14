import Alerts

/// Says on standard error what became of alerts: when a sink stops to take them, and when alerts are lost.
struct AlertNotes {
  /// A sink says so much at most.
  private static let pause = Duration.seconds(10)

  private struct Told {
    var hasFault = false
    var dropped: UInt64 = 0
    var withoutRoom: UInt64 = 0
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
      let words = Self.words(
        lane.name, figures, newlyDropped: figures.dropped - told.dropped,
        withoutRoom: figures.withoutRoom - told.withoutRoom)
      Console.note("warning: \(words)")
      told = Told(
        hasFault: figures.fault != nil, dropped: figures.dropped, withoutRoom: figures.withoutRoom,
        next: time + Self.pause)
      self.told[lane.name] = told
    }
  }

  static func words(
    _ name: String, _ figures: AlertLane.Figures, newlyDropped: UInt64, withoutRoom: UInt64
  ) -> String {
    let state = withoutRoom > 0 ? "takes alerts more slowly than they come" : "takes alerts again"
    var words = "\(name): \(figures.fault.map(Console.printable) ?? state)"
    if newlyDropped > 0 { words += "; \(newlyDropped) alerts lost" }
    if withoutRoom > 0 { words += ", \(withoutRoom) of them since the queue was full" }
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
        var reasons = figures.fault.map { [Console.printable($0)] } ?? []
        if figures.withoutRoom > 0 { reasons.append("the queue was full for \(figures.withoutRoom)") }
        if figures.waiting > 0 { reasons.append("\(figures.waiting) were not taken in time") }
        let why = reasons.isEmpty ? "" : ": \(reasons.joined(separator: "; "))"
        Console.note("warning: \(lane.name): \(figures.taken) alerts delivered, \(lost) lost\(why).")
      }
    }
  }
}
