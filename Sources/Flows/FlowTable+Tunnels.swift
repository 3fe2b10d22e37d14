import Packets

/// Packets inside packets: each is filed in a flow of its own, in the scope of its tunnel.
extension FlowTable {
  /// Files what a packet carries, if that is a packet.
  ///
  /// The frame was counted with its outer packet; what is inside is counted beside. Ends after
  /// `Decoder.maximumTunnelDepth` tunnels.
  ///
  /// - Parameters:
  ///   - outer: The outer packet.
  ///   - handle: Its flow.
  ///   - isLate: Whether a flow that begins now may have begun before.
  ///   - frame: The frame.
  ///   - file: Index of its capture file.
  ///   - number: Its frame number.
  ///   - decoder: Decodes what is inside.
  ///   - scope: Where the outer packet was seen.
  @inline(never)
  mutating func observeInside(
    _ outer: borrowing Packet, in handle: UInt32, isLate: Bool, frame: RawSpan, file: UInt32, number: UInt64,
    decoder: Decoder, scope: PacketScope
  ) {
    // Every table reads what tunnels carry; one of them counts it.
    let isCounted = share.index == 0
    let outer = copy outer
    var inner = Packet()
    var header = TunnelHeader(.ipv4)
    let reason =
      scope.depth < Decoder.maximumTunnelDepth
      ? decoder.decodeInner(of: outer, in: frame, into: &inner, header: &header) : .tooManyTunnels
    if let reason {
      if isCounted { counts.rejectedInTunnels[reason, default: 0] &+= 1 }
      if reason == .fragment, options.tellsWatchedFrames {
        takeFragment(frame, at: Int(inner.ipOffset), inner.timestamp)
      }
      return
    }
    if isCounted { counts.tunnelledPackets &+= 1 }
    let (innerScope, isKnown) = scopes.scope(inside: outer, scope, handle: handle, header)
    if !isKnown, isCounted { counts.packetsInOtherTunnels &+= 1 }
    guard share.keeps(inner) else { return }
    let hash = FlowKey(inner, scope: innerScope.number).hash(seed: seed)
    observe(
      &inner, hash: hash, isLate: isLate, frame: frame, file: file, number: number, decoder: decoder, scope: innerScope)
    if isWatchedFrame, inner.flags.contains(.firstFragment) { noteFirstFragment(inner, frame) }
  }

  /// What a new flow keeps of its tunnel.
  mutating func beginTunnel(_ scope: PacketScope) -> UInt32 {
    let outer = flows[scope.outer]
    let first = outer.state == 0 ? outer.start : states[outer.state].first
    let parent = uid.value(for: head(of: outer, first: first, last: first))
    return tunnels.allocate(TunnelledFlow(parent: parent, senders: scope.senders)) ?? 0
  }

  /// Notes whether a packet came from the end of its side.
  mutating func noteEnds(_ scope: PacketScope, of handle: UInt32, isForward: Bool) {
    let tunnel = flows[handle].tunnel
    guard tunnel != 0 else { return }
    let other = ~scope.senders & (1 << scope.depth &- 1)
    if tunnels[tunnel].senders != (isForward ? scope.senders : other) { tunnels[tunnel].hasMixedEnds = true }
  }

  /// What the record of a flow in a tunnel says of it.
  func tunnel(of flow: Flow, isFlipped: Bool) -> FlowRecord.Tunnel {
    let own = tunnels[flow.tunnel]
    var tunnel = FlowRecord.Tunnel(parent: own.parent)
    guard flow.watch != 0, !own.hasMixedEnds else { return tunnel }
    tunnel.originatorEnds = scopes.ends(of: flow.scope, isFlipped ? ~own.senders : own.senders)
    tunnel.responderEnds = scopes.ends(of: flow.scope, isFlipped ? own.senders : ~own.senders)
    return tunnel
  }
}
