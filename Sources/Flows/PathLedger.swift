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
  }

  private struct Entry {
    var flowCount = 1
    /// Whether there were ever several flows at once since the first of these began.
    var isShared = false
  }

  private var entries: [Key: Entry] = [:]

  /// Adds a flow.
  ///
  /// - Complexity: O(1) amortised.
  mutating func enter(_ key: Key) {
    guard let entry = entries[key] else {
      entries[key] = Entry()
      return
    }
    entries[key] = Entry(flowCount: entry.flowCount + 1, isShared: true)
  }

  /// Removes a flow.
  ///
  /// - Returns: Whether the endpoints were seen on several paths.
  /// - Complexity: O(1).
  mutating func leave(_ key: Key) -> Bool {
    guard let entry = entries[key] else { return false }
    entries[key] = entry.flowCount > 1 ? Entry(flowCount: entry.flowCount - 1, isShared: entry.isShared) : nil
    return entry.isShared
  }

  /// Whether the endpoints of a flow that was added were seen on several paths so far.
  ///
  /// - Complexity: O(1).
  func isShared(_ key: Key) -> Bool { entries[key]?.isShared ?? false }
}
