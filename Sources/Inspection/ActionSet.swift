/// What was done in a flow, in the analyst's words; only what the content shows.
public struct ActionSet: OptionSet, Sendable, Hashable, BitwiseCopyable {
  /// The bits.
  public let rawValue: UInt32
  /// Makes a set from its bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A name was asked for (DNS).
  public static let dnsLookup = ActionSet(rawValue: 1 << 0)
  /// Something was asked for without a body (HTTP GET, HEAD and the like).
  public static let httpGet = ActionSet(rawValue: 1 << 1)
  /// A body was sent with POST.
  public static let httpPost = ActionSet(rawValue: 1 << 2)
  /// Something was changed by PUT, PATCH or DELETE.
  public static let httpWrite = ActionSet(rawValue: 1 << 3)
  /// A file was sent: a part of a form with a file name, FTP STOR, an HTTP PUT.
  public static let fileUpload = ActionSet(rawValue: 1 << 4)
  /// A file was fetched: FTP RETR, an HTTP answer that names itself an attachment.
  public static let fileDownload = ActionSet(rawValue: 1 << 5)
  /// A mail was handed over: the server asked for its text and the client sent it.
  public static let smtpSend = ActionSet(rawValue: 1 << 6)
  /// Mail was fetched (POP3 RETR, IMAP FETCH).
  public static let mailRead = ActionSet(rawValue: 1 << 7)
  /// Credentials were shown and accepted.
  public static let login = ActionSet(rawValue: 1 << 8)
  /// Credentials were shown; whether they were accepted is not known.
  public static let loginAttempt = ActionSet(rawValue: 1 << 9)
  /// Credentials were shown and refused.
  public static let loginFailure = ActionSet(rawValue: 1 << 10)
  /// A shell, or what else SSH carries, was used.
  public static let remoteShell = ActionSet(rawValue: 1 << 11)
  /// A desktop was opened (RDP).
  public static let remoteDesktop = ActionSet(rawValue: 1 << 12)
  /// A file share was opened (SMB).
  public static let fileShare = ActionSet(rawValue: 1 << 13)
  /// A proxy was asked to connect (SOCKS, HTTP CONNECT).
  public static let proxyConnect = ActionSet(rawValue: 1 << 14)
  /// An encrypted session was begun (TLS, DTLS, QUIC).
  public static let encryptedSession = ActionSet(rawValue: 1 << 15)

  private static let named: [(ActionSet, String)] = [
    (.smtpSend, "smtp-send"), (.httpPost, "http-post"), (.httpWrite, "http-write"), (.fileUpload, "file-upload"),
    (.login, "login"), (.loginAttempt, "login-attempt"), (.loginFailure, "login-failure"),
    (.remoteShell, "remote-shell"), (.remoteDesktop, "remote-desktop"), (.fileShare, "file-share"),
    (.fileDownload, "file-download"), (.mailRead, "mail-read"), (.proxyConnect, "proxy-connect"),
    (.httpGet, "http-get"), (.dnsLookup, "dns-lookup"), (.encryptedSession, "encrypted-session"),
  ]

  /// The names, what matters most first.
  public var names: [String] { Self.named.filter { contains($0.0) }.map(\.1) }

  /// What writes, or opens something that is not public (methodology 8, modifiers: relevance high).
  public static let grave: ActionSet = [
    .smtpSend, .httpPost, .httpWrite, .fileUpload, .login, .remoteShell, .remoteDesktop, .fileShare, .mailRead,
  ]
}
