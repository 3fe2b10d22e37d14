/// Conversations that run at the same time, merged in packet-time order.
struct Traffic {
  /// What a capture is to hold.
  struct Plan {
    var packets = 10_000_000
    var flows = 300_000
    var seconds = 300.0
    var snapLength = 96
    var isScan = false
    var seed: UInt64 = 1
  }

  /// A conversation and how far it has come.
  private struct Conversation {
    enum Kind { case web, aborted, loneSYN, dns, datagrams }
    var flow: FrameWriter.Flow
    var kind: Kind
    var packets: Int
    var step = 0
    var clientSequence: UInt32
    var serverSequence: UInt32
  }

  private let plan: Plan
  private var random: Random
  private var writer: FrameWriter
  private var conversations: [Conversation] = []
  private var queue: [(time: UInt64, index: Int)] = []
  private static let start: UInt64 = 1_700_000_000_000_000

  init(plan: Plan) {
    self.plan = plan
    random = Random(seed: plan.seed)
    writer = FrameWriter(snapLength: plan.snapLength)
  }

  /// Writes the whole capture piece by piece.
  mutating func run(_ sink: ([UInt8]) -> Void) {
    if plan.isScan { scan(sink) } else { mixed(sink) }
    sink(writer.take())
  }

  /// Each packet is a new flow: half SYNs, half datagrams, from random sources to one network.
  private mutating func scan(_ sink: ([UInt8]) -> Void) {
    for index in 0..<plan.packets {
      let flow = endpoints(serial: index, clientPort: UInt16(1_024 + index % 60_000), serverPort: 80)
      let time = Self.start + UInt64(Double(index) * plan.seconds * 1e6 / Double(plan.packets))
      if index & 1 == 0 {
        writer.tcp(
          flow, fromClient: true, microseconds: time, sequence: UInt32(truncatingIfNeeded: random.next()),
          acknowledgement: 0, flags: 2, isSYN: true, payload: 0)
      } else {
        writer.udp(flow, fromClient: true, microseconds: time, payload: 40)
      }
      if writer.output.count > 1 << 22 { sink(writer.take()) }
    }
  }

  private mutating func mixed(_ sink: ([UInt8]) -> Void) {
    plant()
    while let (time, index) = pop() {
      emit(index, at: time)
      conversations[index].step += 1
      if conversations[index].step < conversations[index].packets {
        push(time + 1 + UInt64(random.exponential(mean: gap(conversations[index].packets))), index)
      }
      if writer.output.count > 1 << 22 { sink(writer.take()) }
    }
  }

  /// The mean gap between packets in microseconds: long conversations take a good part of the capture.
  private func gap(_ packets: Int) -> Double { min(20_000, plan.seconds * 2e5 / Double(packets)) }

  /// Lays out all conversations; their packets add up to the plan's exactly.
  private mutating func plant() {
    var weights: [Double] = []
    for serial in 0..<plan.flows {
      let roll = random.unit()
      let kind: Conversation.Kind =
        roll < 0.40 ? .dns : roll < 0.52 ? .datagrams : roll < 0.53 ? .loneSYN : roll < 0.55 ? .aborted : .web
      let serverPort: UInt16 =
        switch kind {
        case .dns: 53
        case .datagrams: 443
        default: random.unit() < 0.3 ? 80 : 443
        }
      let flow = endpoints(serial: serial, clientPort: UInt16(1_024 + serial % 64_000), serverPort: serverPort)
      let packets =
        switch kind {
        case .dns: 2
        case .loneSYN: 1
        case .aborted: 5
        case .web: 9
        case .datagrams: 4
        }
      weights.append(kind == .web || kind == .datagrams ? min(random.pareto(shape: 1.2), 50_000) : 0)
      conversations.append(
        Conversation(
          flow: flow, kind: kind, packets: packets, clientSequence: UInt32(truncatingIfNeeded: random.next()),
          serverSequence: UInt32(truncatingIfNeeded: random.next())))
    }
    let base = conversations.map(\.packets).reduce(0, +)
    let scale = Double(max(plan.packets - base, 0)) / weights.reduce(0, +)
    var left = max(plan.packets - base, 0)
    for index in conversations.indices where weights[index] > 0 {
      let extra = min(left, Int(weights[index] * scale))
      conversations[index].packets += extra
      left -= extra
    }
    if let index = weights.indices.max(by: { weights[$0] < weights[$1] }) { conversations[index].packets += left }
    for index in conversations.indices {
      push(Self.start + UInt64(random.unit() * plan.seconds * 0.8e6), index)
    }
  }

  /// Addresses that no other flow of this serial number's port has; one client in a hundred is in 198.51.100.0/24.
  private mutating func endpoints(serial: Int, clientPort: UInt16, serverPort: UInt16) -> FrameWriter.Flow {
    let isIPv6 = random.unit() < 0.145
    let vlan: UInt16? = random.unit() < 0.095 ? 100 : nil
    let n = UInt32(truncatingIfNeeded: serial)
    let block = UInt8(truncatingIfNeeded: n >> 16)
    var client: [UInt8] = [UInt8(20 + block % 80), block, UInt8(n >> 8 & 255), UInt8(n & 255)]
    var server: [UInt8] = [192, 0, 2, UInt8(1 + n % 250)]
    if random.unit() < 0.01 { client = [198, 51, 100, UInt8(n & 255)] }
    if isIPv6 {
      client = [0x2A, 0x01, 0, 0] + client + [0, 0, 0, 0, 0, 0, UInt8(n >> 24), 1]
      server = [0x20, 0x01, 0x0D, 0xB8, 0, 2, 0, 0, 0, 0, 0, 0] + server
    }
    return FrameWriter.Flow(
      isIPv6: isIPv6, vlan: vlan, clientAddress: client, serverAddress: server, clientPort: clientPort,
      serverPort: serverPort)
  }

  private mutating func emit(_ index: Int, at time: UInt64) {
    var conversation = conversations[index]
    switch conversation.kind {
    case .dns:
      writer.udp(conversation.flow, fromClient: conversation.step == 0, microseconds: time, payload: 60)
    case .datagrams:
      writer.udp(
        conversation.flow, fromClient: conversation.step % 3 == 0, microseconds: time,
        payload: conversation.step % 3 == 0 ? 60 : 1_200)
    case .loneSYN, .aborted, .web:
      segment(&conversation, at: time)
    }
    conversations[index] = conversation
  }

  /// One step of a TCP conversation: handshake, request, two data segments per acknowledgement, end.
  private mutating func segment(_ c: inout Conversation, at time: UInt64) {
    let last = c.packets - 1
    var fromClient = true
    var flags: UInt8 = 0x10
    var payload = 0
    var head: [UInt8] = []
    switch c.step {
    case 0: flags = 2
    case 1: (fromClient, flags) = (false, 0x12)
    case 2: break
    case 3:
      head = Array("POST /form HTTP/1.1\r\nHost: www.example\r\nContent-Length: 0\r\n\r\n".utf8)
      (payload, flags) = (head.count, 0x18)
    case last where c.kind == .aborted: (fromClient, flags) = (false, 0x14)
    case last where c.kind == .web: break
    case last - 1 where c.kind == .web: (fromClient, flags) = (false, 0x11)
    case last - 2 where c.kind == .web: flags = 0x11
    default:
      fromClient = c.step % 3 == 0
      payload = fromClient ? 0 : 1_400
    }
    let sequence = fromClient ? c.clientSequence : c.serverSequence
    let acknowledgement = fromClient ? c.serverSequence : c.clientSequence
    writer.tcp(
      c.flow, fromClient: fromClient, microseconds: time, sequence: sequence,
      acknowledgement: c.step == 0 ? 0 : acknowledgement, flags: flags, isSYN: flags & 2 != 0, payload: payload,
      head: head)
    let advance = UInt32(payload) &+ (flags & 3 != 0 ? 1 : 0)
    if fromClient { c.clientSequence &+= advance } else { c.serverSequence &+= advance }
  }

  // A binary heap by time, ties by index.

  private mutating func push(_ time: UInt64, _ index: Int) {
    queue.append((time, index))
    var child = queue.count - 1
    while child > 0, queue[child] < queue[(child - 1) / 2] {
      queue.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() -> (time: UInt64, index: Int)? {
    guard let first = queue.first else { return nil }
    let moved = queue.removeLast()
    guard !queue.isEmpty else { return first }
    queue[0] = moved
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < queue.count && queue[child] < queue[least] {
        least = child
      }
      guard least != parent else { return first }
      queue.swapAt(parent, least)
      parent = least
    }
  }
}
