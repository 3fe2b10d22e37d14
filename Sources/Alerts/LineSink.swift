/// Gives alerts as lines to a function: the terminal.
package final class LineSink: AlertSink {
  private let line: (Alert) -> String
  private let write: (String) -> Bool

  /// Makes a sink.
  ///
  /// - Parameters:
  ///   - line: The line of an alert, without its end.
  ///   - write: Writes a line, and says whether it was taken.
  package init(line: @escaping (Alert) -> String, write: @escaping (String) -> Bool) {
    self.line = line
    self.write = write
  }

  /// Writes the alert's line.
  package func deliver(_ alert: Alert) -> Delivery {
    write(line(alert)) ? .taken : .unreachable("nobody reads it")
  }
}
