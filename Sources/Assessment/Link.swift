import Flows
public import Inspection
public import Packets

/// How strongly two sessions of different addresses are linked (methodology 3); the raw value is its name in reports.
public enum LinkGrade: String, Sendable, CaseIterable {
  /// Continuity of a secret.
  case k4 = "K4"
  /// The same account or unique content.
  case k3 = "K3"
  /// A rare joint fingerprint.
  case k2 = "K2"
}

/// Two watched flows of different addresses that the same client software or account made, as far as can be told.
///
/// A link never changes a verdict.
public struct Link: Sendable, Equatable {
  /// One of the two flows.
  public struct End: Sendable, Equatable {
    /// The flow's uid.
    public var uid: String
    /// Time of its first packet.
    public var time: Timestamp
    /// The client's address.
    public var address: IPAddress
    /// The verdict on the flow.
    public var verdict: Verdict
    /// The reason of that verdict.
    public var reason: VerdictReason
    /// Id of the finding that the flow is in.
    public var finding: String

    /// Makes an end.
    ///
    /// - Parameters:
    ///   - uid: The flow's uid.
    ///   - time: Time of its first packet.
    ///   - address: The client's address.
    ///   - verdict: The verdict on the flow.
    ///   - reason: The reason of that verdict.
    ///   - finding: Id of the finding that the flow is in.
    public init(
      uid: String, time: Timestamp, address: IPAddress, verdict: Verdict, reason: VerdictReason, finding: String
    ) {
      self.uid = uid
      self.time = time
      self.address = address
      self.verdict = verdict
      self.reason = reason
      self.finding = finding
    }
  }

  /// How strongly.
  public var grade: LinkGrade { method.grade }
  /// What both sessions hold.
  public var method: LinkToken.Kind
  /// The earlier flow.
  public var from: End
  /// The later one.
  public var to: End

  /// Makes a link.
  ///
  /// - Parameters:
  ///   - method: What both sessions hold.
  ///   - from: The earlier flow.
  ///   - to: The later one.
  public init(method: LinkToken.Kind, from: End, to: End) {
    self.method = method
    self.from = from
    self.to = to
  }

  /// What else would look the same.
  public var caveat: String { grade.caveat }

  /// W3 (methodology 8): the sentence for the finding of the shared flow, where the other one is exclusive.
  var sentence: (finding: String, text: String)? {
    let (shared, exclusive) = from.verdict == .shared ? (from, to) : (to, from)
    guard shared.verdict == .shared, exclusive.verdict == .exclusive else { return nil }
    return (
      shared.finding,
      "A session from \(shared.address) (SHARED: \(shared.reason.rawValue)) carries \(method.text) also seen in exclusive "
        + "session \(exclusive.uid) of finding \(exclusive.finding). This links client software or account, not a person."
    )
  }
}

extension LinkGrade {
  /// What else would look the same.
  public var caveat: String {
    switch self {
    case .k4:
      "The same client software instance very likely made both sessions; a stolen session, a shared profile, a middlebox "
        + "that intercepts TLS or a roaming user would look the same. The verdict on either flow is unchanged."
    case .k3:
      "The same account or content was used in both sessions, perhaps by several people: shared or stolen credentials, or "
        + "somebody who forwards what another one wrote, would look the same. The verdict on either flow is unchanged."
    case .k2:
      "Both sessions were made by the same configuration of software, which fewer than one in a hundred other clients of "
        + "these inputs have; fingerprints can be imitated. The verdict on either flow is unchanged."
    }
  }
}

extension LinkToken.Kind {
  /// How strongly it links (methodology 3).
  public var grade: LinkGrade {
    switch self {
    case .ticket, .sessionID, .identity, .multipath, .cookie, .bearer: .k4
    case .account, .messageID, .clientCertificate, .upload, .interfaceID: .k3
    case .fingerprint: .k2
    }
  }

  /// The grade of both sides from which on it says something: with TLS a completed key exchange, else nobody knows that the
  /// other side believed it; with Multipath TCP data both ways, for a path whose code is wrong is reset.
  var neededGrade: EvidenceGrade {
    switch self {
    case .ticket, .sessionID, .identity, .clientCertificate: .e5
    case .multipath: .e4
    case .cookie, .bearer, .account, .messageID, .upload, .interfaceID, .fingerprint: .e3
    }
  }

  /// Whether it may be a constant that many clients show, as a key of a public interface or a visitor's choice is: nothing
  /// in a session tells, but different software that shows it does.
  var mayBeBuiltIn: Bool { self == .cookie || self == .bearer }

  /// What it is, in a sentence.
  public var text: String {
    switch self {
    case .ticket: "a TLS session ticket"
    case .sessionID: "a TLS session id"
    case .identity: "a TLS pre-shared key identity"
    case .multipath: "a Multipath TCP connection"
    case .cookie: "a cookie"
    case .bearer: "a bearer token"
    case .account: "the account"
    case .messageID: "the Message-ID of a mail"
    case .clientCertificate: "a TLS client certificate"
    case .upload: "an uploaded file"
    case .interfaceID: "an IPv6 interface identifier"
    case .fingerprint: "a rare joint fingerprint"
    }
  }
}
