/// What the content of a flow says, as plain values: what is recognised, what was done, and what may link it to others.
///
/// Made by an `ApplicationReader`. Bounded whatever the bytes: at most `entryLimit` entries, texts of at most `textLimit`
/// bytes. No password, cookie, token, key or body is in it; of what must be recognised again there is a keyed hash.
public struct ApplicationFacts: Sendable, Equatable {
  /// Entries of a flow.
  public static let entryLimit = 64
  /// Bytes of a text; what is longer is cut.
  public static let textLimit = 512
  /// Elements of a list.
  public static let listLimit = 32
  /// What may link a flow to others.
  public static let tokenLimit = 16

  /// The protocols that were recognised, the outermost first.
  public internal(set) var services: [Service] = []
  /// What was done.
  public internal(set) var actions: ActionSet = []
  /// What was said, in order.
  public internal(set) var entries: [FactEntry] = []
  /// What may link the flow to others.
  public internal(set) var tokens: [LinkToken] = []
  /// What tells the software of the client.
  public internal(set) var software: [SoftwareMark] = []
  /// Whom the content names as the origin of what is forwarded, in the order in which the hops were written.
  public var hops: [ForwardedHop] = []
  /// Entries, tokens and hops that did not fit.
  public internal(set) var omitted = 0

  /// Makes facts that say nothing.
  public init() {}

  /// Whether nothing is said.
  public var isEmpty: Bool { services.isEmpty && actions.isEmpty && entries.isEmpty && tokens.isEmpty && hops.isEmpty }
}

/// A protocol as Zeek's `service` names it.
public enum Service: String, Sendable, CaseIterable {
  /// DNS, mDNS and LLMNR.
  case dns
  /// FTP's control connection.
  case ftp
  /// HTTP/1.
  case http
  /// HTTP/2 without TLS.
  case http2
  /// IMAP 4.
  case imap
  /// Kerberos over UDP.
  case krb
  /// Kerberos over TCP.
  case krbTCP = "krb_tcp"
  /// NTLM inside another protocol.
  case ntlm
  /// POP3.
  case pop3
  /// The PROXY protocol.
  case proxy
  /// QUIC.
  case quic
  /// The Remote Desktop Protocol.
  case rdp
  /// SMB 1 to 3.
  case smb
  /// SMTP.
  case smtp
  /// SOCKS 4 and 5.
  case socks
  /// SSH.
  case ssh
  /// TLS and DTLS.
  case ssl
  /// WebSocket.
  case websocket
}

/// What one message, request or session of a protocol says: fields under the names of Zeek's log of that protocol.
public struct FactEntry: Sendable, Equatable {
  /// The log's name, such as `http`.
  public let log: String
  /// The fields, in the order in which they were noted.
  public internal(set) var fields: [Field]

  /// A field.
  public struct Field: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: FactValue
  }

  /// The value of a field, if it was noted.
  ///
  /// - Parameter name: The field's name.
  public subscript(name: String) -> FactValue? { fields.first { $0.name == name }?.value }
}

/// The value of a field.
public enum FactValue: Sendable, Equatable {
  /// Text that others chose: any characters.
  case text(String)
  /// A number.
  case number(UInt64)
  /// A yes or no.
  case flag(Bool)
  /// Several texts.
  case texts([String])
  /// Several numbers.
  case numbers([UInt64])
}

/// A mark of the software of a flow's client: equal software writes equal marks, and so may other software.
public struct SoftwareMark: Hashable, Sendable {
  /// What the mark is; the raw value is its name in reports.
  public enum Kind: String, Sendable, CaseIterable {
    /// JA4 of a TLS, DTLS or QUIC client.
    case ja4
    /// HASSH of an SSH client.
    case hassh
    /// An SSH client's banner.
    case sshBanner = "ssh_banner"
    /// The User-Agent of HTTP.
    case userAgent = "user_agent"
    /// The names of an HTTP request's fields in their order.
    case headerOrder = "header_order"
    /// The User-Agent or X-Mailer of a mail.
    case mailer
    /// The name that an SMTP client gives itself.
    case helo
    /// The first commands of an FTP or POP3 client, without arguments.
    case commandOrder = "command_order"
  }

  /// What the mark is.
  public let kind: Kind
  /// Its value.
  public let value: String

  /// Makes a mark.
  ///
  /// - Parameters:
  ///   - kind: What the mark is.
  ///   - value: Its value.
  public init(kind: Kind, value: String) {
    self.kind = kind
    self.value = value
  }
}

/// One hop of a chain that content names: who is said to have sent what another one forwards.
public struct ForwardedHop: Sendable, Equatable {
  /// How far a hop is trusted (methodology 3); the raw value is its name in reports.
  public enum Trust: String, Sendable, CaseIterable {
    /// On the sender's word alone (link grade K0).
    case claimed
    /// A trusted proxy of ours reports it.
    case attested
    /// It is a trusted proxy of ours itself.
    case trustedProxy = "trusted_proxy"
  }

  /// Fields that a proxy adds to when it forwards, so that their last hop is its own word; others it may let pass as a
  /// client wrote them.
  public static let writtenByProxies: Set<String> = ["X-Forwarded-For", "Forwarded", "Received", "PROXY"]

  /// The field that names it, such as `X-Forwarded-For`; `SOCKS` or `CONNECT` for whom a proxy was asked to reach.
  public let field: String
  /// What is named: an address where it is one, else a text as it stands.
  public let node: String
  /// Which of the flow's chains it is in, counted from 0.
  public let chain: Int
  /// How far it is trusted.
  public var trust = Trust.claimed

  /// Makes a hop.
  ///
  /// - Parameters:
  ///   - field: The field that names it.
  ///   - node: What is named.
  ///   - chain: Which of the flow's chains it is in.
  public init(field: String, node: String, chain: Int = 0) {
    self.field = field
    self.node = node
    self.chain = chain
  }
}
