public import Catalog
public import Packets

/// Looks for frames of covered addresses, also in tunnels and fragments, among frames that were not looked at by this
/// catalog when they came.
///
/// Finds those that `FlowTable.takeWatchedFrames` would tell. Not thread-safe.
public struct FrameSearch {
  private let prefixes: PrefixTable
  private let decoder = Decoder(checksums: .onDemand)
  private var fragments = FragmentLedger()
  private var found: [UInt64] = []

  /// Makes a search that has seen nothing.
  ///
  /// - Parameter prefixes: The prefixes of the catalog.
  public init(prefixes: PrefixTable) { self.prefixes = prefixes }

  /// Looks at the next frame.
  ///
  /// - Parameters:
  ///   - frame: The captured bytes.
  ///   - linkType: The interface's link type.
  ///   - time: When it was captured.
  ///   - place: Where it is kept.
  /// - Complexity: O(1) amortised.
  public mutating func look(at frame: RawSpan, linkType: LinkType, _ time: Timestamp, place: UInt64) {
    var packet = Packet()
    let wireLength = UInt32(truncatingIfNeeded: frame.byteCount)
    let reason = decoder.decode(frame, linkType: linkType, wireLength: wireLength, into: &packet)
    packet.timestamp = time
    if isWatched(packet, reason, frame, depth: 0, place: place) { found.append(place) }
  }

  /// The places of the frames found so far; none comes twice.
  ///
  /// - Returns: The places, in order.
  public func places() -> [UInt64] { found.sorted() }

  private mutating func isWatched(
    _ packet: Packet, _ reason: RejectReason?, _ frame: RawSpan, depth: Int, place: UInt64
  ) -> Bool {
    if let reason {
      guard reason == .fragment, let id = DatagramID(frame, at: Int(packet.ipOffset)) else { return false }
      return covers(id.source, id.destination) || fragments.takeLater(id, at: place, packet.timestamp)
    }
    var isWatched = covers(packet.source, packet.destination)
    if packet.flags.contains(.mayBeTunnel), depth < Decoder.maximumTunnelDepth {
      var inner = Packet()
      var header = TunnelHeader(.ipv4)
      let reason = decoder.decodeInner(of: packet, in: frame, into: &inner, header: &header)
      if self.isWatched(inner, reason, frame, depth: depth + 1, place: place) { isWatched = true }
    }
    if isWatched, packet.flags.contains(.firstFragment), let id = DatagramID(frame, at: Int(packet.ipOffset)) {
      found += fragments.takeFirst(id, packet.timestamp)
    }
    return isWatched
  }

  private func covers(_ source: IPAddress, _ destination: IPAddress) -> Bool {
    prefixes.covers(of: source) != .empty || prefixes.covers(of: destination) != .empty
  }
}
