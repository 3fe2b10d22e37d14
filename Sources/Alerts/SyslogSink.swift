import Glibc

/// Sends alerts to a syslog daemon or collector (RFC 5424), and connects again where the connection is gone.
package final class SyslogSink: AlertSink {
  private let target: SyslogTarget
  private let message: SyslogMessage
  private var connection: OutgoingSocket?

  /// Makes a sink; nothing is connected before the first alert.
  ///
  /// - Parameters:
  ///   - target: Where messages go.
  ///   - message: Writes them.
  package init(target: SyslogTarget, message: SyslogMessage) {
    self.target = target
    self.message = message
  }

  /// Sends the alert's message.
  package func deliver(_ alert: Alert) -> Delivery {
    var bytes = message.bytes(of: alert)
    if case .tcp = target { bytes = Array("\(bytes.count) ".utf8) + bytes }
    if connection?.isGone == true { connection = nil }
    do throws(SocketFault) {
      if connection == nil { connection = try OutgoingSocket(target) }
      try connection?.send(bytes)
      return .taken
    } catch {
      connection = nil
      return .unreachable(error.description)
    }
  }
}
