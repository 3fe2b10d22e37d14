import Glibc

/// The terminal on standard output, as a screen of its own.
///
/// ```
///   enter: alternate screen, no cursor, keys as they are pressed
///   leave: everything as it was; also where a signal or a fault ends the program
/// ```
/// There is one terminal, and so this has no instances. What a handler of signals touches is written before the handlers
/// are set, and not after.
package enum Terminal {
  private static let enterScreen: StaticString = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J"
  private static let leaveScreen: StaticString = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"
  /// Signals that end the program at once.
  private static let fatal = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGSYS, SIGTRAP]

  /// How keys were read before.
  private nonisolated(unsafe) static var saved = termios()
  private nonisolated(unsafe) static var isEntered = false
  private nonisolated(unsafe) static var readsKeys = false

  /// Whether standard output is a terminal, and ours: a program in the background that touches it is stopped.
  package static var isThere: Bool { isatty(STDOUT_FILENO) == 1 && tcgetpgrp(STDOUT_FILENO) == getpgrp() }

  /// Columns and rows, 24 of these where the terminal says columns alone; nothing where it does not say them.
  package static var size: (columns: Int, rows: Int)? {
    var size = winsize()
    // The pointer is to a local that lives through the call.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
  }

  /// Takes the screen; to be called once, before other threads may fail.
  package static func enter() {
    // Nobody else touches these yet: the handlers below are not set.
    unsafe readsKeys = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &saved) == 0
    if unsafe readsKeys {
      var raw = unsafe saved
      raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
      // VTIME, VMIN and VSUSP: a read waits for nothing, and Ctrl-Z leaves no screen half drawn.
      raw.c_cc.5 = 0
      raw.c_cc.6 = 0
      raw.c_cc.10 = 0
      unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    }
    unsafe isEntered = true
    for number in fatal {
      // The handler writes bytes that were there before it, calls tcsetattr and raises: all async-signal-safe.
      signal(number) { number in
        Terminal.leave()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    atexit { Terminal.leave() }
    write(enterScreen)
  }

  /// Gives the screen back; does nothing if it was.
  package static func leave() {
    // Read and written by the thread that ends the program, or by a handler that interrupts all.
    guard unsafe isEntered else { return }
    unsafe isEntered = false
    write(leaveScreen)
    if unsafe readsKeys { unsafe tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
  }

  /// Draws a whole page at once, without clearing it first, so that nothing flickers.
  ///
  /// - Parameters:
  ///   - lines: Its lines, as many as there are rows.
  ///   - clears: Whether what else is there goes, as after a change of size.
  /// - Returns: What is to be written.
  package static func page(_ lines: [String], clears: Bool) -> [UInt8] {
    // Each line erases what is right of it, before the last column could be pending (ECMA-48, EL).
    let body = lines.map { "\u{1B}[K" + $0 }.joined(separator: "\r\n")
    return Array(((clears ? "\u{1B}[2J" : "") + "\u{1B}[H" + body).utf8)
  }

  /// Keys pressed since the last call.
  package static func keys() -> [UInt8] {
    guard unsafe readsKeys else { return [] }
    var bytes = [UInt8](repeating: 0, count: 64)
    // The buffer's length goes with it.
    let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  private static func write(_ text: StaticString) {
    // A static string stays where it is.
    text.withUTF8Buffer { text in _ = unsafe Glibc.write(STDOUT_FILENO, text.baseAddress, text.count) }
  }
}
