import Glibc
import Screens
import Synchronization

/// What signals end a run, and how.
///
/// SIGINT and SIGTERM end it cleanly: the loop sees the flag and reports what was read. SIGBUS, with which the kernel says
/// that a mapped file was cut short by somebody else, ends it with a reason.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Whether a signal asked to end.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Asks to end, as SIGINT does.
  static func request() { flag.store(true, ordering: .relaxed) }

  private static let cutShort: StaticString = """
    error: An input was cut short by another program while it was read. Nothing is reported; analyse a copy of it.

    """

  /// Watches for these signals; a second request to end ends the program at once.
  static func watch() {
    unblock([SIGINT, SIGTERM])
    for number in [SIGINT, SIGTERM] {
      // The handler only stores to an atomic and sets the next one, which gives a screen of our own back, and raises: all
      // async-signal-safe.
      signal(number) { number in
        Interruption.flag.store(true, ordering: .relaxed)
        signal(number) { number in
          Terminal.leave()
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    }
    // As above: the handler writes bytes that were there before it, and exits.
    signal(SIGBUS) { _ in
      Interruption.cutShort.withUTF8Buffer { text in _ = unsafe write(STDERR_FILENO, text.baseAddress, text.count) }
      _exit(66)
    }
  }

  /// Lets signals reach the program even where who started it blocked them.
  static func unblock(_ numbers: [Int32]) {
    var set = sigset_t()
    // The set is a local that lives through the calls.
    unsafe sigemptyset(&set)
    for number in numbers { unsafe sigaddset(&set, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
