public import Catalog
public import Inspection
public import Packets

/// A finished flow: what the contract's flow record says, as plain values.
public struct FlowRecord: Sendable {
  /// What was counted of one side's packets.
  public struct Side: Sendable, Equatable, BitwiseCopyable {
    /// Packets from this side.
    public var packets: UInt64 = 0
    /// IP bytes from this side, by the IP headers' lengths.
    public var ipBytes: UInt64 = 0
    /// Payload bytes from this side as Zeek counts them: TCP by sequence number; UDP and ICMP the sum of payload lengths;
    /// SCTP, which Zeek does not count, likewise; 0 of every other protocol.
    public var payloadBytes: UInt64 = 0

    /// Makes a side without packets.
    public init() {}
  }

  /// The frames that fix a watched flow's grade, each nothing where there is none in the file of the first frame.
  public struct Citations: Sendable, Equatable {
    /// Index of the file of the first frame, in `CaptureSource.inputs`.
    public var file: UInt32 = 0
    /// The first frame of the flow.
    public var first: UInt64 = 0
    /// The first SYN.
    public var syn: UInt64?
    /// The first SYN-ACK.
    public var synAck: UInt64?
    /// The third packet of the handshake, or the one that stood in for it.
    public var ack: UInt64?
    /// The first packet that acknowledged payload.
    public var ackedData: UInt64?
    /// The same of the other side, and whether that is the originator: another catalog may cover that one
    /// (`FlowRecord.cover(by:wasWatched:)`).
    var otherAckedData: UInt64?
    var otherIsOriginator = false
    /// The last frame of the flow in that file.
    public var last: UInt64 = 0

    /// Makes citations without frames.
    public init() {}
  }

  /// The tunnel that a flow was seen in.
  public struct Tunnel: Sendable, Equatable {
    /// The uid of the outer flow, of its record at the moment at which this flow began; Zeek's `tunnel_parents`.
    public var parent: FlowUID.Value
    /// The outer addresses from which the originator's packets came, outermost first; of watched flows only.
    ///
    /// Empty where they are not known: packets of one side came from both ends, those of both sides from one end, or
    /// outer addresses and header do not tell one tunnel from another.
    public var originatorEnds: [IPAddress] = []
    /// The same for the responder; where it sent nothing, those to which the originator's packets went.
    public var responderEnds: [IPAddress] = []

    /// Makes a tunnel whose ends are not known.
    ///
    /// - Parameter parent: The uid of the outer flow.
    public init(parent: FlowUID.Value) { self.parent = parent }
  }

  /// The side that started the flow.
  public var originator: Endpoint
  /// The other side.
  public var responder: Endpoint
  /// The transport protocol.
  public var ipProtocol: IPProtocol
  /// The VLAN tags.
  public var vlan: VLANTags
  /// Time of the first packet.
  public var firstPacket: Timestamp
  /// Time of the last packet.
  public var lastPacket: Timestamp
  /// Time of the packet that began the flow in the table; orders records.
  var start = Timestamp(nanoseconds: 0)
  /// Whether the responder sent that packet.
  var responderBegan = false
  /// What this record has in common with those that `FlowTable.takeCheckpoints` gave of the same flow; 0 if it gave none.
  package var checkpoint: UInt64 = 0
  /// Time of the whole flow's first packet, where an earlier record holds the beginning of the flow; else nothing.
  ///
  /// The grades rest on the whole flow, so a claim that did not hold then does not cover this part of it either.
  public var continuedFrom: Timestamp?
  /// Time of the last packet before both sides had closed; what comes after it is no part of Zeek's duration.
  public var activeUntil: Timestamp
  /// Tells apart flows of the same endpoints that began at the same moment; 0 in all others.
  public var ordinal: UInt32 = 0
  /// What the originator sent.
  public var originatorCounts = Side()
  /// What the responder sent.
  public var responderCounts = Side()
  /// Zeek's connection state.
  public var connectionState = ConnectionState.oth
  /// Zeek's history letters.
  public var history = ""
  /// Payload bytes that were acknowledged but not captured, as Zeek counts.
  public var missedBytes: UInt64 = 0
  /// Why the flow ended.
  public var endReason = FlowEndReason.endOfInput
  /// Whether the originator lies in a local network; nothing if none was named.
  public var originatorIsLocal: Bool?
  /// Whether the responder lies in a local network; nothing if none was named.
  public var responderIsLocal: Bool?
  /// How the originator is known.
  public var originatorBasis = OriginatorBasis.firstPacket
  /// What the packets prove of the originator's address.
  public var originatorEvidence = SideEvidence(.e1, .oneWay)
  /// What the packets prove of the responder's address.
  public var responderEvidence = SideEvidence(.e1, .silent)
  /// What weakens or explains the grades.
  public var notes: EvidenceNotes = []
  /// The TTLs of both sides' packets, so that parts of one flow can be held against each other (T14); of watched flows only.
  var originatorHops = HopRange()
  var responderHops = HopRange()
  /// What the flow did.
  public var activity = Activity.probe
  /// Every catalog entry that covers the originator.
  public var originatorCovers = PrefixTable.CoverSet.empty
  /// Every catalog entry that covers the responder.
  public var responderCovers = PrefixTable.CoverSet.empty
  /// The frames that fix the grades; watched flows only.
  public var citations: Citations?
  /// Index of the sensor that saw the flow, in `FlowTableOptions.sensors`.
  public var sensor = 0
  /// What stands for the sensor and the tunnels in the flow's uid.
  public var scope = ScopeDigest.line
  /// The innermost tunnel that the flow was seen in; nothing for a flow of the line.
  public var tunnel: Tunnel?
  /// What the streams showed; watched TCP flows only.
  public var stream: StreamFacts?
  /// What the first SYN tells of the originator's host; watched TCP flows only.
  public var syn: SYNTuple?
  /// What tells a connection of Multipath TCP; watched TCP flows only.
  public var multipath: LinkToken?
  /// What the content says; watched flows only.
  public var content: FlowContent?
  /// Whom a trusted proxy of ours reports as the origin, if a catalog entry covers that address.
  public var attested: AttestedAddress?

  /// Zeek's `duration` in nanoseconds: from the first packet to the last before both sides had closed.
  ///
  /// Nothing where that is no time at all, as in a flow of one packet. Zeek then writes `-`, and writes `-` for
  /// `orig_bytes` and `resp_bytes` too.
  public var duration: Int64? {
    let duration = activeUntil.nanoseconds(since: firstPacket)
    return duration > 0 ? duration : nil
  }

  /// Whether a catalog entry covers an endpoint, or the address that a trusted proxy reports.
  public var isWatched: Bool { originatorCovers != .empty || responderCovers != .empty || attested != nil }

  /// Makes a record of a flow whose packets are still to be filled in.
  ///
  /// - Parameters:
  ///   - originator: The side that started the flow.
  ///   - responder: The other side.
  ///   - ipProtocol: The transport protocol.
  ///   - vlan: The VLAN tags.
  ///   - firstPacket: Time of the first packet.
  ///   - lastPacket: Time of the last packet.
  public init(
    originator: Endpoint, responder: Endpoint, ipProtocol: IPProtocol, vlan: VLANTags = .none,
    firstPacket: Timestamp, lastPacket: Timestamp
  ) {
    self.originator = originator
    self.responder = responder
    self.ipProtocol = ipProtocol
    self.vlan = vlan
    self.firstPacket = firstPacket
    self.lastPacket = lastPacket
    self.activeUntil = lastPacket
  }
}

/// Zeek's `conn_state`; the raw value is its name in every report.
public enum ConnectionState: String, Sendable, CaseIterable {
  /// Connection attempt seen, no reply.
  case s0 = "S0"
  /// Established, not terminated.
  case s1 = "S1"
  /// Established and terminated normally.
  case sf = "SF"
  /// Attempt rejected.
  case rej = "REJ"
  /// Established, close by the originator seen, none by the responder.
  case s2 = "S2"
  /// Established, close by the responder seen, none by the originator.
  case s3 = "S3"
  /// Established, the originator aborted.
  case rsto = "RSTO"
  /// The responder aborted.
  case rstr = "RSTR"
  /// The originator sent a SYN and then a RST; no SYN-ACK seen.
  case rstos0 = "RSTOS0"
  /// The responder sent a SYN-ACK and then a RST; no SYN seen.
  case rstrh = "RSTRH"
  /// The originator sent a SYN and then a FIN; no SYN-ACK seen.
  case sh = "SH"
  /// The responder sent a SYN-ACK and then a FIN; no SYN seen.
  case shr = "SHR"
  /// No SYN seen, midstream traffic.
  case oth = "OTH"
}

/// Why a flow ended: IPFIX `flowEndReason` (information element 136, RFC 5102).
public enum FlowEndReason: UInt8, Sendable, CaseIterable {
  /// 1: no packet for the idle timeout.
  case idle = 1
  /// 2: longer than the active timeout; goes on in another record.
  case active
  /// 3: its end was seen (FIN or RST), or a new flow took its place.
  case endOfFlow
  /// 4: the input ended, or the run was interrupted.
  case endOfInput
  /// 5: given up for lack of resources.
  case lackOfResources

  /// IPFIX's name of the reason.
  public var name: String {
    switch self {
    case .idle: "idle timeout"
    case .active: "active timeout"
    case .endOfFlow: "end of Flow detected"
    case .endOfInput: "forced end"
    case .lackOfResources: "lack of resources"
    }
  }
}
