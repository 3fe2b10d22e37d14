import Catalog
import Cryptography
import Inspection
import Packets
import TestSupport
import Testing

@testable import Flows

/// Key exchanges in TCP streams, however they are cut, shuffled or forged (methodology 2.4).
@Suite struct StreamTests {
  static let prefixes: PrefixTable = {
    let ranges = endpointPairs.compactMap {
      IPPrefix(address: $0.range.address, length: $0.range.address.isIPv4 ? 32 : 128)
    }
    return PrefixTable(ranges.map { ($0, PrefixTable.Entry.claim(0)) })
  }()

  /// A conversation of the pair with the handshake done.
  private func opened(_ pair: Int = 0) -> Conversation {
    var talk = Conversation(client: endpointPairs[pair].range, server: endpointPairs[pair].us)
    talk.handshake()
    return talk
  }

  private func record(_ frames: [TimedFrame]) throws -> FlowRecord {
    try #require(flows(of: frames, prefixes: Self.prefixes).first)
  }

  private func grades(_ script: StreamScript, pair: Int = 0, cut: (Int) -> [Int] = { _ in [] }) throws
    -> [EvidenceGrade]
  {
    var talk = opened(pair)
    script.play(in: &talk, cut: cut)
    let record = try record(talk.frames)
    if record.stream?.completedKeyExchange == true, record.originatorEvidence.grade == .e5 {
      #expect(record.originatorEvidence.reason == .keyExchange)
    }
    return [record.originatorEvidence.grade, record.responderEvidence.grade]
  }

  static let complete: [StreamScript] = [
    .tls13(), .tls13(identity: TLSBytes.secret(1)), .tls12(ticket: TLSBytes.secret(2)),
    .tls12Resumed(ticket: TLSBytes.secret(3)),
    .ssh,
  ]

  /// Sessions that look alike and prove less.
  static let incomplete: [StreamScript] = {
    // The server's data do not follow the client's Finished: 0.5-RTT data only.
    var early = StreamScript.tls13()
    early.messages[1].bytes += TLSBytes.encrypted(200)
    early.messages.removeLast(2)
    // It answers with an alert.
    var alert = StreamScript.tls13()
    alert.messages.removeLast(2)
    alert.say(.server, TLSBytes.encrypted(TLSRecord.alertLength))
    // The client answers with an alert.
    var refusal = StreamScript.tls13()
    refusal.messages[2].bytes = TLSBytes.encrypted(TLSRecord.alertLength)
    // TLS 1.2 without a ChangeCipherSpec of the client, or of the server.
    var open = StreamScript.tls12()
    open.messages[2].bytes = TLSBytes.encrypted(40, type: 22)
    var half = StreamScript.tls12()
    half.messages[3].bytes = TLSBytes.encrypted(40, type: 22)
    // Another ClientHello was asked for and never came.
    var retry = StreamScript.tls13()
    retry.messages[1].bytes = TLSBytes.serverHello(isTLS13: true, isRetryRequest: true)
    // SSH whose server says one more thing, and whose keys never come into use.
    var farewell = StreamScript.ssh
    farewell.messages.removeLast(2)
    var plain = StreamScript.ssh
    plain.messages[5].bytes = SSHBytes.packet(31, 150)
    return [.tls13(earlyData: true), early, alert, refusal, open, half, retry, farewell, plain]
  }()

  // MARK: Rules

  @Test(arguments: 0..<complete.count) func `a completed key exchange is E5`(index: Int) throws {
    for pair in [0, 1] { #expect(try grades(Self.complete[index], pair: pair) == [.e5, .e5]) }
  }

  @Test(arguments: 0..<incomplete.count) func `what only looks like one stays E4`(index: Int) throws {
    #expect(try grades(Self.incomplete[index]) == [.e4, .e4])
  }

  @Test func `TLS after text is TLS`() throws {
    var script = StreamScript()
    script.say(.server, Array("220 ready\r\n".utf8))
    script.say(.client, Array("STARTTLS\r\n".utf8))
    script.say(.server, Array("220 go ahead\r\n".utf8))
    script.messages += StreamScript.tls13().messages
    #expect(try grades(script) == [.e5, .e5])
    #expect(try grades(script) { Array(repeating: 1, count: $0) } == [.e5, .e5])
  }

  @Test func `a server that opened the connection is as good`() throws {
    var script = StreamScript.tls13()
    for index in script.messages.indices { script.messages[index].side = script.messages[index].side.other }
    #expect(try grades(script) == [.e5, .e5])
  }

  @Test func `without a SYN nothing is read`() throws {
    var talk = opened()
    StreamScript.tls13().play(in: &talk)
    let record = try record(Array(talk.frames.dropFirst()))
    #expect(record.stream == nil && record.originatorEvidence.grade < .e5)
  }

  @Test(arguments: [true, false]) func `what comes with a SYN is content where it is acknowledged`(isTaken: Bool) throws
  {
    func request(_ path: String) -> [UInt8] { Array("GET \(path) HTTP/1.1\r\nHost: example.net\r\n\r\n".utf8) }
    var talk = Conversation(client: endpointPairs[0].range, server: endpointPairs[0].us)
    let first = request("/with-the-syn")
    talk.segment(from: .client, [.syn], payload: first)
    talk.client.next &+= 1 + (isTaken ? UInt32(first.count) : 0)
    talk.synAck()
    // A server that does not know the sender drops what came with the SYN, and is sent it again (RFC 7413).
    if !isTaken { talk.send(request("/afterwards"), from: .client) }
    talk.send(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), from: .server)
    let record = try record(talk.frames)
    let entry = try #require(record.content?.facts.entries.first)
    #expect(entry["uri"] == .text(isTaken ? "/with-the-syn" : "/afterwards"))
    #expect(entry["status_code"] == .number(204))
  }

  @Test func `a key exchange that begins with the SYN proves no more than one that is not read`() throws {
    var script = StreamScript.tls13()
    var talk = Conversation(client: endpointPairs[0].range, server: endpointPairs[0].us)
    talk.segment(from: .client, [.syn], payload: script.messages[0].bytes)
    talk.client.next &+= 1 + UInt32(script.messages.removeFirst().bytes.count)
    talk.synAck()
    script.play(in: &talk)
    #expect(try record(talk.frames).stream?.completedKeyExchange == false)
  }

  @Test func `records that a blind attacker sends prove nothing`() throws {
    // Everything of the client is sent in its name by somebody who does not see the answers.
    var talk = Conversation(client: endpointPairs[0].range, server: endpointPairs[0].us)
    talk.syn()
    talk.synAck()
    let serverISN = talk.server.next
    for (side, bytes) in StreamScript.tls13().messages where side == .client {
      talk.segment(from: .client, [.psh, .ack], acknowledgement: serverISN &+ 77_777, payload: bytes)
      talk.client.next &+= UInt32(bytes.count)
    }
    #expect(try record(talk.frames).originatorEvidence.grade < .e3)
  }

  @Test(arguments: [Conversation.Side.client, .server])
  func `records that acknowledge nothing prove nothing`(side: Conversation.Side) throws {
    // Captured after the other side's records, but sent before they arrived.
    for script in [StreamScript.tls13(), .tls12(), .ssh] {
      var talk = opened()
      let (clientStart, serverStart) = (talk.client.next, talk.server.next)
      for (sender, bytes) in script.messages {
        guard sender == side else {
          talk.send(bytes, from: sender)
          continue
        }
        talk.segment(
          from: sender, [.psh, .ack], acknowledgement: sender == .client ? serverStart : clientStart, payload: bytes)
        talk[sender].next &+= UInt32(bytes.count)
      }
      for side in [Conversation.Side.client, .server] { talk.ack(from: side) }
      #expect(try record(talk.frames).stream?.completedKeyExchange == false)
      #expect(try record(talk.frames).originatorEvidence.grade == .e4)
    }
  }

  @Test func `padding of a short frame is no conflicting copy`() throws {
    func played(_ padding: [UInt8], _ flags: TCPFlags) throws -> FlowRecord {
      var talk = opened()
      talk.segment(from: .client, flags, payload: padding)
      StreamScript.tls13().play(in: &talk)
      return try record(talk.frames)
    }
    #expect(try played([0, 0], .ack).stream?.isContradictory == false)
    #expect(try played([0, 0], .ack).originatorEvidence.grade == .e5)
    // What was pushed, is longer or is no zero was written by somebody.
    #expect(try played([0, 0], [.ack, .psh]).stream?.isContradictory == true)
    #expect(try played([UInt8](repeating: 0, count: 7), .ack).stream?.isContradictory == true)
    #expect(try played([0, 1], .ack).stream?.isContradictory == true)
  }

  @Test func `a conflicting copy ends the inspection`() throws {
    var talk = opened()
    let script = StreamScript.tls13()
    talk.send(script.messages[0].bytes, from: .client)
    var forged = script.messages[0].bytes
    forged[40] ^= 1
    talk.segment(from: .client, [.psh, .ack], sequence: talk.client.next &- UInt32(forged.count), payload: forged)
    var rest = script
    rest.messages.removeFirst()
    rest.play(in: &talk)
    let record = try record(talk.frames)
    #expect(record.stream?.isContradictory == true)
    #expect(record.originatorEvidence.grade == .e4)
  }

  @Test func `a hole ends the inspection`() throws {
    var talk = opened()
    talk.client.next &+= 5
    StreamScript.tls13().play(in: &talk)
    #expect(try record(talk.frames).stream?.completedKeyExchange != true)
  }

  // MARK: Segmentation

  @Test(arguments: 0..<complete.count) func `segments cut anywhere say the same`(index: Int) throws {
    let script = Self.complete[index]
    let longest = script.messages.map(\.bytes.count).max() ?? 0
    let tokens = { (frames: [TimedFrame]) in try record(frames).stream?.tokens }
    var whole = opened()
    script.play(in: &whole)
    let expected = try tokens(whole.frames)
    for place in 1..<longest {
      var talk = opened()
      script.play(in: &talk) { _ in [place] }
      let record = try record(talk.frames)
      #expect(record.originatorEvidence.grade == .e5 && record.stream?.tokens == expected, "cut at \(place)")
    }
    #expect(try grades(script) { Array(repeating: 1, count: $0) } == [.e5, .e5])
  }

  @Test func `shuffled segments say the same or less`() throws {
    var random = SeededGenerator(seed: 0x5EED)
    for round in 0..<400 {
      let isComplete = round % 2 == 0
      let scripts = isComplete ? Self.complete : Self.incomplete
      var talk = opened()
      scripts[round / 2 % scripts.count].play(in: &talk) { count in
        (0..<4).map { _ in Int.random(in: 1...max(1, count / 3), using: &random) }
      }
      var frames = talk.frames
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let index = Int.random(in: 3..<frames.count - 1, using: &random)
        switch Int.random(in: 0...2, using: &random) {
        case 0: frames.swapAt(index, index + 1)
        case 1: frames.insert(frames[index], at: Int.random(in: index...frames.count, using: &random))
        default: frames.remove(at: index)
        }
      }
      for index in frames.indices {
        frames[index].timestamp = Timestamp(nanoseconds: 1_416_816_000_000_000_000 + Int64(index) * 20_000_000)
      }
      let grade = try record(frames).originatorEvidence.grade
      #expect(grade <= (isComplete ? .e5 : .e4), "round \(round)")
    }
  }

  @Test func `a head holds what a model holds`() {
    var random = SeededGenerator(seed: 0xBEAD)
    for _ in 0..<3_000 {
      let content = (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let initial = UInt32.random(in: UInt32.max - 300...UInt32.max, using: &random)
      var head = StreamHead(initial: initial)
      var seen = Set<Int>()
      var delivered: [UInt8] = []
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        let start = Int.random(in: 0..<content.count, using: &random)
        let end = Int.random(in: start + 1...min(content.count, start + 90), using: &random)
        seen.formUnion(start..<end)
        let bytes = Array(content[start..<end])
        var piece = bytes.withRawSpan {
          head.take($0, sequence: initial &+ 1 &+ UInt32(start), acknowledged: nil, isCut: false)
        }
        if piece == nil { piece = head.takeHeld() }
        while let next = piece {
          #expect(next.range.lowerBound == delivered.count)
          delivered += head.bytes[next.range]
          piece = head.takeHeld()
        }
      }
      let expected = content.prefix((0..<content.count).first { !seen.contains($0) } ?? content.count)
      #expect(head.bytes == Array(expected) && delivered == head.bytes)
    }
  }

  // MARK: Bounds

  @Test func `memory is bounded for all flows together`() {
    let limit = (128 << 20) / FlowShare.parts
    var pool = ContentPool<StreamInspection>(limit: limit)
    let reader = ContentReader(limit: 0, hash: KeyedHash())
    let payload = [UInt8](repeating: UInt8(ascii: "x"), count: StreamHead.defaultLimit - 1)
    var packet = Packet()
    packet.ipProtocol = .tcp
    packet.tcp.flags = .ack
    packet.tcp.sequence = 1
    packet.payloadLength = UInt32(payload.count)
    var cut = 0
    var handles: [UInt32] = []
    for number in 0..<100_000 {
      let handle = pool.allocate(
        StreamInspection(
          .init(source: 0, destination: 0), isAnchored: true, sourceIsOriginator: true, originatorIsTrusted: true,
          reader: reader),
        part: number % FlowShare.parts)
      handles.append(handle)
      let isCut = payload.withRawSpan { span in
        pool.update(handle, need: span.byteCount) {
          $0.take(packet, span, isForward: false, trust: { _ in false }, attest: { _, _ in nil })
        } end: {
          $0.end(sourceIsOriginator: true)
        }
      }
      cut += isCut ? 1 : 0
      if pool.footprint > limit * FlowShare.parts { Issue.record("\(pool.footprint) bytes") }
    }
    #expect(cut > 90_000 && cut < 100_000)
    for handle in handles { pool.close(handle) { $0.end(sourceIsOriginator: true) } }
    #expect(pool.footprint == 0)
  }

  @Test func `what was learnt takes room until the flow is over`() {
    var pool = ContentPool<StreamInspection>(limit: 256 << 10)
    let request = "GET /\(String(repeating: "a", count: 80)) HTTP/1.1\r\nHost: example.net\r\n\r\n"
    let payload = Array(String(repeating: request, count: 64).utf8)
    var packet = Packet()
    packet.ipProtocol = .tcp
    packet.tcp.flags = .ack
    packet.tcp.sequence = 1
    packet.payloadLength = UInt32(payload.count)
    func take(_ handle: UInt32) -> Bool {
      payload.withRawSpan { span in
        pool.update(handle, need: span.byteCount) {
          $0.take(packet, span, isForward: true, trust: { _ in false }, attest: { _, _ in nil })
        } end: {
          $0.end(sourceIsOriginator: true)
        }
      }
    }
    let blank = StreamInspection(
      .init(source: 0, destination: 0), isAnchored: true, sourceIsOriginator: true, originatorIsTrusted: false,
      reader: ContentReader(limit: 16_384, hash: KeyedHash()))
    var (handles, cut): ([UInt32], Int) = ([], 0)
    for _ in 0..<100 {
      handles.append(pool.allocate(blank, part: 0))
      cut += take(handles[handles.count - 1]) ? 1 : 0
      pool.close(handles[handles.count - 1]) { $0.end(sourceIsOriginator: true) }
      // The last flow that is read may turn into more than its bytes were.
      #expect(pool.footprint <= 256 << 10 + 64 << 10)
    }
    #expect(cut > 70 && cut < 100)
    #expect(!pool[handles[0]].application(sourceIsOriginator: true).isEmpty)
    #expect(pool[handles[99]].application(sourceIsOriginator: true).isEmpty)
    for handle in handles { pool.release(handle) }
    #expect(pool.footprint == 0)
    #expect(!take(pool.allocate(blank, part: 0)))
  }

  @Test func `a flow that is cut off says so`() throws {
    var talk = opened()
    StreamScript.tls13().play(in: &talk)
    var table = FlowTable(
      options: FlowTableOptions(), prefixes: Self.prefixes, captureStart: Timestamp(seconds: 0), seed: 1)
    table.streams = ContentPool(limit: 100)
    for (number, frame) in talk.frames.enumerated() {
      var packet = try #require(frame.packet())
      frame.bytes.withRawSpan {
        table.observe(&packet, frame: $0, file: 0, number: UInt64(number + 1), decoder: Decoder())
      }
    }
    table.finish()
    #expect(table.counts.cutStreams == 1)
    var records: [FlowRecord] = []
    table.drain { records.append($0) }
    #expect(records.first?.notes.contains(.inspectionCut) == true)
    #expect(records.first?.originatorEvidence.grade == .e4)
    #expect(table.streams.footprint == 0)
  }
}
