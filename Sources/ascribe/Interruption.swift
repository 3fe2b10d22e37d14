import Glibc
import Synchronization

/// SIGINT and SIGTERM end a run cleanly: the loop sees the flag and reports what was read.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether a signal asked to end.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Watches for both signals; a second one ends the program at once.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      // The handler only stores to an atomic and resets the signal: both async-signal-safe.
      signal(number) { number in
        Interruption.flag.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
