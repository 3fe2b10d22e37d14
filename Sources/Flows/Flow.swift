import Packets

/// A flow in the table: its key, its first packet, and where the rest of it stands.
///
/// ```
///   0 … 63    key, links, handles: all that finding the flow touches
///   64 … 127  what else the first packet said
/// ```
/// Most flows of a scan or a flood have one packet and need no more than these two cache lines. From the second packet on
/// (a watched flow: from the first) a `FlowState` holds what changes.
struct Flow: BitwiseCopyable {
  /// Facts that are yes or no; "source" is the sender of the first packet.
  struct Marks: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    /// The source is the responder.
    static let sourceIsResponder = Marks(rawValue: 1 << 0)
    /// Which side is the originator was guessed by port, or by a SYN-ACK.
    static let isHint = Marks(rawValue: 1 << 1)
    /// Only packets of the first one's direction belong to the flow.
    static let isOneWay = Marks(rawValue: 1 << 2)
    static let sourceIsLocal = Marks(rawValue: 1 << 3)
    static let destinationIsLocal = Marks(rawValue: 1 << 4)
    /// The roles were exchanged when the flow began (the history's first letter is `^`).
    static let beganFlipped = Marks(rawValue: 1 << 5)
    /// The streams were not read on for lack of room.
    static let isInspectionCut = Marks(rawValue: 1 << 7)
    /// The capture began so shortly before that what the flow answers may lie before it.
    static let requestMayPrecede = Marks(rawValue: 1 << 6)
  }

  let source: IPAddress
  let destination: IPAddress
  let sourcePort: UInt16
  let destinationPort: UInt16
  let vlan: VLANTags
  let ipProtocol: IPProtocol
  var marks: Marks
  /// The list of the wheel; `noList` once the flow has ended.
  var list: UInt16 = 0
  /// The next flow in the same list of the wheel.
  var next: UInt32 = 0
  /// The flow before it in the same list of the wheel.
  var previous: UInt32 = 0
  /// Handle of the `FlowState`.
  var state: UInt32 = 0
  /// Handle of the `Watch`.
  var watch: UInt32
  /// Where the flow was seen; a number of the `ScopeTable`.
  let scope: UInt32

  /// Time of the first packet.
  let start: Timestamp
  /// The TCP header of the first packet.
  let tcp: Packet.TCP
  fileprivate let ipLength: UInt32
  private let payloadLength: UInt32
  private let capturedPayloadLength: UInt32
  private let icmpIdentifier: UInt16
  private let icmpSequence: UInt16
  private let ipIdentification: UInt16
  private let flags: Packet.Flags
  private let timeToLive: UInt8
  /// The first packet's own ICMP code, for which a counterpart's type may stand in the key.
  private let icmpCode: UInt8
  /// Tells apart flows of the same endpoints that began at the same moment.
  var ordinal: UInt32 = 0
  /// Handle of the `TunnelledFlow`; 0 for a flow of the line.
  var tunnel: UInt32

  @inline(__always)
  init(_ packet: borrowing Packet, key: FlowKey, marks: Marks, watch: UInt32, tunnel: UInt32) {
    self.marks = key.isOneWay ? marks.union(.isOneWay) : marks
    self.watch = watch
    self.tunnel = tunnel
    source = key.source.address
    destination = key.destination.address
    sourcePort = key.source.port
    destinationPort = key.destination.port
    vlan = key.vlan
    ipProtocol = key.ipProtocol
    scope = key.scope
    start = packet.timestamp
    tcp = packet.tcp
    ipLength = packet.ipLength
    payloadLength = packet.payloadLength
    capturedPayloadLength = packet.capturedPayloadLength
    icmpIdentifier = packet.icmpIdentifier
    icmpSequence = packet.icmpSequence
    ipIdentification = packet.ipIdentification
    flags = packet.flags
    timeToLive = packet.timeToLive
    icmpCode = UInt8(truncatingIfNeeded: packet.destinationPort)
  }

  /// Whether the first packet is a SYN as nearly every connection begins with, and its sender the originator: of it
  /// `FlowState(afterSYNOf:)` says what it comes to.
  var beganWithPlainSYN: Bool {
    ipProtocol == .tcp && tcp.flags.intersection([.syn, .ack, .fin, .rst]) == .syn && payloadLength == 0
      && tcp.window != 0 && !marks.contains(.sourceIsResponder)
      && flags.isDisjoint(with: .damaged.union(.pathUnproven))
  }

  /// The first packet, but for where its payload stands in the frame and how long that was.
  var firstPacket: Packet {
    var packet = Packet()
    packet.source = source
    packet.destination = destination
    packet.timestamp = start
    packet.tcp = tcp
    packet.ipLength = ipLength
    packet.payloadLength = payloadLength
    packet.capturedPayloadLength = capturedPayloadLength
    packet.sourcePort = sourcePort
    packet.destinationPort = destinationPort
    if ipProtocol == .icmp || ipProtocol == .icmpv6 { packet.destinationPort = UInt16(icmpCode) }
    packet.icmpIdentifier = icmpIdentifier
    packet.icmpSequence = icmpSequence
    packet.ipIdentification = ipIdentification
    packet.vlan = vlan
    packet.flags = flags
    packet.ipProtocol = ipProtocol
    packet.timeToLive = timeToLive
    return packet
  }

  /// The flow's key.
  var key: FlowKey {
    FlowKey(
      source: Endpoint(address: source, port: sourcePort),
      destination: Endpoint(address: destination, port: destinationPort), vlan: vlan, ipProtocol: ipProtocol,
      isOneWay: marks.contains(.isOneWay), scope: scope)
  }

  /// The ordinal of a flow that its first frame tells apart from others.
  static func ordinal(ofFrame number: UInt64, file: UInt32) -> UInt32 {
    0x8000_0000 | UInt32(truncatingIfNeeded: number &+ UInt64(file) &* 0x9E37_79B1)
  }

  /// Whether an ordinal is that of a flow's first frame.
  static func isOfFrame(_ ordinal: UInt32) -> Bool { ordinal >> 31 == 1 }

  /// The list of flows that have ended.
  static var noList: UInt16 { .max }

  /// Whether the flow has not ended.
  @inline(__always)
  var isOpen: Bool { list != Self.noList }

  /// Whether a packet with a key belongs to this flow.
  @inline(__always)
  func matches(_ key: FlowKey) -> Bool {
    guard ipProtocol == key.ipProtocol, vlan == key.vlan, scope == key.scope else { return false }
    if isForward(key) { return true }
    return source == key.destination.address && destination == key.source.address
      && sourcePort == key.destination.port && destinationPort == key.source.port
      && !key.isOneWay && !marks.contains(.isOneWay)
  }

  /// Whether a segment or datagram belongs to this flow, and whether it goes the way of the first packet: the same as
  /// `matches` and `isForward` of its key, which need not be made.
  ///
  /// Compares all before it decides anything, for which way a packet goes cannot be foretold.
  @inline(__always)
  func direction(of packet: borrowing Packet, scope: UInt32) -> (isOwn: Bool, isForward: Bool) {
    let place =
      UInt32(ipProtocol.rawValue ^ packet.ipProtocol.rawValue) | UInt32(vlan.outer ^ packet.vlan.outer)
      | UInt32(vlan.inner ^ packet.vlan.inner) | (self.scope ^ scope)
    let (one, other) = (source.lanes, destination.lanes)
    let (sender, receiver) = (packet.source.lanes, packet.destination.lanes)
    let ports = UInt32(sourcePort) | UInt32(destinationPort) << 16
    let forward = (one ^ sender) | (other ^ receiver)
    let backward = (one ^ receiver) | (other ^ sender)
    let forwardBits =
      forward.x | forward.y | UInt64(ports ^ (UInt32(packet.sourcePort) | UInt32(packet.destinationPort) << 16))
    let backwardBits =
      backward.x | backward.y | UInt64(ports ^ (UInt32(packet.destinationPort) | UInt32(packet.sourcePort) << 16))
    return (min(forwardBits, backwardBits) | UInt64(place) == 0, forwardBits == 0)
  }

  /// Whether a packet with a key goes the way of the first packet.
  @inline(__always)
  func isForward(_ key: FlowKey) -> Bool {
    source == key.source.address && destination == key.destination.address
      && sourcePort == key.source.port && destinationPort == key.destination.port
  }
}

/// What changes with each packet of a flow.
struct FlowState: BitwiseCopyable {
  /// How far a flow is, for its timeout; a flow of any other protocol than TCP is always open.
  enum Standing: UInt8 {
    /// No more than a handshake was seen.
    case handshake
    case open
    /// Reset, or closed by all sides seen.
    case over
  }

  /// Time of the latest packet.
  var last: Timestamp
  var standing = Standing.open
  /// Whether the connection has anything in the pools; stands here so that most flows end without it being looked at.
  var usesPools = false
  /// What the sender of the first packet sent.
  var sourceCounts = FlowRecord.Side()
  /// What the other side sent.
  var destinationCounts = FlowRecord.Side()
  /// What the packets prove.
  var evidence = EvidenceState()
  /// The connection as Zeek sees it; TCP only.
  var connection: TCPConnection
  /// Time of the first packet, or of the first since the flow was last written out.
  var first: Timestamp

  init(start: Timestamp) {
    first = start
    last = start
    connection = TCPConnection(firstPacket: start)
  }

  /// The state after the first packet of a flow that `beganWithPlainSYN`: what taking it into account would come to.
  init(afterSYNOf flow: borrowing Flow) {
    self.init(start: flow.start)
    standing = .handshake
    sourceCounts.packets = 1
    sourceCounts.ipBytes = UInt64(flow.ipLength)
    evidence.originator = EvidenceSide(afterSYN: flow.tcp.sequence, at: flow.start)
    connection.source = TCPSide(afterSYN: flow.tcp.sequence)
    connection.common.history = .syn
  }
}

/// What a flow inside a tunnel keeps beside.
struct TunnelledFlow: BitwiseCopyable {
  /// The uid of the outer flow.
  let parent: FlowUID.Value
  /// From which ends the packets of the first one's direction came.
  let senders: UInt8
  /// Whether packets of one side came from both ends, or those of both sides from one.
  var hasMixedEnds = false
}

/// What a watched flow keeps beside.
struct Watch: BitwiseCopyable {
  var file: UInt32
  /// Frame numbers, 0 where there is none.
  var first: UInt64
  var syn: UInt64 = 0
  var synAck: UInt64 = 0
  var ack: UInt64 = 0
  var ackedData: UInt64 = 0
  /// Whether `ackedData` was sent by a covered side.
  var isAckedDataCovered = false
  /// Whether the source of the flow's first packet sent `ackedData`.
  var isAckedDataForward = false
  /// The first acknowledgement of payload by the side that did not send `ackedData`; 0 for none.
  var otherAckedData: UInt64 = 0
  /// Whether it ended as part of a flood of SYNs.
  var isFlood = false
  /// Whether its endpoints exchanged datagrams on another path too.
  var hasOtherPath = false
  /// Whether it was given up for lack of room, or one of the same addresses was: then it may lack what contradicts it.
  var isPart = false
  /// Handle of the `DatagramExchange` or the `StreamInspection`, by the flow's protocol; 0 for none.
  var inspection: UInt32 = 0
  /// Whether nothing more is wanted of the content.
  var isContentOver = false
  /// Whether packets may have proved more since `FlowTable.takeProgress` was asked.
  var hasProgress = false
  /// The best grade of a covered side that `takeProgress` gave; E0 for none.
  var toldGrade: UInt8 = 0
  /// The number of its record at a checkpoint; 0 before the first.
  var checkpoint: UInt64 = 0
  /// Whether packets came since `FlowTable.takeCheckpoints` gave it.
  var hasChanged = false
  /// What the originator's SYN tells of it.
  var synTuple: SYNTuple?
  /// What the SYNs say of Multipath TCP.
  var multipath: MultipathToken?
  /// Handle of the `DatagramContent`; 0 for none.
  var datagrams: UInt32 = 0
  var last: UInt64
  /// What the packets say besides their numbers.
  var checks = EvidenceChecks()
}

extension IPAddress {
  /// Both halves, to be compared at once.
  @inline(__always)
  fileprivate var lanes: SIMD2<UInt64> { SIMD2(high, low) }
}
