import Catalog
import Packets

/// Which frames are written where only watched flows are.
///
/// A flow between covered addresses is watched from its first packet on, and so is a trusted proxy's. What may come before
/// that is known are fragments (see `FragmentLedger`) and whatever came before another catalog (see `FrameSearch`).
extension FlowTable {
  /// The places of frames of watched flows since the last call, in order; those that hold such a flow in a tunnel are among
  /// them, and fragments of both.
  ///
  /// Only with `FlowTableOptions.tellsWatchedFrames`. A place may be in a buffer before the last one, which need not be kept
  /// any more.
  ///
  /// - Parameter body: Receives each place.
  public mutating func takeWatchedFrames(_ body: (_ place: UInt64) -> Void) {
    watchedFrames.sort()
    for place in watchedFrames { body(place) }
    watchedFrames.removeAll(keepingCapacity: true)
  }

  /// Takes a fragment that is no packet, for it has no ports.
  ///
  /// Only with `FlowTableOptions.tellsWatchedFrames`; changes nothing but `takeWatchedFrames`.
  ///
  /// - Parameters:
  ///   - packet: What decoding it left, of which `Packet.ipOffset` is what it says.
  ///   - frame: The frame.
  ///   - bytes: The buffer.
  @inline(never)
  mutating func observeFragment(_ packet: Packet, of frame: Frame, bytes: RawSpan) {
    place = bufferStart &+ UInt64(frame.offset)
    isWatchedFrame = false
    takeFragment(
      bytes.extracting(frame.range), at: Int(packet.ipOffset),
      frame.timestamp)
    if isWatchedFrame { watchedFrames.append(place) }
  }

  /// Finds out whether a fragment that is not the first belongs to a watched flow.
  mutating func takeFragment(_ frame: RawSpan, at offset: Int, _ time: Timestamp) {
    guard let id = DatagramID(frame, at: offset) else { return }
    if prefixes.covers(of: id.source) != .empty || prefixes.covers(of: id.destination) != .empty
      || fragments.takeLater(id, at: place, time)
    {
      isWatchedFrame = true
    }
  }

  /// Notes a frame that belongs to a watched flow.
  @inline(never)
  mutating func noteWatchedFrame(_ packet: Packet, _ frame: RawSpan) {
    watchedFrames.append(place)
    if packet.flags.contains(.firstFragment) { noteFirstFragment(packet, frame) }
  }

  /// Notes the first fragment of a datagram that holds a watched flow.
  @inline(never)
  mutating func noteFirstFragment(_ packet: Packet, _ frame: RawSpan) {
    guard options.tellsWatchedFrames, let id = DatagramID(frame, at: Int(packet.ipOffset)) else { return }
    watchedFrames += fragments.takeFirst(id, packet.timestamp)
  }
}
