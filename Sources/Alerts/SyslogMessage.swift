package import Assessment
import Packets

/// Alerts as messages of RFC 5424.
package struct SyslogMessage: Sendable {
  /// The identifier of the structured data.
  ///
  /// 32473 is the number that IANA keeps for documentation (RFC 5612): ascribe has
  /// none of its own.
  package static let identifier = "ascribe@32473"
  /// Bytes of a message at most: what every receiver should take (RFC 5424 section 6.1).
  package static let limit = 2_048
  /// local0.
  private static let facility = 16

  private let host: String
  private let process: Int32

  /// Makes a writer of messages.
  ///
  /// - Parameters:
  ///   - host: The machine's name.
  ///   - process: The number of the process.
  package init(host: String, process: Int32) {
    // HOSTNAME is up to 255 characters of printable ASCII without space; "-" is nothing.
    let name = String(decoding: host.utf8.filter { (0x21...0x7E).contains($0) }.prefix(255), as: UTF8.self)
    self.host = name.isEmpty ? "-" : name
    self.process = process
  }

  /// The message of an alert: header, structured data, and the line for people in UTF-8, shortened where it is too long.
  ///
  /// - Parameter alert: The alert.
  /// - Returns: Its bytes.
  package func bytes(of alert: Alert) -> [UInt8] {
    let priority = Self.facility * 8 + Self.severity(of: alert.verdict)
    var message = "<\(priority)>1 \(Self.time(alert.time)) \(host) ascribe \(process) verdict "
    message += "[\(Self.identifier)"
    let parameters: [(String, String?)] = [
      ("uid", alert.uid), ("verdict", alert.verdict.rawValue), ("reason", alert.reason.rawValue),
      ("grade", alert.grade), ("actor", alert.actor), ("claim", alert.claim),
      ("state", alert.isProvisional ? "provisional" : "final"), ("packets", String(alert.interval.packets)),
      ("drops", String(alert.interval.drops)),
    ]
    for case (let name, let value?) in parameters { message += " \(name)=\"\(Self.escaped(value))\"" }
    message += "] "
    // The byte order mark says that the text is UTF-8.
    let head = Array(message.utf8) + [0xEF, 0xBB, 0xBF]
    return head + Self.prefix(of: alert.text, Self.limit - head.count)
  }

  /// The severity of a verdict: alert, warning, notice, informational.
  package static func severity(of verdict: Verdict) -> Int {
    switch verdict {
    case .exclusive: 1
    case .contested: 4
    case .shared, .expired, .unverifiable: 5
    case .none: 6
    }
  }

  /// RFC 3339 with the six decimals that the syntax allows.
  private static func time(_ time: Timestamp) -> String { "\(String(time.description.prefix(26)))Z" }

  /// A parameter's value: quote, backslash and bracket escaped; what is no text left out; 256 characters at most.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars.prefix(256) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: continue
      default: break
      }
      if scalar == "\"" || scalar == "\\" || scalar == "]" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  /// As many whole scalars as fit.
  private static func prefix(of text: String, _ room: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard bytes.count + scalar.utf8.count <= room else { break }
      bytes += scalar.utf8
    }
    return bytes
  }
}
