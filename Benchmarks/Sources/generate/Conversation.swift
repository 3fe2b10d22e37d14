/// A flow and how far it has come; each step is one packet.
struct Conversation {
  enum Kind { case web, reset, loneSYN, dns, quic }

  let flow: Flow
  let kind: Kind
  /// Whether most of the data goes to the server.
  let isUpload: Bool
  var packets: Int
  var step = 0
  private var clientSequence: UInt32
  private var serverSequence: UInt32
  private var isRetransmission = false

  init(flow: Flow, kind: Kind, isUpload: Bool, clientSequence: UInt32, serverSequence: UInt32) {
    self.flow = flow
    self.kind = kind
    self.isUpload = isUpload
    self.clientSequence = clientSequence
    self.serverSequence = serverSequence
    packets = Self.frame(of: kind)
  }

  /// The packets of a conversation without its body.
  private static func frame(of kind: Kind) -> Int {
    switch kind {
    case .loneSYN: 1
    case .dns: 2
    case .quic: 3
    case .reset: 6
    case .web: 8
    }
  }

  private static let request = Array(
    "POST /form HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench\r\nContent-Length: 0\r\n\r\n".utf8)
  private static let response = Array(
    "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: application/octet-stream\r\n\r\n".utf8)

  /// Writes the next packet.
  mutating func emit(to writer: inout FrameWriter, at time: UInt64, random: inout Random) {
    switch kind {
    case .dns:
      let payload = Payload.dns(
        id: UInt16(truncatingIfNeeded: clientSequence), number: Int(serverSequence), isAnswer: step == 1)
      writer.udp(flow, fromClient: step == 0, microseconds: time, payload)
    case .quic: quic(to: &writer, at: time, random: &random)
    case .loneSYN, .reset, .web: segment(to: &writer, at: time, random: &random)
    }
    step += 1
  }

  /// Long headers of QUIC version 1 with random bytes behind them, then short ones: two data, one acknowledgement.
  private mutating func quic(to writer: inout FrameWriter, at time: UInt64, random: inout Random) {
    let isData = step < 3 || step % 3 != 2
    let fromClient = step == 0 || (step > 1 && isData == isUpload)
    let id = (0..<8).map { UInt8(truncatingIfNeeded: (fromClient ? clientSequence : serverSequence) >> ($0 & 3 * 8)) }
    let head: [UInt8] = step < 3 ? [step < 2 ? 0xC3 : 0xE3, 0, 0, 0, 1, 8] + id : [0x43] + id + [0]
    let payload = Payload(
      head: head, count: isData ? 1_200 : 40 + Int(random.next() & 15), offset: Int(random.next() & 0x7FFF) * 2)
    writer.udp(flow, fromClient: fromClient, microseconds: time, payload)
  }

  /// Handshake, request, body (two data segments for each acknowledgement, 0.5 % sent twice), then FINs or a RST.
  private mutating func segment(to writer: inout FrameWriter, at time: UInt64, random: inout Random) {
    let end = packets - step
    var fromClient = true
    var flags: UInt8 = 0x10
    var payload = Payload.none
    switch step {
    case 0: flags = 2
    case 1: (fromClient, flags) = (false, 0x12)
    case 2: break
    case 3:
      flags = 0x18
      payload =
        flow.serverPort == 80 ? Payload(head: Self.request) : Payload(count: 517, seed: clientSequence)
    case _ where kind == .reset && end == 1: (fromClient, flags) = (false, 0x14)
    case _ where kind == .web && end == 3: flags = 0x11
    case _ where kind == .web && end == 2: (fromClient, flags) = (false, 0x11)
    case _ where kind == .web && end == 1: break
    default:
      let isData = step % 3 != 0 || isRetransmission
      fromClient = isData == isUpload
      if isData {
        payload = Payload(count: flow.isIPv6 ? 1_428 : 1_448, seed: fromClient ? clientSequence : serverSequence)
        if step == 4 && flow.serverPort == 80 && !isUpload {
          payload = Payload(head: Self.response, count: payload.count, offset: payload.offset)
        }
      }
    }
    writer.tcp(
      flow, fromClient: fromClient, microseconds: time,
      .init(
        sequence: fromClient ? clientSequence : serverSequence,
        acknowledgement: step == 0 ? 0 : fromClient ? serverSequence : clientSequence, flags: flags),
      payload)
    // The sequence number stays where it is if the next packet is to be this one again.
    isRetransmission = !isRetransmission && step > 4 && payload.count > 0 && end > 4 && random.unit() < 0.005
    guard !isRetransmission else { return }
    let advance = UInt32(payload.count) &+ (flags & 3 != 0 ? 1 : 0)
    if fromClient { clientSequence &+= advance } else { serverSequence &+= advance }
  }
}
