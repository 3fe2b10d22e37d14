import Capture
import POSIX
import Synchronization

/// The way to one sink: a bounded queue and threads of its own, so that whatever the sink does holds nobody else up.
///
/// ```
///   tell ──► queue ──► thread: deliver ──► taken
///     │                   ▲  │
///     └─► dropped ◄───────┴──┴─ failed: wait, try again
/// ```
/// A full queue drops the alert that comes; each drop is counted.
package final class AlertLane: Sendable {
  /// Alerts that may wait, with the one that is being delivered.
  package static let capacity = 8_192

  /// What became of the alerts so far.
  package struct Figures: Sendable, Equatable {
    package init() {}

    /// Alerts that were taken.
    package var taken: UInt64 = 0
    /// Tries after the first of an alert.
    package var retries: UInt64 = 0
    /// Alerts that found the queue full, were refused, or were given up.
    package var dropped: UInt64 = 0
    /// Those of them that found the queue full.
    package var withoutRoom: UInt64 = 0
    /// Alerts that wait or are being delivered.
    package var waiting = 0
    /// Why the last try failed; nothing if it did not.
    package var fault: String?
  }

  /// The sink's name in messages and metrics.
  package let name: String
  private let capacity: Int
  private let queue = Channel<Alert>()
  /// Closed when waits are to end.
  private let ending = Channel<Never>()
  private let isClosing = Atomic<Bool>(false)
  private let shared = Mutex(Figures())

  /// Opens a lane.
  ///
  /// - Parameters:
  ///   - name: The sink's name.
  ///   - threads: Alerts that are delivered at once.
  ///   - capacity: Alerts that may wait.
  ///   - backoff: How long to wait between tries.
  ///   - sink: Makes the sink, once for each thread and on it.
  package init(
    name: String, threads: Int = 1, capacity: Int = AlertLane.capacity, backoff: Backoff = Backoff(),
    sink: @escaping @Sendable () -> any AlertSink
  ) {
    self.name = name
    self.capacity = capacity
    for _ in 0..<max(1, threads) {
      let hasStarted = startThread(mayWait: true) { [self] in run(sink(), backoff) }
      // Without a thread the queue fills, and what does not fit is counted as dropped.
      if !hasStarted { shared.withLock { $0.fault = "the system has no thread to spare" } }
    }
  }

  /// What became of the alerts so far.
  package var figures: Figures { shared.withLock { $0 } }

  /// Takes an alert; never waits.
  ///
  /// - Parameter alert: The alert.
  /// - Returns: False if the queue is full: nothing is counted then.
  package func offer(_ alert: Alert) -> Bool {
    let hasRoom = shared.withLock { figures in
      guard figures.waiting < capacity else { return false }
      figures.waiting += 1
      return true
    }
    if hasRoom { queue.send(alert) }
    return hasRoom
  }

  /// Counts an alert that found no room.
  package func drop() {
    shared.withLock { figures in
      figures.dropped += 1
      figures.withoutRoom += 1
    }
  }

  /// Ends the lane: what waits is tried once more, without waits between tries.
  package func close() {
    isClosing.store(true, ordering: .relaxed)
    ending.close()
    queue.close()
  }

  private func run(_ sink: any AlertSink, _ backoff: Backoff) {
    var generator = SystemRandomNumberGenerator()
    while let alert = queue.receive() {
      let isTaken = deliver(alert, to: sink, backoff, &generator)
      shared.withLock { figures in
        figures.waiting -= 1
        if isTaken { figures.taken += 1 } else { figures.dropped += 1 }
      }
    }
  }

  private func deliver(
    _ alert: Alert, to sink: any AlertSink, _ backoff: Backoff, _ generator: inout some RandomNumberGenerator
  ) -> Bool {
    var failures = 0
    while true {
      let isLast = isClosing.load(ordering: .relaxed)
      let delivery = sink.deliver(alert)
      let (fault, mayTry): (String?, Bool) =
        switch delivery {
        case .taken: (nil, false)
        case .refused(let reason): (reason, false)
        case .failed(let reason): (reason, failures + 1 < backoff.tries)
        case .unreachable(let reason): (reason, true)
        }
      shared.withLock { $0.fault = fault }
      guard mayTry, !isLast else { return delivery == .taken }
      failures += 1
      _ = ending.receive(within: backoff.wait(after: failures, using: &generator))
      shared.withLock { $0.retries += 1 }
    }
  }
}
