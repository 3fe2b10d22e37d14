import Packets

/// Which fragments belong to watched datagrams.
///
/// Only the first fragment of a datagram tells its flow (RFC 791 section 3.2), and what is inside a tunnel; the others may
/// come before it. Bounded: of the latest datagrams the fragments that came too early are remembered, so many of each.
struct FragmentLedger {
  /// Datagrams that are told apart.
  static let capacity = 4_096
  /// Fragments of a datagram that are remembered until its first one comes.
  static let fragmentLimit = 64
  /// Nanoseconds beyond which fragments of one number belong to another datagram (RFC 8200 section 4.5); to both sides, for
  /// clocks that run back.
  static let patience: ClosedRange<Int64> = -60_000_000_000...60_000_000_000

  private struct Datagram {
    var time: Timestamp
    var isWatched = false
    /// Places of fragments before the first one.
    var waiting: [UInt64] = []
  }

  private var datagrams: [DatagramID: Datagram] = [:]
  /// The datagrams, the oldest at `next` once there are `capacity`.
  private var order: [DatagramID] = []
  private var next = 0

  /// Takes a fragment that is not the first.
  ///
  /// - Parameters:
  ///   - id: Its datagram.
  ///   - place: Where it is kept.
  ///   - time: When it was captured.
  /// - Returns: Whether its datagram is known to be watched.
  /// - Complexity: O(1).
  mutating func takeLater(_ id: DatagramID, at place: UInt64, _ time: Timestamp) -> Bool {
    begin(id, time)
    guard let datagram = datagrams[id], !datagram.isWatched else { return true }
    if datagram.waiting.count < Self.fragmentLimit { datagrams[id]?.waiting.append(place) }
    return false
  }

  /// Takes the first fragment of a watched datagram.
  ///
  /// - Parameters:
  ///   - id: The datagram.
  ///   - time: When the fragment was captured.
  /// - Returns: The places of fragments that came before it.
  /// - Complexity: O(1).
  mutating func takeFirst(_ id: DatagramID, _ time: Timestamp) -> [UInt64] {
    begin(id, time)
    let waiting = datagrams[id]?.waiting ?? []
    datagrams[id]?.isWatched = true
    datagrams[id]?.waiting = []
    return waiting
  }

  /// Makes a datagram known, if it is none that is.
  private mutating func begin(_ id: DatagramID, _ time: Timestamp) {
    if let known = datagrams[id] {
      if !Self.patience.contains(time.nanoseconds(since: known.time)) { datagrams[id] = Datagram(time: time) }
      return
    }
    datagrams[id] = Datagram(time: time)
    guard order.count == Self.capacity else { return order.append(id) }
    datagrams[order[next]] = nil
    order[next] = id
    next = (next + 1) % Self.capacity
  }
}
