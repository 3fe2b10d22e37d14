/// A message of RFC 5424, read as strictly as its grammar (section 6) says; nothing if it strays.
struct SyslogRecord {
  var priority = 0
  var time = ""
  var host = ""
  var application = ""
  var process = ""
  var identifier = ""
  var dataName = ""
  var parameters: [String: String] = [:]
  var text = ""

  init?(_ bytes: [UInt8]) {
    var reader = Reader(bytes: bytes)
    guard reader.skip("<"), let priority = reader.number(digits: 3), priority <= 191, reader.skip(">1 ") else {
      return nil
    }
    self.priority = priority
    guard let time = reader.word(32), Self.isTime(time), let host = reader.word(255), let application = reader.word(48),
      let process = reader.word(128), let identifier = reader.word(32), reader.skip("[")
    else { return nil }
    (self.time, self.host, self.application) = (time, host, application)
    (self.process, self.identifier) = (process, identifier)
    guard let dataName = reader.name() else { return nil }
    self.dataName = dataName
    while reader.skip(" ") {
      guard let name = reader.name(), reader.skip("=\""), let value = reader.value(), parameters[name] == nil else {
        return nil
      }
      parameters[name] = value
    }
    guard reader.skip("] "), reader.skip("\u{FEFF}"), let text = reader.rest() else { return nil }
    self.text = text
  }

  /// RFC 3339 with up to six decimals; upper-case T and Z.
  private static func isTime(_ text: String) -> Bool {
    text.wholeMatch(of: #/\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)/#) != nil
  }

  private struct Reader {
    var bytes: [UInt8]
    var position = 0

    mutating func skip(_ text: String) -> Bool {
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    mutating func number(digits: Int) -> Int? {
      let found = bytes[position...].prefix { (0x30...0x39).contains($0) }
      guard (1...digits).contains(found.count), found.count == 1 || found.first != 0x30 else { return nil }
      position += found.count
      return Int(String(decoding: found, as: UTF8.self))
    }

    /// Printable ASCII up to a space, which is taken too.
    mutating func word(_ limit: Int) -> String? {
      let found = bytes[position...].prefix { (0x21...0x7E).contains($0) }
      guard (1...limit).contains(found.count) else { return nil }
      position += found.count
      return skip(" ") ? String(decoding: found, as: UTF8.self) : nil
    }

    /// SD-NAME.
    mutating func name() -> String? {
      let found = bytes[position...].prefix { (0x21...0x7E).contains($0) && !"= ]\"".utf8.contains($0) }
      guard (1...32).contains(found.count) else { return nil }
      position += found.count
      return String(decoding: found, as: UTF8.self)
    }

    /// PARAM-VALUE with the closing quote.
    mutating func value() -> String? {
      var found: [UInt8] = []
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return String(validating: found, as: UTF8.self)
        case UInt8(ascii: "]"): return nil
        case UInt8(ascii: "\\"):
          guard position < bytes.count, "\"\\]".utf8.contains(bytes[position]) else { return nil }
          found.append(bytes[position])
          position += 1
        default: found.append(byte)
        }
      }
      return nil
    }

    func rest() -> String? {
      guard !bytes[position...].contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
      return String(validating: bytes[position...], as: UTF8.self)
    }
  }
}
