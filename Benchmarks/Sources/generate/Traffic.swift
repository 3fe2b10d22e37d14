/// Conversations that run at the same time, merged in packet-time order.
struct Traffic {
  /// What a capture is to hold.
  struct Plan {
    var packets: Int
    var tcpFlows: Int
    var udpFlows: Int
    /// The share of packets that are UDP.
    var udpShare: Double
    var seconds: Double
    var snapLength: Int
    var seed: UInt64 = 1

    static let mixed = Plan(
      packets: 10_000_000, tcpFlows: 299_612, udpFlows: 318_107, udpShare: 0.204, seconds: 298, snapLength: 96)
    static let full = Plan(
      packets: 2_298_553, tcpFlows: 60_000, udpFlows: 34_000, udpShare: 0.157, seconds: 331, snapLength: 65_535)
    static let scan = Plan(
      packets: 5_000_000, tcpFlows: 0, udpFlows: 0, udpShare: 0.5, seconds: 10, snapLength: 96)

    /// Changes the number of flows and keeps the share of TCP.
    mutating func setFlows(_ flows: Int) {
      tcpFlows = flows * tcpFlows / max(tcpFlows + udpFlows, 1)
      udpFlows = flows - tcpFlows
    }
  }

  private let plan: Plan
  private var random: Random
  private var writer: FrameWriter
  private var conversations: [Conversation] = []
  private var queue = EventQueue()
  private static let start: UInt64 = 1_700_000_000_000_000

  init(plan: Plan) {
    self.plan = plan
    random = Random(seed: plan.seed)
    writer = FrameWriter(snapLength: plan.snapLength)
  }

  /// Writes a capture of conversations piece by piece; gives what it holds.
  mutating func run(_ sink: ([UInt8]) -> Void) -> Truth {
    plant()
    while let (time, index) = queue.first {
      conversations[index].emit(to: &writer, at: time, random: &random)
      if conversations[index].step < conversations[index].packets {
        let wait = 1 + UInt64(random.exponential(mean: gap(conversations[index].packets)))
        queue.replaceFirst(with: (time + wait, index))
      } else {
        queue.removeFirst()
      }
      if writer.output.count > 1 << 22 { sink(writer.take()) }
    }
    sink(writer.take())
    return writer.truth
  }

  /// Writes a capture in which each packet is a flow of its own, from a source of its own: SYNs and datagrams.
  mutating func scan(_ sink: ([UInt8]) -> Void) -> Truth {
    let ports: [UInt16] = [22, 23, 80, 443, 445, 1_433, 3_389, 8_080]
    var addresses = AddressPlan(flowsPerClient: 1, hasTags: false, seed: plan.seed)
    for index in 0..<plan.packets {
      let isTCP = random.unit() >= plan.udpShare
      let port = isTCP ? ports[Int(random.next() & 7)] : 53
      let flow = addresses.flow(serial: index, isTCP: isTCP, serverPort: port, random: &random)
      let time = Self.start + UInt64(Double(index) * plan.seconds * 1e6 / Double(plan.packets))
      let number = UInt32(truncatingIfNeeded: random.next())
      if isTCP {
        writer.tcp(
          flow, fromClient: true, microseconds: time, .init(sequence: number, acknowledgement: 0, flags: 2), .none)
      } else {
        writer.udp(
          flow, fromClient: true, microseconds: time,
          .dns(id: UInt16(number >> 16), number: index, isAnswer: false))
      }
      writer.count {
        $0.add(flow)
        if isTCP { $0.loneSYNFlows += 1 }
      }
      if writer.output.count > 1 << 22 { sink(writer.take()) }
    }
    sink(writer.take())
    return writer.truth
  }

  /// The mean gap between packets in microseconds: long conversations take half of the capture at most.
  private func gap(_ packets: Int) -> Double { min(20_000, plan.seconds * 5e5 / Double(packets)) }

  /// Lays out all conversations; their packets add up to the plan's exactly if it leaves room for the short ones.
  private mutating func plant() {
    var kinds: [Conversation.Kind] = []
    for index in 0..<plan.tcpFlows { kinds.append(index % 100 < 2 ? .loneSYN : index % 100 < 5 ? .reset : .web) }
    for index in 0..<plan.udpFlows { kinds.append(index % 5 == 0 ? .quic : .dns) }
    kinds.shuffle(using: &random)
    var addresses = AddressPlan(flowsPerClient: 8, hasTags: true, seed: plan.seed)
    for (serial, kind) in kinds.enumerated() {
      let isTCP = kind != .dns && kind != .quic
      let port: UInt16 = kind == .dns ? 53 : isTCP && random.unit() < 0.3 ? 80 : 443
      let flow = addresses.flow(serial: serial, isTCP: isTCP, serverPort: port, random: &random)
      conversations.append(
        Conversation(
          flow: flow, kind: kind, isUpload: random.unit() < 0.15,
          clientSequence: UInt32(truncatingIfNeeded: random.next()),
          serverSequence: UInt32(truncatingIfNeeded: random.next())))
      writer.count {
        $0.add(flow)
        switch kind {
        case .web: $0.closedFlows += 1
        case .reset: $0.resetFlows += 1
        case .loneSYN: $0.loneSYNFlows += 1
        case .dns, .quic: break
        }
      }
    }
    let datagrams = Int(Double(plan.packets) * plan.udpShare)
    fill(budget: datagrams, of: [.quic, .dns], growing: .quic)
    fill(budget: plan.packets - datagrams, of: [.web, .reset, .loneSYN], growing: .web)
    for index in conversations.indices {
      let duration = gap(conversations[index].packets) * Double(conversations[index].packets)
      let room = plan.seconds * 1e6 - min(duration * 1.1, plan.seconds * 6e5)
      queue.push((Self.start + UInt64(random.unit() * room), index))
    }
  }

  /// Shares a number of packets among conversations: Pareto-distributed bodies with shape 1.2.
  private mutating func fill(budget: Int, of kinds: [Conversation.Kind], growing: Conversation.Kind) {
    let members = conversations.indices.filter { conversations[$0].kind == growing }
    let base = conversations.reduce(0) { kinds.contains($1.kind) ? $0 + $1.packets : $0 }
    guard !members.isEmpty else { return }
    let weights = members.map { _ in min(random.pareto(shape: 1.2), 5_000) }
    var left = max(budget - base, 0)
    let scale = Double(left) / weights.reduce(0, +)
    for (index, weight) in zip(members, weights) {
      let extra = Int(weight * scale)
      conversations[index].packets += extra
      left -= extra
    }
    // What rounding left over: one packet for each in turn.
    for turn in 0..<left { conversations[members[turn % members.count]].packets += 1 }
  }
}

extension Truth {
  mutating func add(_ flow: Flow) {
    flows += 1
    if flow.isTCP { tcpFlows += 1 } else { udpFlows += 1 }
    if flow.isListed { listedFlows += 1 }
  }
}
