import Packets

/// Which addresses exchanged packets of a watched flow that was given up for lack of room, and when last.
///
/// ```
///   the flow, with room     SYN, SYN-ACK, nine wrong acknowledgements          all flows of both are judged by them (T10)
///   given up in between     SYN, SYN-ACK │ acknowledgements of nobody knows what
/// ```
/// A part shows less than the whole of what contradicts it, and may lie inside a claim's validity that the whole crosses; and
/// flows of the same addresses are judged by each other (guesses, other paths). So none of them proves anything until they
/// have been silent for longer than a flow lasts. Times stand under hashes of the addresses: flows of others that share one
/// may be graded too low, never too high. The hash is not keyed, and each part of all address pairs has places of its own, so
/// that no result depends on a random number or on how many tables there are. Nothing is kept before a flow is given up,
/// and 2 MiB afterwards.
struct GivenUpLedger {
  /// Places of one part.
  private static let places = 1 << 13

  private var times: [Timestamp] = []

  /// Notes a packet of a flow that was given up, or of one of the same addresses.
  ///
  /// - Parameters:
  ///   - key: The flow's key.
  ///   - time: The packet's time.
  mutating func add(_ key: FlowKey, at time: Timestamp) {
    if times.isEmpty {
      times = Array(repeating: Timestamp(nanoseconds: .min), count: Self.places * FlowShare.parts)
    }
    let place = Self.place(of: key)
    times[place] = max(times[place], time)
  }

  /// Whether a flow may lack what was given up.
  ///
  /// - Parameters:
  ///   - key: Its key.
  ///   - start: Time of its first packet.
  ///   - timeout: Nanoseconds without a packet after which any flow ends.
  /// - Returns: Whether a flow of its addresses was given up so shortly before, or after it began.
  func mayHoldMore(of key: FlowKey, since start: Timestamp, timeout: Int64) -> Bool {
    guard !times.isEmpty else { return false }
    return start < times[Self.place(of: key)].adding(max(timeout, GuessLedger.window.upperBound))
  }

  private static func place(of key: FlowKey) -> Int {
    var key = key
    (key.source.port, key.destination.port, key.vlan, key.scope) = (0, 0, .none, 0)
    let part = FlowShare.part(key.source.address, key.destination.address)
    return part * places + Int(key.hash(seed: 0)) & (places - 1)
  }
}
