import Cryptography
import Flows
import Inspection
import Packets

/// Finds what several watched flows of different addresses have in common (methodology 3, K3 and K4).
///
/// Of a secret the session counts that it was issued in, and every session that showed it: of TLS only where the server went
/// on with it and the key exchange was completed, which nobody can do who only saw it pass. Bounded in sessions, in sessions
/// of one token, in tokens and in links; what does not fit is counted. The earliest sessions are kept, of one token and of all,
/// in whatever order they come; what the others say against a token counts all the same.
struct Linkage: Sendable {
  /// Sessions that are kept, each once for each of its tokens; twice as many while they come.
  static let totalLimit = 65_536
  /// Tokens of which it is known what all sessions say of them; beyond that no new one is taken, for what earlier sessions
  /// said of it may be forgotten.
  static let tokenLimit = 262_144
  /// Sessions of one token that are kept: of EXCLUSIVE ones, and of all others.
  static let sessionLimit = 16
  /// Links that are made.
  static let linkLimit = 1_000

  /// What is shared.
  struct Token: Hashable, Sendable {
    let kind: LinkToken.Kind
    let hash: KeyedHash.Value
    /// Whose account it is: the same name at another host is anybody's.
    let host: IPAddress?

    init(kind: LinkToken.Kind, hash: KeyedHash.Value, at host: IPAddress) {
      self.kind = kind
      self.hash = hash
      self.host = kind == .account ? host : nil
    }
  }

  /// A session and how it came to hold a token.
  struct Holder: Sendable {
    let session: LinkedSession
    /// Whether the server issued it there before the client showed it.
    let isIssuer: Bool
  }

  /// What clients of several addresses hold.
  struct Shared: Sendable {
    let kind: LinkToken.Kind
    /// The sessions that are kept, in time order.
    let holders: [Holder]
    /// Whether no two sessions that hold it, kept or not, show different software.
    let isOneSoftware: Bool
  }

  /// The sessions that hold a token, and what all of them say of it together.
  private struct Held: Sendable {
    var holders: [Holder] = []
    private var issuedTo: IPAddress?
    private(set) var isIssuedToSeveral = false
    private var software = SoftwareSet([])
    private(set) var isOneSoftware = true

    /// Takes into account what a session says, and keeps it if it is among the earliest.
    ///
    /// - Parameters:
    ///   - holder: The session.
    ///   - fits: Whether it may be kept.
    /// - Returns: Whether one more is kept than before.
    mutating func take(_ holder: Holder, fits: Bool) -> Bool {
      if holder.isIssuer {
        isIssuedToSeveral = isIssuedToSeveral || issuedTo.map { $0 != holder.session.client } ?? false
        issuedTo = issuedTo ?? holder.session.client
      }
      if !software.join(holder.session.software) { isOneSoftware = false }
      return fits && holders.keepEarliest(holder, limit: Linkage.sessionLimit, session: { $0.session })
    }
  }

  private var tokens: [Token: Held] = [:]
  private var count = 0
  private var seen: UInt64 = 0
  private let limit: Int
  /// The earliest session that does not fit; nothing as long as all do.
  private var bound: FlowRecord?

  /// - Parameter limit: Sessions that are kept.
  init(limit: Int = Self.totalLimit) { self.limit = limit }

  /// Sessions that did not fit.
  var omitted: UInt64 { seen &- UInt64(count) }

  /// Takes a session into account.
  mutating func add(_ session: LinkedSession) {
    var seen: Set<Token> = []
    for token in session.tokens {
      let key = Token(kind: token.kind, hash: token.hash, at: session.host)
      // The first time counts: whoever shows a secret before it is issued to him had it already.
      guard seen.insert(key).inserted else { continue }
      insert(Holder(session: session, isIssuer: token.isIssued), key)
    }
    if let hash = session.client.hardwareHash {
      insert(Holder(session: session, isIssuer: false), Token(kind: .interfaceID, hash: hash, at: session.host))
    }
  }

  private mutating func insert(_ holder: Holder, _ token: Token) {
    seen &+= 1
    guard tokens.count < Self.tokenLimit || tokens[token] != nil else { return }
    let fits = bound.map { holder.session.record.precedes($0) } ?? true
    guard tokens[token, default: Held()].take(holder, fits: fits) else { return }
    count += 1
    if count >= 2 * limit { cut() }
  }

  /// What is kept when no more sessions come.
  var kept: Linkage {
    var copy = self
    copy.cut()
    return copy
  }

  /// Leaves out the latest sessions.
  private mutating func cut() {
    guard count > limit else { return }
    let records = tokens.values.flatMap { $0.holders.map(\.session.record) }.sorted { $0.precedes($1) }
    let bound = records[limit]
    tokens = tokens.mapValues { held in
      var held = held
      held.holders.removeAll { !$0.session.record.precedes(bound) }
      return held
    }
    count = tokens.values.reduce(0) { $0 + $1.holders.count }
    self.bound = bound
  }

  /// What clients of several addresses hold, and is one client's own as far as the capture tells: what a server gives to
  /// several clients links nobody.
  var shared: [Shared] {
    tokens.compactMap { token, held in
      guard !held.isIssuedToSeveral, held.isOneSoftware || !token.kind.mayBeBuiltIn,
        Set(held.holders.map(\.session.client)).count > 1
      else { return nil }
      return Shared(
        kind: token.kind, holders: held.holders.sorted { $0.session.record.precedes($1.session.record) },
        isOneSoftware: held.isOneSoftware)
    }
  }

  /// Draws the links between holders of different addresses, in the order of their times; each from the session that the
  /// secret was issued in, else from the earlier one.
  ///
  /// - Parameters:
  ///   - shared: What clients of several addresses hold, and who.
  ///   - findings: The id of each finding by what makes it.
  /// - Returns: The links, and how many did not fit.
  static func links(_ shared: [Shared], findings: [FindingGroup.Key: String]) -> (links: [Link], omitted: UInt64) {
    var uids = FlowUID()
    var links: [Link] = []
    for held in shared {
      let ends = held.holders.map { ($0.isIssuer, $0.session.end(&uids, findings)) }
        .sorted { ($0.0 ? 0 : 1, $0.1.time, $0.1.uid) < ($1.0 ? 0 : 1, $1.1.time, $1.1.uid) }.map(\.1)
      for (index, from) in ends.enumerated() {
        for to in ends.dropFirst(index + 1) where to.address != from.address && to.uid != from.uid {
          links.append(Link(method: held.kind, from: from, to: to))
        }
      }
    }
    links.sort {
      ($0.to.time, $0.to.uid, $0.from.uid, $0.method.rawValue) < (
        $1.to.time, $1.to.uid, $1.from.uid, $1.method.rawValue
      )
    }
    return (Array(links.prefix(linkLimit)), UInt64(links.dropFirst(linkLimit).count))
  }
}

extension LinkedSession {
  /// The session as the end of a link.
  func end(_ uids: inout FlowUID, _ findings: [FindingGroup.Key: String]) -> Link.End {
    Link.End(
      uid: uids.string(for: record), time: first, address: client, verdict: verdict, reason: key.reason,
      finding: findings[key] ?? "")
  }
}

extension IPAddress {
  /// What stands for the hardware address in an IPv6 address; nothing if there is none (RFC 4291 appendix A).
  fileprivate var hardwareHash: KeyedHash.Value? {
    guard !isIPv4, low >> 24 & 0xFFFF == 0xFFFE, low & 0x0200_0000_0000_0000 != 0 else { return nil }
    return KeyedHash.Value(high: 0, low: low)
  }
}
