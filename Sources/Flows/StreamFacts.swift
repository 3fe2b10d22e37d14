public import Catalog
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

  /// The protocol; nothing if it is none of those, or could not be told.
  public var content: Content?
  /// Whether a key exchange was completed (methodology 2.4).
  public var completedKeyExchange = false
  /// Whether two copies of the same bytes differed, after which nothing more was read.
  public var isContradictory = false
  /// What links the session to another one, at most `SessionToken.limit`.
  public var tokens: [SessionToken] = []
  /// What the head of an HTTP request claims of its sender, who is no trusted proxy (link grade K0): never evidence.
  public var claim: ContentClaim?

  /// Makes facts that say nothing.
  public init() {}
}

/// A secret of a TLS session that stands in the clear when the session is resumed (methodology 3, link grade K4).
///
/// Kept as the first 128 bits of its SHA-256, so that equal secrets are equal tokens in every run, and nothing that is kept
/// resumes a session. Not to be printed.
public struct SessionToken: Hashable, Sendable {
  /// What the secret is; the raw value is its name in reports.
  public enum Kind: String, Sendable, CaseIterable {
    /// A session ticket of TLS 1.2 (RFC 5077).
    case ticket = "tls_session_ticket"
    /// A session id of TLS 1.2.
    case sessionID = "tls_session_id"
    /// The identity of a pre-shared key of TLS 1.3.
    case identity = "tls_psk_identity"
  }

  /// How many of a flow are kept.
  public static let limit = 4

  /// What the secret is.
  public var kind: Kind
  /// The first 64 bits of its digest.
  public var high: UInt64
  /// The next 64 bits.
  public var low: UInt64
  /// Whether the server issued it in this session; else the client showed it and the server accepted it.
  public var isIssued: Bool
  /// Whether the client of the session is the flow's originator.
  public var clientIsOriginator: Bool

  /// Makes a token.
  ///
  /// - Parameters:
  ///   - kind: What the secret is.
  ///   - high: The first 64 bits of its digest.
  ///   - low: The next 64 bits.
  ///   - isIssued: Whether the server issued it in this session.
  ///   - clientIsOriginator: Whether the client of the session is the flow's originator.
  public init(kind: Kind, high: UInt64, low: UInt64, isIssued: Bool, clientIsOriginator: Bool) {
    self.kind = kind
    self.high = high
    self.low = low
    self.isIssued = isIssued
    self.clientIsOriginator = clientIsOriginator
  }
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
}
