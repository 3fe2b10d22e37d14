import Cryptography
import Flows
import Inspection
import Packets

/// Finds what several watched flows of different addresses have in common (methodology 3, K3 and K4).
///
/// Of a secret the session counts that it was issued in, and every session that showed it: of TLS only where the server went
/// on with it and the key exchange was completed, which nobody can do who only saw it pass. Bounded in sessions, in sessions
/// of one token, and in links; what does not fit is counted.
struct Linkage: Sendable {
  /// Sessions that are kept, each once for each of its tokens.
  static let totalLimit = 65_536
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

  private var holders: [Token: [Holder]] = [:]
  private var count = 0
  /// Sessions that did not fit.
  private(set) var omitted: UInt64 = 0

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
    let isExclusive = holder.session.verdict == .exclusive
    let alike = holders[token, default: []].count { ($0.session.verdict == .exclusive) == isExclusive }
    guard count < Self.totalLimit, alike < Self.sessionLimit else {
      omitted &+= 1
      return
    }
    count += 1
    holders[token, default: []].append(holder)
  }

  /// The holders of each token that clients of several addresses hold, in time order.
  var shared: [(kind: LinkToken.Kind, holders: [Holder])] {
    holders.compactMap { token, all in
      guard Set(all.map(\.session.client)).count > 1, token.isOfOneClient(all) else { return nil }
      return (token.kind, all.sorted { ($0.session.first, $0.session.client) < ($1.session.first, $1.session.client) })
    }
  }

  /// Draws the links between holders of different addresses, in the order of their times; each from the session that the
  /// secret was issued in, else from the earlier one.
  ///
  /// - Parameters:
  ///   - shared: What clients of several addresses hold, and who.
  ///   - findings: The id of each finding by what makes it.
  /// - Returns: The links, and how many did not fit.
  static func links(
    _ shared: [(kind: LinkToken.Kind, holders: [Holder])], findings: [FindingGroup.Key: String]
  ) -> (links: [Link], omitted: UInt64) {
    var uids = FlowUID()
    var links: [Link] = []
    for (kind, all) in shared {
      let ends = all.map { ($0.isIssuer, $0.session.end(&uids, findings)) }
        .sorted { ($0.0 ? 0 : 1, $0.1.time, $0.1.uid) < ($1.0 ? 0 : 1, $1.1.time, $1.1.uid) }.map(\.1)
      for (index, from) in ends.enumerated() {
        for to in ends.dropFirst(index + 1) where to.address != from.address && to.uid != from.uid {
          links.append(Link(method: kind, from: from, to: to))
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

extension Linkage.Token {
  /// Whether it is one client's own as far as the capture tells: what a server gives to several clients links nobody.
  fileprivate func isOfOneClient(_ holders: [Linkage.Holder]) -> Bool {
    Set(holders.filter(\.isIssuer).map(\.session.client)).count <= 1
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
