/// Counters that only grow, as rates of about a second.
package struct RateMeter {
  /// Seconds that are remembered.
  private static let memory = 240

  private var last: [UInt64]
  private var time: ContinuousClock.Instant?
  /// A second's growth of each counter.
  package private(set) var rates: [Double]
  /// Rates of the first counter, the latest last.
  package private(set) var history: [Double] = []

  /// Makes a meter.
  ///
  /// - Parameter count: Counters.
  package init(count: Int) {
    last = Array(repeating: 0, count: count)
    rates = Array(repeating: 0, count: count)
  }

  /// Takes the counters; before a second has passed nothing changes.
  ///
  /// - Parameters:
  ///   - counters: What they say.
  ///   - now: The time.
  package mutating func take(_ counters: [UInt64], at now: ContinuousClock.Instant) {
    guard let time else {
      (last, self.time) = (counters, now)
      return
    }
    let seconds = (now - time) / .seconds(1)
    guard seconds >= 1 else { return }
    rates = zip(counters, last).map { $0 >= $1 ? Double($0 - $1) / seconds : 0 }
    history.append(rates[0])
    if history.count > Self.memory { history.removeFirst() }
    (last, self.time) = (counters, now)
  }
}
