public import Cryptography

/// Something that two sessions hold only if the same client, account or artefact is in both (methodology 3).
///
/// Of what is secret only a keyed hash is kept: nothing that is kept opens a session, and nobody can test a guess.
public struct LinkToken: Hashable, Sendable {
  /// What it is; the raw value is its name in reports.
  public enum Kind: String, Sendable, CaseIterable {
    /// A session ticket of TLS 1.2 (RFC 5077).
    case ticket = "tls_session_ticket"
    /// A session id of TLS 1.2.
    case sessionID = "tls_session_id"
    /// The identity of a pre-shared key of TLS 1.3.
    case identity = "tls_psk_identity"
    /// The token of a connection of Multipath TCP (RFC 8684).
    case multipath = "mptcp_token"
    /// A cookie in the clear that is long enough to be a secret.
    case cookie = "http_cookie"
    /// A bearer token in the clear.
    case bearer = "http_bearer_token"
    /// The name of an account that was logged into, with the service.
    case account
    /// The Message-ID of a mail.
    case messageID = "message_id"
    /// The certificate of a TLS client.
    case clientCertificate = "tls_client_certificate"
    /// A file that was sent.
    case upload
    /// The interface identifier of an IPv6 address that was made of a hardware address (RFC 4291 appendix A).
    case interfaceID = "ipv6_eui64"
    /// A rare joint fingerprint of SYN and software.
    case fingerprint = "joint_fingerprint"
  }

  /// What it is.
  public let kind: Kind
  /// Its hash.
  public let hash: KeyedHash.Value
  /// Whether the server issued it in this session; else the client showed it.
  public let isIssued: Bool
  /// Whether the client of the session is the flow's originator.
  public let clientIsOriginator: Bool

  /// Makes a token.
  ///
  /// - Parameters:
  ///   - kind: What it is.
  ///   - hash: Its hash.
  ///   - isIssued: Whether the server issued it in this session.
  ///   - clientIsOriginator: Whether the client of the session is the flow's originator.
  public init(kind: Kind, hash: KeyedHash.Value, isIssued: Bool, clientIsOriginator: Bool) {
    self.kind = kind
    self.hash = hash
    self.isIssued = isIssued
    self.clientIsOriginator = clientIsOriginator
  }
}
