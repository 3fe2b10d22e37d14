import Flows
import Inspection
import Packets

/// Finds candidate slips: EXCLUSIVE sessions and SHARED ones that the same client made, close to each other in time.
///
/// A secret that both show (K4) is enough. An account or a client certificate (K3) is not: several people may hold it. It
/// counts where the clients' software agrees as well, they were not there at the same time, no cookies tell them apart, and the account is not
/// used by different software at all; other content never does, for it may be passed on. A rare joint fingerprint (K2) counts where both spoke to the same service. Bounded in the
/// sessions that are looked at; what does not fit is counted.
struct SlipFinder {
  /// Nanoseconds within which the two are looked for (methodology 3).
  static let reach: Int64 = 1_800_000_000_000
  /// Direct flows that are looked at.
  static let directLimit = 65_536

  /// A direct window: flows of one client to one host with gaps of at most 30 minutes.
  fileprivate struct Window {
    var flows: [LinkedSession]
    var last: Timestamp
    var proxied: [(session: LinkedSession, kind: LinkToken.Kind)] = []

    var first: Timestamp { flows[0].first }
  }

  private struct Pair: Hashable {
    let key: FindingGroup.Key
    let client: IPAddress
    let host: IPAddress
  }

  private var windows: [Window] = []
  private var places: [Pair: [Int]] = [:]

  /// Makes a finder of the direct flows of a case, in time order.
  init(_ direct: [LinkedSession]) {
    for flow in direct {
      let pair = Pair(key: flow.key, client: flow.client, host: flow.host)
      if let place = places[pair]?.last,
        flow.first.nanoseconds(since: windows[place].last) <= SessionCount.gap
      {
        windows[place].flows.append(flow)
        windows[place].last = max(windows[place].last, flow.last)
      } else {
        places[pair, default: []].append(windows.count)
        windows.append(Window(flows: [flow], last: flow.last))
      }
    }
  }

  /// Looks for slips among the holders of a token.
  mutating func search(_ held: Linkage.Shared) {
    let (kind, holders) = (held.kind, held.holders.map(\.session))
    let direct = holders.filter { $0.verdict == .exclusive }
    let shared = holders.filter { $0.verdict == .shared }
    guard !direct.isEmpty, !shared.isEmpty else { return }
    if kind.grade == .k3 {
      guard kind == .account || kind == .clientCertificate, held.isOneSoftware, Self.isOneSoftware(holders) else {
        return
      }
    }
    for session in direct {
      guard let place = place(of: session) else { continue }
      for other in shared where Self.belongTogether(kind, session, other) {
        windows[place].proxied.append((other, kind))
      }
    }
  }

  /// Whether what two sessions hold says that they may be one client's.
  private static func belongTogether(_ kind: LinkToken.Kind, _ one: LinkedSession, _ other: LinkedSession) -> Bool {
    switch kind.grade {
    case .k4: true
    case .k3: one.software.agrees(with: other.software) && one.gap(to: other) > 0 && !one.hasOwnCookies(beside: other)
    case .k2: one.record.responder == other.record.responder
    }
  }

  /// Whether no two clients of an account are different software.
  private static func isOneSoftware(_ holders: [LinkedSession]) -> Bool {
    let known = holders.map(\.software).filter { !$0.isEmpty }
    return known.dropFirst().allSatisfy { $0.agrees(with: known[0]) }
  }

  private func place(of session: LinkedSession) -> Int? {
    places[Pair(key: session.key, client: session.client, host: session.host)]?.last {
      windows[$0].first <= session.first
    }
  }

  /// The slips, in time order.
  ///
  /// - Parameter findings: The id of each finding by what makes it.
  /// - Returns: The slips.
  func slips(findings: [FindingGroup.Key: String]) -> [Slip] {
    var uids = FlowUID()
    var slips: [Slip] = []
    for window in windows where !window.proxied.isEmpty {
      let proxied = window.proxiedSessions(&uids, findings)
      guard proxied.contains(where: { $0.gap <= Self.reach }) else { continue }
      let end = window.flows[0].end(&uids, findings)
      slips.append(
        Slip(
          id: "", actor: window.flows[0].key.actor, finding: end.finding, address: end.address,
          host: window.flows[0].host, first: window.first, last: window.last,
          uids: window.flows.prefix(Slip.uidLimit).map { uids.string(for: $0.record) },
          flowCount: UInt64(window.flows.count), actions: ActionSet(window.flows).names,
          proxied: Array(proxied.prefix(Slip.proxiedLimit)),
          omittedProxied: UInt64(proxied.dropFirst(Slip.proxiedLimit).count)))
    }
    slips.sort { ($0.first, $0.address, $0.host, $0.finding) < ($1.first, $1.address, $1.host, $1.finding) }
    for index in slips.indices { slips[index].id = "S\(index + 1)" }
    return slips
  }
}

extension SlipFinder.Window {
  /// The sessions through shared infrastructure, each once, in time order.
  fileprivate func proxiedSessions(
    _ uids: inout FlowUID, _ findings: [FindingGroup.Key: String]
  ) -> [Slip.Proxied] {
    var found: [String: Slip.Proxied] = [:]
    for (session, kind) in proxied {
      let end = session.end(&uids, findings)
      if let known = found[end.uid] {
        if !known.methods.contains(kind) { found[end.uid]?.methods.append(kind) }
        continue
      }
      let gap = max(0, session.first.nanoseconds(since: last), first.nanoseconds(since: session.last))
      let place: Slip.Proxied.Place = session.last < first ? .before : session.first > last ? .after : .during
      found[end.uid] = Slip.Proxied(
        end: end, last: session.last, place: place, gap: gap, methods: [kind],
        actions: ActionSet([session]).names)
    }
    return found.values.map { proxied in
      var proxied = proxied
      proxied.methods.sort { $0.rawValue < $1.rawValue }
      return proxied
    }.sorted { ($0.end.time, $0.end.uid) < ($1.end.time, $1.end.uid) }
  }
}

extension ActionSet {
  /// What was done in several sessions.
  init(_ sessions: [LinkedSession]) {
    self = sessions.reduce(into: []) { $0.formUnion($1.actions) }
  }
}
