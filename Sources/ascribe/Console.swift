import Foundation
import POSIX
import Screens
import Synchronization
import SystemPackage

/// Standard error for people: messages, warnings, progress.
///
/// Standard output is for data alone.
enum Console {
  /// Whether standard error is a terminal: then progress is drawn.
  static let errorIsTerminal = isatty(STDERR_FILENO) == 1
  /// Whether standard output is a terminal that wants colour (https://no-color.org).
  static let outputWantsColour =
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Columns of the terminal on standard output; 100 where it is none.
  static var outputColumns: Int { Terminal.size?.columns ?? 100 }

  /// Writes a line to standard error.
  ///
  /// - Parameter message: The line, without its end; control characters are the caller's to escape.
  static func note(_ message: String) {
    guard !keepsBack(message) else { return }
    if let patience = ErrorStream.patience {
      _ = ErrorStream.write(message, within: patience)
    } else {
      // Who closed standard error does not want it.
      var written = 0
      try? FileDescriptor.standardError.writeAll(Array((message + "\n").utf8), written: &written)
    }
  }

  /// Writes a line to standard error for who can try again.
  ///
  /// - Parameter message: The line, without its end.
  /// - Returns: Whether it was written, or is kept back.
  static func offer(_ message: String) -> Bool {
    keepsBack(message) || ErrorStream.write(message, within: 100, isCounted: false)
  }

  /// Keeps a line back while a screen of its own stands on the terminal.
  private static func keepsBack(_ message: String) -> Bool {
    held.withLock { lines in
      guard errorIsTerminal, lines != nil else { return false }
      lines?.append(message)
      if let count = lines?.count, count > heldLimit { lines?.removeFirst() }
      return true
    }
  }

  /// Lines that wait while a screen of its own stands on the terminal; nothing while there is none.
  private static let held = Mutex<[String]?>(nil)
  private static let heldLimit = 1_000

  /// Keeps lines back from a terminal until `release`.
  static func hold() { held.withLock { if $0 == nil { $0 = [] } } }

  /// The lines that are kept back; the latest thousand of them.
  static var heldNotes: [String] { held.withLock { $0 ?? [] } }

  /// Writes what was kept back.
  static func release() {
    let lines = held.withLock { lines in
      defer { lines = nil }
      return lines ?? []
    }
    for line in lines { note(line) }
  }

  /// Escapes what is not seen, so that a hostile name can neither drive a terminal nor turn the order of what is read:
  /// control characters, formats (U+202E) and line separators.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The text with each of these as `\u{…}`.
  static func printable(_ text: String) -> String {
    // Nearly every line is plain ASCII, of which nothing is escaped.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    return text.unicodeScalars.map { scalar in
      [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        ? scalar.escaped(asASCII: true) : String(scalar)
    }.joined()
  }
}
