public import Catalog
public import Inspection
public import Packets

/// What the streams of a watched TCP flow showed, as plain values.
public struct StreamFacts: Sendable, Equatable {
  /// The protocol that the content is; the raw value is its name in reports.
  public enum Content: String, Sendable {
    /// TLS 1.0 to 1.3.
    case tls
    /// SSH 2.
    case ssh
    /// HTTP/1.
    case http
  }

  /// How many tokens are kept.
  public static let tokenLimit = 4

  /// The protocol; nothing if it is none of those, or could not be told.
  public var content: Content?
  /// Whether a key exchange was completed (methodology 2.4).
  public var completedKeyExchange = false
  /// Whether two copies of the same bytes differed, after which nothing more was read.
  public var isContradictory = false
  /// What links the TLS session to another one, at most `tokenLimit`; of secrets that the other side believed alone.
  public var tokens: [LinkToken] = []
  /// What the head of an HTTP request claims of its sender, who is no trusted proxy (link grade K0): never evidence.
  public var claim: ContentClaim?

  /// Makes facts that say nothing.
  public init() {}
}

/// An address that a request names as its origin, on nobody's authority but the sender's (link grade K0).
public struct ContentClaim: Sendable, Equatable {
  /// The name of the header that says so.
  public var header: String
  /// The first address in it.
  public var address: IPAddress

  /// Makes a claim.
  ///
  /// - Parameters:
  ///   - header: The name of the header that says so.
  ///   - address: The first address in it.
  public init(header: String, address: IPAddress) {
    self.header = header
    self.address = address
  }
}

/// An address that a trusted proxy of ours reports as the origin of what it forwards (methodology 3): no grade.
public struct AttestedAddress: Sendable, Equatable {
  /// The address.
  public var address: IPAddress
  /// The name of the header that says so, `PROXY` for the PROXY protocol.
  public var header: String
  /// Every catalog entry that covers the address; never empty.
  public var covers: PrefixTable.CoverSet

  /// Makes an attested address.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - header: The name of the header that says so, `PROXY` for the PROXY protocol.
  ///   - covers: Every catalog entry that covers the address.
  public init(address: IPAddress, header: String, covers: PrefixTable.CoverSet) {
    self.address = address
    self.header = header
    self.covers = covers
  }

  /// The same by another table of prefixes.
  ///
  /// - Parameter prefixes: The table.
  /// - Returns: Nothing where no entry covers the address.
  func covered(by prefixes: PrefixTable) -> AttestedAddress? {
    let covers = prefixes.covers(of: address)
    return covers == .empty ? nil : AttestedAddress(address: address, header: header, covers: covers)
  }
}
