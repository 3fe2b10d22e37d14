import Flows
import Inspection
import Packets

/// How many clients of the inputs have the same joint fingerprint (methodology 3, K2).
///
/// A fingerprint joins the SYN and every mark of the client's software that its flow shows; two of them are equal only as
/// wholes, for operating system, library and program depend on one another. Its prevalence is counted over the clients that
/// no EXCLUSIVE verdict speaks of: (k + 1) / (n + 2) for k of n. Bounded; beyond the bound no fingerprint links anybody.
struct FingerprintCensus: Sendable {
  /// Pairs of client and fingerprint that are told apart.
  static let limit = 262_144
  /// Sessions that are kept.
  static let keptLimit = 65_536
  /// Sessions of a fingerprint that may be linked.
  static let sessionLimit = 16
  /// One over the prevalence below which a fingerprint is rare.
  static let rarity = 100

  private var clients: [Joint: Set<IPAddress>] = [:]
  private var sessions: [Joint: [LinkedSession]] = [:]
  private var others: Set<IPAddress> = []
  private var count = 0
  private var kept = 0
  /// Whether every client is counted; else no fingerprint is called rare.
  private(set) var isWhole = true

  /// A joint fingerprint.
  private struct Joint: Hashable {
    let syn: SYNTuple
    let software: SoftwareSet
  }

  /// Marks that a fingerprint joins, and those of which it has at least one.
  private static let joined: Set<SoftwareMark.Kind> = [
    .ja4, .hassh, .sshBanner, .userAgent, .headerOrder, .commandOrder,
  ]
  private static let telling: Set<SoftwareMark.Kind> = [.ja4, .hassh, .headerOrder]

  /// Takes a session into account.
  mutating func add(_ session: LinkedSession) {
    guard isWhole, let syn = session.record.syn, !session.software.only(Self.telling).isEmpty else { return }
    let joint = Joint(syn: syn, software: session.software.only(Self.joined))
    let isExclusive = session.verdict == .exclusive
    if !isExclusive {
      others.insert(session.client)
      if clients[joint, default: []].insert(session.client).inserted { count += 1 }
    }
    if sessions[joint, default: []].keepEarliest(session, limit: Self.sessionLimit, session: { $0 }) { kept += 1 }
    isWhole = count + others.count <= Self.limit && kept <= Self.keptLimit
  }

  /// The sessions of each rare fingerprint that clients of several addresses have, in time order.
  var shared: [[LinkedSession]] {
    guard isWhole else { return [] }
    return sessions.compactMap { joint, sessions in
      let holders = clients[joint]?.count ?? 0
      guard (holders + 1) * Self.rarity < others.count + 2, Set(sessions.map(\.client)).count > 1 else { return nil }
      return sessions.sorted { $0.record.precedes($1.record) }
    }
  }
}
