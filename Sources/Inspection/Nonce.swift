/// A value that one end of a conversation chose so that nobody can guess it, as it stands in a message (methodology 2.1).
///
/// Kept as a digest of its bytes, so that values of any length take the same room; two values of one kind with the same
/// digest are taken for one, with a chance of 2⁻⁶⁴.
public struct Nonce: Hashable, Sendable, BitwiseCopyable {
  /// What the value is; values of different kinds are never equal.
  public enum Kind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The id of a DNS message (RFC 1035), unpredictable together with the port that the asker chose.
    case dnsID
  }

  /// What the value is.
  public var kind: Kind
  /// A digest of its bytes.
  public var digest: UInt64

  /// Makes a nonce.
  ///
  /// - Parameters:
  ///   - kind: What the value is.
  ///   - digest: A digest of its bytes.
  public init(kind: Kind, digest: UInt64) {
    self.kind = kind
    self.digest = digest
  }
}
