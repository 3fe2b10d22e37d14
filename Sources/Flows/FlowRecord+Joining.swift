import Inspection
import Packets

extension FlowRecord {
  /// Whether another record goes on with this flow, which a capture's end cut off.
  ///
  /// The same endpoints, protocol, tags and scope; the first part ended because its input did or by the active timeout, the
  /// second begins after it, within the idle timeout, and not with the SYN of a new connection.
  ///
  /// - Parameters:
  ///   - next: The other record.
  ///   - idleTimeout: Nanoseconds without a packet that end such a flow.
  /// - Returns: Whether both are one flow.
  public func isContinued(by next: FlowRecord, idleTimeout: Int64) -> Bool {
    guard endReason == .endOfInput || endReason == .active, ipProtocol == next.ipProtocol, vlan == next.vlan,
      scope == next.scope, sensor == next.sensor, (tunnel == nil) == (next.tunnel == nil)
    else { return false }
    let isSame = originator == next.originator && responder == next.responder
    guard isSame || (originator == next.responder && responder == next.originator) else { return false }
    guard next.originatorBasis != .syn, next.originatorBasis != .simultaneous else { return false }
    guard next.firstPacket > lastPacket else { return false }
    return next.firstPacket.nanoseconds(since: lastPacket) <= idleTimeout
  }

  /// This flow with another record that goes on with it: counters add, notes are of both.
  ///
  /// A side has the stronger grade of its parts, each of which its own packets prove; E0 if a part is contra-indicated; E2
  /// at most where what is noted of either part, or the TTLs of both, forbid more (T14), or where the first part holds
  /// acknowledgements of what was never sent, and nothing that proves the side: they may be guesses (T10). The
  /// ends of a tunnel are known only if they are the same in both. Who opened the flow is known only where the part with the
  /// stronger grade shows it.
  /// Citations and the uid are the first part's, content is of both. State and history are those of the parts in turn, which
  /// need not be what one run over both captures says.
  ///
  /// - Parameter next: The record that goes on with this one.
  /// - Returns: The whole flow.
  public func joined(with next: FlowRecord) -> FlowRecord {
    let next = originator == next.originator && responder == next.responder ? next : next.flipped
    var whole = self
    whole.lastPacket = next.lastPacket
    whole.activeUntil = next.activeUntil
    whole.originatorCounts.add(next.originatorCounts)
    whole.responderCounts.add(next.responderCounts)
    whole.missedBytes &+= next.missedBytes
    // A letter stands for the first time that something happened.
    whole.history += next.history.filter { $0 != "^" && !history.contains($0) }
    whole.endReason = next.endReason
    whole.notes.formUnion(next.notes)
    whole.originatorHops.formUnion(next.originatorHops)
    whole.responderHops.formUnion(next.responderHops)
    if whole.originatorHops.changesClass || whole.responderHops.changesClass { whole.notes.insert(.ttlClassChange) }
    whole.tunnel = tunnel?.joined(with: next.tunnel)
    whole.originatorEvidence = originatorEvidence.joined(with: next.originatorEvidence)
    whole.responderEvidence = responderEvidence.joined(with: next.responderEvidence)
    if notes.contains(.ackedUnseen) {
      // How often a side guessed before it was right is not counted across the cut (T10).
      if originatorEvidence.grade < .e3 { whole.originatorEvidence.limit() }
      if responderEvidence.grade < .e3 { whole.responderEvidence.limit() }
    }
    if !whole.notes.isDisjoint(with: EvidenceNotes.caps) {
      whole.originatorEvidence.limit()
      whole.responderEvidence.limit()
    }
    if max(next.originatorEvidence.grade, next.responderEvidence.grade)
      > max(originatorEvidence.grade, responderEvidence.grade)
    {
      whole.originatorBasis = next.originatorBasis
    }
    whole.connectionState = connectionState.joined(with: next.connectionState)
    whole.activity = .init(
      originatorSent: whole.originatorCounts, responderSent: whole.responderCounts, parts: (activity, next.activity))
    whole.stream = stream ?? next.stream
    if let content, let later = next.content {
      whole.content = FlowContent(content.facts.joined(with: later.facts))
    } else {
      whole.content = content ?? next.content
    }
    whole.attested = attested ?? next.attested
    return whole
  }

  /// The same flow with the roles of its sides exchanged.
  private var flipped: FlowRecord {
    var other = self
    (other.originator, other.responder) = (responder, originator)
    (other.originatorCounts, other.responderCounts) = (responderCounts, originatorCounts)
    (other.originatorEvidence, other.responderEvidence) = (responderEvidence, originatorEvidence)
    (other.originatorIsLocal, other.responderIsLocal) = (responderIsLocal, originatorIsLocal)
    (other.originatorHops, other.responderHops) = (responderHops, originatorHops)
    other.tunnel = tunnel?.flipped
    (other.originatorCovers, other.responderCovers) = (responderCovers, originatorCovers)
    other.history = String(
      history.map { $0.isLowercase ? Character($0.uppercased()) : Character($0.lowercased()) })
    other.connectionState = connectionState.flipped
    other.activity = activity.flipped
    other.responderBegan.toggle()
    return other
  }
}

extension FlowRecord.Side {
  fileprivate mutating func add(_ other: Self) {
    packets &+= other.packets
    ipBytes &+= other.ipBytes
    payloadBytes &+= other.payloadBytes
  }
}

extension SideEvidence {
  fileprivate func joined(with next: SideEvidence) -> SideEvidence {
    if grade == .e0 { return self }
    if next.grade == .e0 { return next }
    return next.grade > grade ? next : self
  }
}

extension ConnectionState {
  /// The state of a flow whose second part has another.
  fileprivate func joined(with next: ConnectionState) -> ConnectionState {
    guard self == .s1 || self == .s2 || self == .s3 else { return next == .oth ? self : next }
    switch next {
    case .sf, .rsto, .rstr, .s2, .s3: return next
    case .rstrh: return .rstr
    case .sh: return .s2
    case .shr: return .s3
    default: return self
    }
  }

  fileprivate var flipped: ConnectionState {
    switch self {
    case .s2: .s3
    case .s3: .s2
    case .rsto: .rstr
    case .rstr: .rsto
    case .sh: .shr
    case .shr: .sh
    default: self
    }
  }
}

extension Activity {
  /// What a flow did whose parts did something each.
  fileprivate init(originatorSent: FlowRecord.Side, responderSent: FlowRecord.Side, parts: (Activity, Activity)) {
    switch (originatorSent.payloadBytes > 0, responderSent.payloadBytes > 0) {
    case (true, true): self = .dataTwoWay
    case (true, false) where responderSent.packets > 0: self = .dataIn
    case (false, true) where originatorSent.packets > 0: self = .dataOut
    default: self = parts.0
    }
  }

  fileprivate var flipped: Activity {
    switch self {
    case .dataIn: .dataOut
    case .dataOut: .dataIn
    case .probe: .responseOnly
    case .responseOnly: .probe
    default: self
    }
  }
}

extension FlowRecord.Tunnel {
  /// The tunnel of a flow whose other part came through another: ends that differ are known of neither.
  fileprivate func joined(with next: Self?) -> Self {
    guard let next, (next.originatorEnds, next.responderEnds) != (originatorEnds, responderEnds) else { return self }
    var tunnel = self
    (tunnel.originatorEnds, tunnel.responderEnds) = ([], [])
    return tunnel
  }

  /// The same, told from the other side.
  fileprivate var flipped: Self {
    var tunnel = self
    (tunnel.originatorEnds, tunnel.responderEnds) = (responderEnds, originatorEnds)
    return tunnel
  }
}
