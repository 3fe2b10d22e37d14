import Packets

/// Endpoints whose datagrams are inspected, and whether they were seen on several paths at once: with different VLAN tags,
/// or on the line and in a tunnel.
///
/// ```
///   in a tunnel     X ─── request with a value ───► our service      hidden from the flow below
///   on the line     X ◄─── the service repeats it ─── our service
///   on the line     X ─── returns what it seems to have received ───►
/// ```
/// An open tunnel endpoint lets whoever forges X's address do all of this without receiving anything. As many entries as
/// flows that are inspected; not thread-safe.
struct PathLedger {
  /// Both endpoints in order, the protocol and the sensor.
  struct Key: Hashable {
    private let low: Endpoint
    private let high: Endpoint
    private let ipProtocol: IPProtocol
    private let sensor: Int

    init(_ one: Endpoint, _ other: Endpoint, _ ipProtocol: IPProtocol, sensor: Int) {
      (low, high) = (min(one, other), max(one, other))
      self.ipProtocol = ipProtocol
      self.sensor = sensor
    }

    /// Both addresses, and all the rest as one number: fewer words are mixed faster.
    func hash(into hasher: inout Hasher) {
      hasher.combine(low.address.high)
      hasher.combine(low.address.low)
      hasher.combine(high.address.high)
      hasher.combine(high.address.low)
      let ports = UInt64(low.port) << 48 | UInt64(high.port) << 32
      hasher.combine(ports | UInt64(ipProtocol.rawValue) << 24 | UInt64(truncatingIfNeeded: sensor) & 0xFF_FFFF)
    }
  }

  private struct Entry {
    var flowCount = 0
    /// Whether there were ever several flows at once since the first of these began.
    var isShared = false

    mutating func add() {
      isShared = flowCount > 0
      flowCount += 1
    }
  }

  private var entries: [Key: Entry] = [:]

  /// Adds a flow.
  ///
  /// - Complexity: O(1) amortised.
  mutating func enter(_ key: Key) {
    entries[key, default: Entry()].add()
  }

  /// Removes a flow.
  ///
  /// - Returns: Whether the endpoints were seen on several paths.
  /// - Complexity: O(1).
  mutating func leave(_ key: Key) -> Bool {
    guard let place = entries.index(forKey: key) else { return false }
    let entry = entries.values[place]
    if entry.flowCount > 1 { entries.values[place].flowCount -= 1 } else { entries.remove(at: place) }
    return entry.isShared
  }

  /// Whether the endpoints of a flow that was added were seen on several paths so far.
  ///
  /// - Complexity: O(1).
  func isShared(_ key: Key) -> Bool { entries[key]?.isShared ?? false }
}
