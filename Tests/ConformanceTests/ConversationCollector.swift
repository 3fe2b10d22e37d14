import Capture
import Inspection
import Packets

/// A TCP or UDP conversation of a capture, as content is read of it; collected the slow and obvious way.
struct CollectedConversation {
  /// One direction of a TCP connection.
  struct Stream {
    /// The sequence number of the first byte; nothing if nothing was seen.
    var start: UInt32?
    var segments: [(sequence: UInt32, bytes: [UInt8])] = []

    /// The first bytes in order, up to the first hole; of bytes that came twice the first copy counts.
    func bytes(limit: Int) -> [UInt8] {
      guard let start else { return [] }
      var bytes: [UInt8] = []
      var rest = segments.map { (offset: Int(Int32(bitPattern: $0.sequence &- start)), bytes: $0.bytes) }
        .filter { $0.offset + $0.bytes.count > 0 && $0.offset < limit }
      while bytes.count < limit, let index = rest.firstIndex(where: { $0.offset <= bytes.count }) {
        let segment = rest.remove(at: index)
        bytes += segment.bytes.dropFirst(bytes.count - segment.offset)
      }
      return Array(bytes.prefix(limit))
    }
  }

  /// Bytes of a direction that are read.
  static let byteLimit = 16_384
  /// Datagrams that are read.
  static let datagramLimit = 16

  let isTCP: Bool
  var originator: Endpoint
  var responder: Endpoint
  /// The frame in which it began, from 1.
  let frame: UInt64
  var forward = Stream()
  var backward = Stream()
  /// Whether the originator's SYN was seen, and with which sequence number.
  var initial: UInt32?
  var datagrams: [Datagram] = []

  /// What a reader makes of it.
  func facts(_ reader: ApplicationReader) -> ApplicationFacts {
    guard isTCP else { return reader.read(datagrams) }
    let (first, second) = (forward.bytes(limit: Self.byteLimit), backward.bytes(limit: Self.byteLimit))
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    return unsafe reader.read(originator: first.span.bytes, responder: second.span.bytes)
  }

  /// All conversations of a capture, those inside tunnels too, in the order in which they began.
  ///
  /// Fragments of IP are not put together, and VLANs are not told apart.
  static func all(_ path: String) throws(CaptureError) -> [CollectedConversation] {
    var collector = Collector()
    var options = CaptureOptions()
    options.hashesInputs = false
    options.threads = 0
    var source = try CaptureSource(paths: [path], options: options)
    let decoder = Decoder()
    var more = true
    while more {
      more = try source.nextBatch { frames, bytes in
        for index in frames.indices {
          let frame = frames[index]
          let content = bytes.extracting(frame.range)
          var packet = Packet()
          guard
            decoder.decode(content, linkType: frame.linkType, wireLength: frame.wireLength, into: &packet) == nil
          else { continue }
          collector.add(packet, content, frame.number, depth: 0)
          for depth in 1...Decoder.maximumTunnelDepth where packet.flags.contains(.mayBeTunnel) {
            var (inner, header) = (Packet(), TunnelHeader(.gre))
            guard decoder.decodeInner(of: packet, in: content, into: &inner, header: &header) == nil else { break }
            collector.add(inner, content, frame.number, depth: depth)
            packet = inner
          }
        }
      }
    }
    return collector.conversations
  }
}

private struct Collector {
  struct Key: Hashable {
    var low: Endpoint
    var high: Endpoint
    var isTCP: Bool
    var depth: Int
  }

  var conversations: [CollectedConversation] = []
  var indices: [Key: Int] = [:]

  mutating func add(_ packet: Packet, _ frame: RawSpan, _ number: UInt64, depth: Int) {
    let isTCP = packet.ipProtocol == .tcp
    guard isTCP || packet.ipProtocol == .udp else { return }
    let source = Endpoint(address: packet.source, port: packet.sourcePort)
    let destination = Endpoint(address: packet.destination, port: packet.destinationPort)
    let key = Key(low: min(source, destination), high: max(source, destination), isTCP: isTCP, depth: depth)
    let flags = packet.tcp.flags
    let opens = isTCP && flags.contains(.syn) && !flags.contains(.ack)
    var index = indices[key]
    // Another SYN with another number begins another connection.
    if opens, let known = index, conversations[known].initial.map({ $0 != packet.tcp.sequence }) ?? false {
      index = nil
    }
    let place = index ?? conversations.count
    if index == nil {
      let answers = isTCP && flags.isSuperset(of: [.syn, .ack])
      conversations.append(
        CollectedConversation(
          isTCP: isTCP, originator: answers ? destination : source, responder: answers ? source : destination,
          frame: number))
      indices[key] = place
    }
    let isForward = conversations[place].originator == source
    let payload = packet.payloadRange(in: frame).map { frame.uint8(at: $0) }
    guard isTCP else {
      if conversations[place].datagrams.count < CollectedConversation.datagramLimit {
        conversations[place].datagrams.append(Datagram(bytes: payload, isFromOriginator: isForward))
      }
      return
    }
    if opens { conversations[place].initial = packet.tcp.sequence }
    if isForward {
      Self.add(packet, payload, to: &conversations[place].forward)
    } else {
      Self.add(packet, payload, to: &conversations[place].backward)
    }
  }

  private static func add(_ packet: Packet, _ payload: [UInt8], to stream: inout CollectedConversation.Stream) {
    let isSYN = packet.tcp.flags.contains(.syn)
    let sequence = isSYN ? packet.tcp.sequence &+ 1 : packet.tcp.sequence
    if isSYN || stream.start == nil && !payload.isEmpty { stream.start = sequence }
    // Zero bytes that nobody pushed are the padding of a short frame.
    let isPadding = payload.count <= 6 && payload.allSatisfy { $0 == 0 } && !packet.tcp.flags.contains(.psh)
    if !payload.isEmpty, !isPadding { stream.segments.append((sequence, payload)) }
  }
}
