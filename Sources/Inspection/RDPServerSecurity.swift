import Packets

/// How a server of RDP wants to encrypt by itself, where no TLS does (MS-RDPBCGR section 2.2.1.4.3).
struct RDPServerSecurity {
  /// The method, in Zeek's words.
  let method: String
  /// The level, in Zeek's words.
  let level: String

  private static let type = 0x0C02

  /// Finds and reads the security data; nothing if they are not there.
  ///
  /// - Parameters:
  ///   - bytes: The server's bytes.
  ///   - offset: Where its connect message begins.
  /// - Complexity: O(n) in the message's length.
  init?(_ bytes: RawSpan, at offset: Int) {
    guard let block = RDPBlock.find(Self.type, of: .server, in: bytes, at: offset) else { return nil }
    let security = bytes.extracting(block)
    guard let method = security.littleEndian(4, at: 0), let level = security.littleEndian(4, at: 4) else { return nil }
    self.method = [0: "None", 1: "40bit", 2: "128bit", 8: "56bit", 16: "FIPS"][method] ?? "encryption_method-\(method)"
    let levels = ["None", "Low", "Client compatible", "High", "FIPS"]
    self.level = levels.indices.contains(level) ? levels[level] : "encryption_level-\(level)"
  }
}
