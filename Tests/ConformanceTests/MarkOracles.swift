import Foundation
import Inspection
import Packets

/// A mark that another program read of a conversation: a fingerprint, or the host that the client named.
struct ExpectedMark {
  /// The entry and the field in which it should stand.
  var log: String
  var field: String
  var value: String
  /// The ends of the conversation, in any order.
  var ends: Set<Endpoint>

  /// Whether an entry holds it.
  ///
  /// FoxIO's programs differ from their specification in what ascribe calls a variant, nDPI in more.
  func isHeld(by entry: FactEntry) -> Bool {
    guard entry.log == log else { return false }
    return switch field {
    case "ja4": [entry["ja4"], entry["ja4_variant"]].contains(.text(value))
    case NDPIFingerprint.field: NDPIFingerprint(of: entry)?.text == value
    default: entry[field] == .text(value)
    }
  }

  init?(_ log: String, _ field: String, _ value: String?, _ one: Endpoint?, _ other: Endpoint?) {
    guard let value, let one, let other else { return nil }
    (self.log, self.field, self.value, ends) = (log, field, value, [one, other])
  }
}

/// Reads what other programs expect of captures.
enum MarkOracle: String, CaseIterable {
  /// The Python and the Rust program of JA4: fingerprints of TLS and QUIC, and hosts.
  case ja4 = "ja4-streams"
  /// Arkime's sessions: fingerprints of TLS and SSH.
  case arkime = "arkime-session"
  /// nDPI's flows: JA3 and hosts, and JA4 by rules of its own (``NDPIFingerprint``).
  case ndpi = "ndpi-flows"

  func marks(_ path: String) throws -> [ExpectedMark] {
    switch self {
    case .ja4: try path.hasSuffix(".json") ? Self.readJA4(path) : Self.readStreams(path)
    case .arkime: try Self.readArkime(path)
    case .ndpi: try Self.readNDPI(path)
    }
  }

  private static func json(_ path: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static func readJA4(_ path: String) throws -> [ExpectedMark] {
    guard let streams = try json(path) as? [[String: Any]] else { return [] }
    func text(_ stream: [String: Any], _ key: String) -> String { stream[key] as? String ?? "" }
    return streams.flatMap { stream in
      let ends = (
        endpoint(text(stream, "src"), text(stream, "srcport")), endpoint(text(stream, "dst"), text(stream, "dstport"))
      )
      return [
        ExpectedMark("ssl", "ja4", stream["JA4.1"] as? String, ends.0, ends.1),
        ExpectedMark("ssl", "ja4_after_retry", stream["JA4.2"] as? String, ends.0, ends.1),
        ExpectedMark("ssl", "server_name", stream["domain"] as? String, ends.0, ends.1),
      ].compactMap(\.self)
    }
  }

  /// The Rust program's snapshots: a list of streams with a key on each line.
  private static func readStreams(_ path: String) throws -> [ExpectedMark] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    return text.components(separatedBy: "\n- stream:").dropFirst().flatMap { stream -> [ExpectedMark] in
      var values: [String: String] = [:]
      for line in stream.split(separator: "\n") {
        // The keys of the stream itself, not those of what it holds.
        guard line.hasPrefix("  "), !line.hasPrefix("   "), let colon = line.firstIndex(of: ":") else { continue }
        values[String(line[..<colon].dropFirst(2))] = String(line[line.index(after: colon)...].dropFirst())
      }
      let ends = (
        endpoint(values["src"] ?? "", values["src_port"] ?? ""), endpoint(values["dst"] ?? "", values["dst_port"] ?? "")
      )
      return [
        ExpectedMark("ssl", "ja4", values["ja4"], ends.0, ends.1),
        ExpectedMark("ssl", "server_name", values["tls_server_name"], ends.0, ends.1),
      ].compactMap(\.self)
    }
  }

  private static func readArkime(_ path: String) throws -> [ExpectedMark] {
    guard let sessions = (try json(path) as? [String: Any])?["sessions3"] as? [[String: Any]] else { return [] }
    return sessions.compactMap { $0["body"] as? [String: Any] }.flatMap { body in
      func end(_ side: String) -> Endpoint? {
        guard let end = body[side] as? [String: Any], let address = end["ip"] as? String, let port = end["port"] as? Int
        else { return nil }
        return endpoint(address, String(port))
      }
      let kinds = [
        ("tls", "ja3", "ssl", "ja3"), ("tls", "ja4", "ssl", "ja4"), ("ssh", "hassh", "ssh", "hassh"),
        ("ssh", "hasshServer", "ssh", "hassh_server"),
      ]
      return kinds.flatMap { group, key, log, field in
        let values = (body[group] as? [String: Any])?[key] as? [String] ?? []
        return values.compactMap { ExpectedMark(log, field, $0, end("source"), end("destination")) }
      }
    }
  }

  private static func readNDPI(_ path: String) throws -> [ExpectedMark] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    return text.split(separator: "\n").flatMap { line -> [ExpectedMark] in
      guard line.contains("[JA3C: "), let flow = line.firstMatch(of: /(?:TCP|UDP) (\S+) <?-> (\S+) \[/) else {
        return []
      }
      let (one, other) = (endpoint(flow.1), endpoint(flow.2))
      return [
        ExpectedMark("ssl", "ja3", line.firstMatch(of: /\[JA3C: ([^\]]+)\]/).map { String($0.1) }, one, other),
        ExpectedMark(
          "ssl", NDPIFingerprint.field, line.firstMatch(of: /\[JA4: ([^\]]+)\]/).map { String($0.1) }, one, other),
        ExpectedMark(
          "ssl", "server_name", line.firstMatch(of: /\[Hostname\/SNI: ([^\]]+)\]/).map { String($0.1) }, one, other),
      ].compactMap(\.self)
    }
  }

  private static func endpoint(_ address: String, _ port: String) -> Endpoint? {
    guard let address = IPAddress(address), let port = UInt16(port) else { return nil }
    return Endpoint(address: address, port: port)
  }

  /// An address, in brackets if it is one of IPv6, a colon and a port.
  private static func endpoint(_ text: Substring) -> Endpoint? {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let address = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    return endpoint(address, String(text[text.index(after: colon)...]))
  }
}
