import Cryptography

/// UUIDs made of a name (RFC 9562 section 5.5, version 5): the same name in the same namespace is the same UUID.
struct NameBasedIdentifier {
  /// Observables of STIX, whichever program names them (STIX 2.1 section 2.9).
  static let observables = NameBasedIdentifier(namespace: 0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7)
  /// Everything else that ascribe names: observables alone may use the namespace of STIX.
  static let project = NameBasedIdentifier(namespace: 0x6f1d_2c5e_8a57_4a0e_9d3b_2f7c_41b6_e0a9)

  let namespace: UInt128

  /// The UUID of a name.
  ///
  /// - Parameter name: The name.
  /// - Returns: The UUID, lower case.
  /// - Complexity: O(n) in the name.
  func uuid(of name: String) -> String {
    let message = (0..<16).map { UInt8(truncatingIfNeeded: namespace >> (120 - 8 * $0)) } + Array(name.utf8)
    var digest = Digest(.sha1)
    digest.update(message.span)
    var bytes = Array(digest.finish().prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array(Digest.hex(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }
}
