import Cryptography
import Inspection
import Packets

/// The JA4 that nDPI writes of a hello, computed from what ascribe says of the same hello.
///
/// nDPI leaves JA4's specification (github.com/FoxIO-LLC/ja4, technical_details/JA4.md) in the places that are named here.
/// That its value comes out says that cipher suites, extensions, signature algorithms and their numbers were read alike.
struct NDPIFingerprint {
  /// The name of the field in which the value is expected.
  static let field = "ja4 of nDPI"

  /// What gives another value than the specification.
  enum Rule: String, CaseIterable {
    /// The first two letters of the first application protocol stand for it, not the first and the last.
    case firstTwoLetters = "first two letters of the protocol"
    /// Of a protocol of two letters that stands alone the second one is a zero.
    case zeroForSecondLetter = "zero for the second letter"
    /// `d` is written also where no name is given.
    case namedWithoutName = "d without a name"
    /// `i` is written where the name is an address, though the extension is there.
    case addressIsNoName = "i for an address"
    /// Of no extensions there is the SHA-256 of nothing instead of zeros.
    case digestOfNothing = "digest of nothing"
    /// Of the versions of DTLS the greatest number counts, which is the oldest; 0x0100, which OpenSSL sent before 0.9.8f, is
    /// called SSL 3.
    case otherVersion = "version of DTLS"
  }

  /// Versions that are written as others.
  ///
  /// The facts hold no more of what was offered than JA4 does, so these are the two that captures have.
  private static let versions = ["dd3": "dd2", "d00": "ds3"]

  /// The value.
  let text: String
  /// What made it another than the specification's.
  let rules: Set<Rule>
  /// The same in words.
  var difference: String { rules.isEmpty ? "none" : rules.map(\.rawValue).sorted().joined(separator: ", ") }

  /// Computes the value; nothing comes of an entry that holds no hello.
  ///
  /// - Parameter entry: An entry of the log `ssl`.
  init?(of entry: FactEntry) {
    guard case .text(let ja4)? = entry["ja4"] else { return nil }
    var parts = ja4.split(separator: "_").map(String.init)
    guard parts.count == 3, parts[0].count == 10 else { return nil }
    var rules: Set<Rule> = []
    func replace(_ part: Int, _ value: String, by rule: Rule) {
      if parts[part] != value { rules.insert(rule) }
      parts[part] = value
    }
    if case .texts(let protocols)? = entry["client_alpn"], !protocols.isEmpty {
      let list = protocols.joined(separator: ",")
      if list.count > 2 {
        replace(0, "\(parts[0].dropLast(2))\(list.prefix(2))", by: .firstTwoLetters)
      } else {
        replace(0, "\(parts[0].dropLast(2))\(list.prefix(1))0", by: .zeroForSecondLetter)
      }
    }
    var isAddress = false
    if case .text(let name)? = entry["server_name"] { isAddress = IPAddress(name) != nil }
    let (before, behind) = (parts[0].prefix(3), parts[0].dropFirst(4))
    if isAddress {
      replace(0, "\(before)i\(behind)", by: .addressIsNoName)
    } else {
      replace(0, "\(before)d\(behind)", by: .namedWithoutName)
    }
    if parts[2] == "000000000000" {
      replace(2, String(Digest.hex(Digest.sha256(of: [])).prefix(12)), by: .digestOfNothing)
    }
    if let version = Self.versions[String(parts[0].prefix(3))] {
      replace(0, version + parts[0].dropFirst(3), by: .otherVersion)
    }
    text = parts.joined(separator: "_")
    self.rules = rules
  }
}
