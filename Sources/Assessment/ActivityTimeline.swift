import Flows
import Inspection
public import Packets

/// A stretch of activity: flows of one client to one host with gaps of at most 30 minutes (methodology 6.6).
public struct ActivityStretch: Sendable, Equatable {
  /// How the client came.
  public enum Way: String, Sendable {
    /// From an address of an actor's own.
    case direct
    /// Through shared infrastructure, linked to a direct session.
    case proxied
  }

  /// How the client came.
  public var way: Way
  /// The client's address.
  public var address: IPAddress
  /// Whom it spoke to.
  public var host: IPAddress
  /// Time of the first packet.
  public var first: Timestamp
  /// Time of the last packet; a lower bound.
  public var last: Timestamp
  /// How many flows.
  public var flowCount: UInt64
  /// What was done.
  public var actions: [String]
  /// The ids of the findings that the flows are in.
  public var findings: [String]
  /// The ids of the slips that the stretch belongs to.
  public var slips: [String]
}

/// The direct sessions of a case and the proxied ones that are linked to them, in time order.
struct ActivityTimeline {
  /// Stretches that are listed.
  static let limit = 1_000

  private struct Pair: Hashable {
    let way: ActivityStretch.Way
    let client: IPAddress
    let host: IPAddress
  }

  /// Draws the timeline.
  ///
  /// - Parameters:
  ///   - direct: EXCLUSIVE sessions, in time order.
  ///   - proxied: SHARED sessions that are linked to them, in time order.
  ///   - slips: The slips.
  ///   - findings: The id of each finding by what makes it.
  /// - Returns: The stretches in time order, and how many did not fit.
  static func stretches(
    direct: [LinkedSession], proxied: [LinkedSession], slips: [Slip], findings: [FindingGroup.Key: String]
  ) -> (stretches: [ActivityStretch], omitted: UInt64) {
    var stretches: [ActivityStretch] = []
    var sessions: [[LinkedSession]] = []
    var latest: [Pair: Int] = [:]
    for (way, list) in [(ActivityStretch.Way.direct, direct), (.proxied, proxied)] {
      for session in list {
        let pair = Pair(way: way, client: session.client, host: session.host)
        if let place = latest[pair], session.first.nanoseconds(since: stretches[place].last) <= SessionCount.gap {
          stretches[place].last = max(stretches[place].last, session.last)
          stretches[place].flowCount += 1
          sessions[place].append(session)
        } else {
          latest[pair] = stretches.count
          sessions.append([session])
          stretches.append(
            ActivityStretch(
              way: way, address: session.client, host: session.host, first: session.first, last: session.last,
              flowCount: 1, actions: [], findings: [], slips: []))
        }
      }
    }
    let order = stretches.indices.sorted { stretches[$0].order < stretches[$1].order }
    // What only those need that are listed: there may be as many slips as stretches.
    let listed = order.prefix(limit).map { index in
      var stretch = stretches[index]
      stretch.actions = ActionSet(sessions[index]).names
      stretch.findings = Set(sessions[index].compactMap { findings[$0.key] }).sorted { ($0.count, $0) < ($1.count, $1) }
      stretch.slips = slips.filter { $0.holds(stretch) }.map(\.id)
      return stretch
    }
    return (listed, UInt64(order.dropFirst(limit).count))
  }
}

extension ActivityStretch {
  /// By what stretches are ordered.
  fileprivate var order: (Timestamp, Timestamp, IPAddress, IPAddress) { (first, last, address, host) }
}

extension Slip {
  /// Whether a stretch is the direct window, or one of the sessions that it explains.
  fileprivate func holds(_ stretch: ActivityStretch) -> Bool {
    switch stretch.way {
    case .direct: address == stretch.address && host == stretch.host && first <= stretch.last && last >= stretch.first
    case .proxied:
      proxied.contains {
        $0.end.address == stretch.address && $0.end.time >= stretch.first && $0.end.time <= stretch.last
      }
    }
  }
}
