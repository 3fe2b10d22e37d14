import Glibc
import Synchronization

/// Signals that ask a live capture for something without ending it.
enum LiveSignals {
  private static let wantsStatistics = Atomic<Bool>(false)

  /// Watches for SIGUSR1; a receiver of verdicts that goes away ends nothing.
  static func watch() {
    signal(SIGPIPE, SIG_IGN)
    // The handler only stores to an atomic: async-signal-safe.
    signal(SIGUSR1) { _ in LiveSignals.wantsStatistics.store(true, ordering: .relaxed) }
  }

  /// Whether statistics were asked for since the last call.
  static func takeStatisticsRequest() -> Bool { wantsStatistics.exchange(false, ordering: .relaxed) }
}
