import Glibc
import Synchronization

/// Signals that ask a live capture for something without ending it.
enum LiveSignals {
  private static let wantsStatistics = Atomic<Bool>(false)
  private static let wantsCatalog = Atomic<Bool>(false)

  /// Watches for SIGUSR1 and SIGHUP; a receiver of verdicts that goes away ends nothing.
  static func watch() {
    signal(SIGPIPE, SIG_IGN)
    // Where who started the program ignores it, nobody is told how a command of --exec ended (wait(2)).
    signal(SIGCHLD, SIG_DFL)
    Interruption.unblock([SIGUSR1, SIGHUP])
    // The handlers only store to atomics: async-signal-safe.
    signal(SIGUSR1) { _ in LiveSignals.wantsStatistics.store(true, ordering: .relaxed) }
    signal(SIGHUP) { _ in LiveSignals.wantsCatalog.store(true, ordering: .relaxed) }
  }

  /// Whether the catalog was to be loaded anew since the last call.
  static func takeCatalogRequest() -> Bool { wantsCatalog.exchange(false, ordering: .relaxed) }

  /// Whether statistics were asked for since the last call.
  static func takeStatisticsRequest() -> Bool { wantsStatistics.exchange(false, ordering: .relaxed) }
}
