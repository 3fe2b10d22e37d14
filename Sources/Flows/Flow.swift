import Packets

/// A flow in the table: its first packet, and where the rest of it stands.
///
/// Most flows of a scan or a flood have one packet and need no more than this: 128 bytes, two cache lines. From the second
/// packet on (a watched flow: from the first) a `FlowState` holds what changes.
struct Flow: BitwiseCopyable {
  /// Facts that are yes or no; "source" is the sender of the first packet.
  struct Marks: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    /// The source is the responder.
    static let sourceIsResponder = Marks(rawValue: 1 << 0)
    /// Which side is the originator was guessed by port.
    static let isHint = Marks(rawValue: 1 << 1)
    static let isOneWay = Marks(rawValue: 1 << 2)
    static let sourceIsLocal = Marks(rawValue: 1 << 3)
    static let destinationIsLocal = Marks(rawValue: 1 << 4)
    /// The roles were exchanged when the flow began (the history's first letter is `^`).
    static let beganFlipped = Marks(rawValue: 1 << 5)
  }

  /// The first packet; its ports are those of the key, its time the earliest of the flow.
  var first: Packet
  /// The next flow in the same slot of the wheel.
  var next: UInt32 = 0
  /// The flow before it in the same slot of the wheel.
  var previous: UInt32 = 0
  /// Handle of the `FlowState`.
  var state: UInt32 = 0
  /// Handle of the `Watch`.
  var watch: UInt32 = 0
  /// Tells apart flows of the same endpoints that began at the same moment.
  var ordinal: UInt32 = 0
  /// The slot of the wheel.
  var slot: UInt16 = 0
  /// The first packet's own ICMP code, for which a counterpart's type may stand in `first.destinationPort`.
  var icmpCode: UInt8 = 0
  var marks: Marks = []

  init(_ packet: Packet, key: FlowKey) {
    first = packet
    icmpCode = UInt8(truncatingIfNeeded: packet.destinationPort)
    first.sourcePort = key.source.port
    first.destinationPort = key.destination.port
    if key.isOneWay { marks.insert(.isOneWay) }
  }

  /// The flow's key, from its first packet.
  var key: FlowKey { FlowKey(firstPacket) }

  /// The first packet as it was decoded.
  var firstPacket: Packet {
    var packet = first
    if packet.ipProtocol == .icmp || packet.ipProtocol == .icmpv6 { packet.destinationPort = UInt16(icmpCode) }
    return packet
  }

  /// Whether a packet with a key belongs to this flow.
  @inline(__always)
  func matches(_ key: FlowKey) -> Bool {
    guard first.ipProtocol == key.ipProtocol, first.vlan == key.vlan else { return false }
    if isForward(key) { return true }
    return first.source == key.destination.address && first.destination == key.source.address
      && first.sourcePort == key.destination.port && first.destinationPort == key.source.port
      && !key.isOneWay && !marks.contains(.isOneWay)
  }

  /// Whether a packet with a key goes the way of the first packet.
  @inline(__always)
  func isForward(_ key: FlowKey) -> Bool {
    first.source == key.source.address && first.destination == key.destination.address
      && first.sourcePort == key.source.port && first.destinationPort == key.destination.port
  }
}

/// What changes with each packet of a flow.
struct FlowState: BitwiseCopyable {
  /// What the sender of the first packet sent.
  var sourceCounts = FlowRecord.Side()
  /// What the other side sent.
  var destinationCounts = FlowRecord.Side()
  /// Time of the latest packet.
  var last: Timestamp
  /// What the packets prove.
  var evidence = EvidenceState()
  /// Handle of the `TCPConnection`; TCP only.
  var tcp: UInt32 = 0
}

/// What a watched flow keeps beside.
struct Watch: BitwiseCopyable {
  /// Handles of the cover sets of the first packet's source and destination.
  var source: UInt32
  var destination: UInt32
  var file: UInt32
  /// Frame numbers, 0 where there is none.
  var first: UInt64
  var syn: UInt64 = 0
  var synAck: UInt64 = 0
  var ack: UInt64 = 0
  var ackedData: UInt64 = 0
  /// Whether `ackedData` was sent by a covered side.
  var isAckedDataCovered = false
  var last: UInt64
}
