public import Inspection
public import Packets

/// A candidate slip (methodology 3): somebody who otherwise came through shared infrastructure seems to have connected
/// directly, from an address of an actor's own, for a while.
///
/// It changes no verdict. "Candidate": what links the two may have been copied, lent or stolen.
public struct Slip: Sendable, Equatable {
  /// A session through shared infrastructure that the direct window explains.
  public struct Proxied: Sendable, Equatable {
    /// When it was, of the direct window.
    public enum Place: String, Sendable {
      /// Before the direct window.
      case before
      /// At the same time.
      case during
      /// After it.
      case after
    }

    /// The session.
    public var end: Link.End
    /// When it ended.
    public var last: Timestamp
    /// When it was, of the direct window.
    public var place: Place
    /// Nanoseconds between it and the direct window; 0 if they overlap.
    public var gap: Int64
    /// What links the two.
    public var methods: [LinkToken.Kind]
    /// What was done in it.
    public var actions: [String]
  }

  /// `S1`, `S2`, … in time order.
  public var id: String
  /// Index of the actor in the catalog.
  public var actor: Int?
  /// The id of the finding that the direct sessions are in.
  public var finding: String
  /// The address that connected directly.
  public var address: IPAddress
  /// Whom it connected to.
  public var host: IPAddress
  /// When the direct window began: time of its first packet.
  public var first: Timestamp
  /// When it ended: time of its last packet; a lower bound.
  public var last: Timestamp
  /// The uids of the direct flows, at most `uidLimit`.
  public var uids: [String]
  /// How many direct flows.
  public var flowCount: UInt64
  /// What was done in them.
  public var actions: [String]
  /// The sessions through shared infrastructure, in time order, at most `proxiedLimit`.
  public var proxied: [Proxied]
  /// How many more there are, as far as known.
  public var omittedProxied: UInt64

  /// Direct flows that are named.
  public static let uidLimit = 20
  /// Sessions through shared infrastructure that are named.
  public static let proxiedLimit = 100

  /// What links the direct sessions to the others.
  public var methods: [LinkToken.Kind] {
    LinkToken.Kind.allCases.filter { kind in proxied.contains { $0.methods.contains(kind) } }
  }

  /// How strongly.
  public var grade: LinkGrade { LinkGrade.allCases.first { grade in methods.contains { $0.grade == grade } } ?? .k2 }

  /// Nanoseconds that the direct window lasted; a lower bound.
  public var window: Int64 { last.nanoseconds(since: first) }

  /// Nanoseconds to the nearest session through shared infrastructure.
  public var gap: Int64 { proxied.map(\.gap).min() ?? 0 }

  /// What may be said of it.
  public var sentence: String {
    let count = UInt64(proxied.count) &+ omittedProxied
    let shared = methods.map(\.text).joined(separator: ", ")
    return
      "Candidate slip: \(address) connected to \(host) directly for \(window.durationText) (lower bound); "
      + "\(count.counted("session")) through shared infrastructure, the nearest \(gap.durationText) away, "
      + "\(count == 1 ? "holds" : "hold") the same (\(grade.rawValue): \(shared)). "
      + "This links client software or an account, not a person; no verdict changes."
  }
}
