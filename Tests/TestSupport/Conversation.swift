public import Packets

/// A frame with the moment it was captured.
public struct TimedFrame: Sendable, Equatable {
  /// When it was captured.
  public var timestamp: Timestamp
  /// The captured bytes.
  public var bytes: [UInt8]
  /// Bytes on the wire.
  public var wireLength: UInt32
  /// The link type.
  public var linkType: LinkType

  /// Makes a frame.
  ///
  /// - Parameters:
  ///   - timestamp: When it was captured.
  ///   - bytes: The captured bytes.
  ///   - wireLength: Bytes on the wire; those captured if not said otherwise.
  ///   - linkType: The link type.
  public init(
    _ timestamp: Timestamp, _ bytes: [UInt8], wireLength: UInt32? = nil, linkType: LinkType = .ethernet
  ) {
    self.timestamp = timestamp
    self.bytes = bytes
    self.wireLength = wireLength ?? UInt32(bytes.count)
    self.linkType = linkType
  }

  /// Decodes the frame.
  ///
  /// - Parameters:
  ///   - packet: Receives the fields and the timestamp.
  ///   - decoder: The decoder.
  /// - Returns: Why the frame is rejected, or nothing.
  public func decode(into packet: inout Packet, _ decoder: Decoder = Decoder()) -> RejectReason? {
    packet.timestamp = timestamp
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    let span = unsafe bytes.span.bytes
    return decoder.decode(span, linkType: linkType, wireLength: wireLength, into: &packet)
  }

  /// The frame decoded; nothing if it is rejected.
  ///
  /// - Parameter decoder: The decoder.
  /// - Returns: The packet with its timestamp.
  public func packet(_ decoder: Decoder = Decoder()) -> Packet? {
    var packet = Packet()
    return decode(into: &packet, decoder) == nil ? packet : nil
  }

  /// The same frame as a capture with a snap length holds it.
  ///
  /// - Parameter length: The snap length.
  /// - Returns: The frame, cut if it is longer.
  public func cut(to length: Int) -> TimedFrame {
    TimedFrame(timestamp, [UInt8](bytes.prefix(length)), wireLength: wireLength, linkType: linkType)
  }
}

/// A script of one conversation between a client and a server, mostly TCP, that becomes timed frames.
///
/// It keeps each side's sequence numbers, so that a plain script says only who does what:
///
///     var talk = Conversation(client: a, server: b)
///     talk.handshake()
///     talk.send(200, from: .client)
///     talk.ack(from: .server)
///     talk.send(1_000, from: .server)
///     talk.ack(from: .client)
///     talk.close(from: .client)
///     talk.frames
///
/// To step outside (wrong numbers, lost or repeated segments, bad checksums) use `segment`, `drop`, `repeatLast` and the `edit`
/// closures, which may change anything of the frame before it is built. Time advances by `step` after each frame.
public struct Conversation: Sendable {
  /// One of the two sides.
  public enum Side: Sendable, CaseIterable {
    /// The side that is to send the first SYN.
    case client
    /// The other.
    case server

    /// The other side.
    public var other: Side { self == .client ? .server : .client }
  }

  /// What a side will do next and how its frames look.
  public struct State: Sendable {
    /// Its address and port.
    public var endpoint: Endpoint
    /// The sequence number of its next byte.
    public var next: UInt32
    /// TTL of its packets.
    public var timeToLive: UInt8 = 64
    /// IPv4 identification of its next packet; counts up.
    public var identification: UInt16 = 1
    /// Its next TSval, with `usesTimestamps`; counts up by one per frame.
    public var timestampValue: UInt32
    /// The last TSval it sent, which the other side echoes.
    public var lastTimestampValue: UInt32 = 0
  }

  /// The client.
  public var client: State
  /// The server.
  public var server: State
  /// Time of the next frame.
  public var now: Timestamp
  /// Nanoseconds between frames.
  public var step: Int64
  /// How frames are framed.
  public var link = FrameBuilder.Link.ethernet
  /// VLAN tags of all frames, outermost first.
  public var vlanTags: [UInt16] = []
  /// Whether segments carry TCP timestamps.
  public var usesTimestamps = false
  /// The frames so far.
  public private(set) var frames: [TimedFrame] = []

  /// Makes a conversation without frames.
  ///
  /// - Parameters:
  ///   - client: The client's endpoint.
  ///   - server: The server's endpoint, of the same address family.
  ///   - clientISN: The client's initial sequence number.
  ///   - serverISN: The server's initial sequence number.
  ///   - start: Time of the first frame.
  ///   - step: Nanoseconds between frames.
  public init(
    client: Endpoint, server: Endpoint, clientISN: UInt32 = 1_000, serverISN: UInt32 = 5_000,
    start: Timestamp = Timestamp(seconds: 1_416_816_000), step: Int64 = 10_000_000
  ) {
    self.client = State(endpoint: client, next: clientISN, timestampValue: 100_000)
    self.server = State(endpoint: server, next: serverISN, timestampValue: 900_000)
    self.now = start
    self.step = step
  }

  /// The state of one side, to read or to change.
  public subscript(side: Side) -> State {
    get { side == .client ? client : server }
    set {
      if side == .client { client = newValue } else { server = newValue }
    }
  }

  /// The frames decoded, in order; rejected ones are left out.
  public var packets: [Packet] { frames.compactMap { $0.packet() } }
}

extension Conversation {
  /// Adds one segment and leaves both sides' sequence numbers as they are.
  ///
  /// - Parameters:
  ///   - side: The sender.
  ///   - flags: The TCP flags.
  ///   - sequence: The sequence number; the sender's next if not given.
  ///   - acknowledgement: The acknowledgement number; all of the other side so far if not given, 0 without ACK.
  ///   - payload: The payload.
  ///   - edit: Changes the frame before it is built.
  public mutating func segment(
    from side: Side, _ flags: TCPFlags, sequence: UInt32? = nil, acknowledgement: UInt32? = nil,
    payload: [UInt8] = [], edit: (inout FrameBuilder) -> Void = { _ in }
  ) {
    var frame = builder(from: side)
    frame.payload = payload
    frame.tcp.flags = flags
    frame.tcp.sequence = sequence ?? self[side].next
    frame.tcp.acknowledgement = acknowledgement ?? (flags.contains(.ack) ? self[side.other].next : 0)
    if flags.contains(.syn) { frame.tcp.options += TCPOption.maximumSegmentSize(1_460) }
    if usesTimestamps {
      let value = self[side].timestampValue
      let echo = flags.contains(.ack) ? self[side.other].lastTimestampValue : 0
      frame.tcp.options +=
        TCPOption.noOperation + TCPOption.noOperation + TCPOption.timestamps(value: value, echo: echo)
      self[side].lastTimestampValue = value
      self[side].timestampValue &+= 1
    }
    edit(&frame)
    add(frame)
  }

  /// Adds the client's SYN.
  ///
  /// - Parameter edit: Changes the frame before it is built.
  public mutating func syn(edit: (inout FrameBuilder) -> Void = { _ in }) {
    segment(from: .client, [.syn], edit: edit)
    client.next &+= 1
  }

  /// Adds the server's SYN-ACK.
  ///
  /// - Parameter edit: Changes the frame before it is built.
  public mutating func synAck(edit: (inout FrameBuilder) -> Void = { _ in }) {
    segment(from: .server, [.syn, .ack], edit: edit)
    server.next &+= 1
  }

  /// Adds an acknowledgement of all that the other side has sent.
  ///
  /// - Parameters:
  ///   - side: The sender.
  ///   - edit: Changes the frame before it is built.
  public mutating func ack(from side: Side, edit: (inout FrameBuilder) -> Void = { _ in }) {
    segment(from: side, [.ack], edit: edit)
  }

  /// Adds SYN, SYN-ACK and ACK.
  public mutating func handshake() {
    syn()
    synAck()
    ack(from: .client)
  }

  /// Adds a segment with payload, which also acknowledges all that the other side has sent.
  ///
  /// - Parameters:
  ///   - payload: The payload.
  ///   - side: The sender.
  ///   - edit: Changes the frame before it is built.
  public mutating func send(_ payload: [UInt8], from side: Side, edit: (inout FrameBuilder) -> Void = { _ in }) {
    segment(from: side, [.psh, .ack], payload: payload, edit: edit)
    self[side].next &+= UInt32(payload.count)
  }

  /// Adds a segment with so many bytes of payload.
  ///
  /// - Parameters:
  ///   - count: Payload bytes, at most what one IP packet holds.
  ///   - side: The sender.
  public mutating func send(_ count: Int, from side: Side) {
    send([UInt8](repeating: UInt8(ascii: "x"), count: count), from: side)
  }

  /// Adds a FIN with ACK.
  ///
  /// - Parameters:
  ///   - side: The sender.
  ///   - edit: Changes the frame before it is built.
  public mutating func fin(from side: Side, edit: (inout FrameBuilder) -> Void = { _ in }) {
    segment(from: side, [.fin, .ack], edit: edit)
    self[side].next &+= 1
  }

  /// Adds a reset.
  ///
  /// - Parameters:
  ///   - side: The sender.
  ///   - acknowledging: Whether it has the ACK flag, as the answer to a SYN has.
  ///   - edit: Changes the frame before it is built.
  public mutating func rst(
    from side: Side, acknowledging: Bool = false, edit: (inout FrameBuilder) -> Void = { _ in }
  ) {
    segment(from: side, acknowledging ? [.rst, .ack] : [.rst], edit: edit)
  }

  /// Adds FIN, FIN and the last ACK.
  ///
  /// - Parameter side: The side that closes first.
  public mutating func close(from side: Side) {
    fin(from: side)
    fin(from: side.other)
    ack(from: side)
  }

  /// Adds a UDP datagram between the two endpoints.
  ///
  /// - Parameters:
  ///   - payload: The payload.
  ///   - side: The sender.
  ///   - edit: Changes the frame before it is built.
  public mutating func datagram(_ payload: [UInt8], from side: Side, edit: (inout FrameBuilder) -> Void = { _ in }) {
    var frame = builder(from: side)
    frame.transport = .udp
    frame.payload = payload
    edit(&frame)
    add(frame)
  }

  /// Adds an ICMP or ICMPv6 echo request or reply between the two addresses.
  ///
  /// - Parameters:
  ///   - side: The sender; the client's are requests, the server's replies.
  ///   - identifier: The echo identifier.
  ///   - sequence: The echo sequence number.
  ///   - payload: The payload.
  public mutating func echo(from side: Side, identifier: UInt16, sequence: UInt16, payload: [UInt8] = []) {
    var frame = builder(from: side)
    let types: (request: UInt8, reply: UInt8) = frame.source.address.isIPv4 ? (8, 0) : (128, 129)
    frame.transport = .icmp(
      type: side == .client ? types.request : types.reply, code: 0, identifier: identifier, sequence: sequence)
    frame.payload = payload
    add(frame)
  }

  /// Adds any frame at the next moment.
  ///
  /// - Parameter frame: The frame.
  public mutating func add(_ frame: FrameBuilder) {
    frames.append(TimedFrame(now, frame.bytes, linkType: frame.linkType))
    now.nanoseconds += step
  }

  /// A frame from one side with addresses, link, tags, TTL and identification set; for `add`.
  ///
  /// - Parameter side: The sender.
  /// - Returns: The frame; counts the sender's IPv4 identification up.
  public mutating func builder(from side: Side) -> FrameBuilder {
    var frame = FrameBuilder(from: self[side].endpoint, to: self[side.other].endpoint)
    frame.link = link
    frame.vlanTags = vlanTags
    frame.timeToLive = self[side].timeToLive
    frame.identification = self[side].identification
    self[side].identification &+= 1
    return frame
  }

  /// Takes the last frame out again, as if the capture had lost it.
  public mutating func drop() { frames.removeLast() }

  /// Adds the last frame once more at the next moment, byte for byte, as a mirror port or a retransmission does.
  public mutating func repeatLast() {
    guard var frame = frames.last else { return }
    frame.timestamp = now
    frames.append(frame)
    now.nanoseconds += step
  }

  /// Lets time pass.
  ///
  /// - Parameter nanoseconds: How much.
  public mutating func wait(nanoseconds: Int64) { now.nanoseconds += nanoseconds }
}
