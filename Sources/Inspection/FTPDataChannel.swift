import Packets

/// Where the data connection of FTP goes, by the client's word (PORT, EPRT) or the server's (PASV, EPSV).
enum FTPDataChannel {
  /// Reads a command and its reply.
  ///
  /// - Returns: Zeek's fields of the data channel: whether it is passive, and the end that waits for the connection.
  static func fields(_ command: CommandLine, _ reply: ReplyReader.Reply?) -> [(String, FactValue?)] {
    let isPassive = command.verb == "PASV" || command.verb == "EPSV"
    let text = isPassive ? Array((reply?.isPositive == true ? reply?.last ?? "" : "").utf8) : command.argument
    let end = command.verb.hasPrefix("E") ? extended(text) : plain(text)
    return [
      ("data_channel.passive", .flag(isPassive)), ("data_channel.resp_h", (end?.address).map { .text($0.description) }),
      ("data_channel.resp_p", (end?.port).map { .number(UInt64($0)) }),
    ]
  }

  /// Six numbers with commas between them (RFC 959 section 4.1.2): four of the address, two of the port.
  private static func plain(_ text: [UInt8]) -> (address: IPAddress?, port: UInt16)? {
    let digits = text.drop { !(0x30...0x39).contains($0) }.prefix {
      (0x30...0x39).contains($0) || $0 == 0x2C || $0 == 0x20
    }
    let numbers = digits.split(separator: UInt8(ascii: ",")).map { UInt8(Array($0).trimmed.text) }
    guard numbers.count == 6 else { return nil }
    let bytes = numbers.compactMap { $0.map(UInt32.init) }
    guard bytes.count == 6 else { return nil }
    let address = bytes[..<4].reduce(0) { $0 << 8 | $1 }
    return (IPAddress(v4: address), UInt16(bytes[4] << 8 | bytes[5]))
  }

  /// Family, address and port between equal marks (RFC 2428); the server leaves out the first two.
  private static func extended(_ text: [UInt8]) -> (address: IPAddress?, port: UInt16)? {
    let inner = text.drop { $0 != UInt8(ascii: "(") }.dropFirst().prefix { $0 != UInt8(ascii: ")") }
    let list = inner.isEmpty ? text[...] : inner
    guard let mark = list.first else { return nil }
    let parts = list.split(separator: mark, omittingEmptySubsequences: false).map { Array($0).text }
    guard parts.count >= 4, let port = UInt16(parts[3]) else { return nil }
    return (IPAddress(parts[2]), port)
  }
}
