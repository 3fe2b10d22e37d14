import Packets
import TestSupport
import Testing

@Suite struct TransportTests {
  @Test(arguments: [false, true])
  func tcp(_ isIPv6: Bool) throws {
    var frame = builder(isIPv6)
    frame.tcp.sequence = 0xFFFF_FFF0
    frame.tcp.acknowledgement = 0x8000_0001
    frame.tcp.flags = [.syn, .ece, .cwr]
    frame.tcp.window = 0xABCD
    frame.tcp.options =
      TCPOption.maximumSegmentSize(1_440) + TCPOption.sackPermitted + TCPOption.timestamps(value: 7, echo: .max)
      + TCPOption.noOperation + TCPOption.windowScale(9)
    let packet = try decode(frame.bytes).get()
    let expected: Packet.Flags = [.tcpTimestamps, .tcpSACKPermitted, .tcpWindowScale]
    #expect(packet.flags.subtracting(.isIPv6Header) == expected)
    #expect(packet.tcp.sequence == 0xFFFF_FFF0 && packet.tcp.acknowledgement == 0x8000_0001)
    #expect(packet.tcp.flags == [.syn, .ece, .cwr] && packet.tcp.window == 0xABCD)
    #expect(packet.tcp.maximumSegmentSize == 1_440 && packet.tcp.windowScale == 9)
    #expect(packet.tcp.timestampValue == 7 && packet.tcp.timestampEcho == .max)
    #expect(packet.payloadLength == 3)
  }

  @Test func usualTimestamps() throws {
    var frame = builder(false)
    frame.tcp.options = [1, 1] + TCPOption.timestamps(value: 0x0102_0304, echo: 0x0506_0708)
    let packet = try decode(frame.bytes).get()
    #expect(packet.flags == [.tcpTimestamps])
    #expect(packet.tcp.timestampValue == 0x0102_0304 && packet.tcp.timestampEcho == 0x0506_0708)
  }

  @Test func badOptionsEndTheWalk() throws {
    var frame = builder(false)
    let scale = TCPOption.windowScale(200)
    frame.tcp.options = scale
    // More than 14 counts as 14.
    #expect(try decode(frame.bytes).get().tcp.windowScale == 14)
    for bad: [UInt8] in [[0], [99, 0], [99, 1], [99, 60]] {
      frame.tcp.options = TCPOption.sackPermitted + bad + scale
      let packet = try decode(frame.bytes).get()
      #expect(packet.flags == [.tcpSACKPermitted] && packet.payloadLength == 3)
    }
    // Known kinds of a wrong length, unknown kinds of any: passed over.
    frame.tcp.options = [2, 3, 9, 3, 4, 9, 9, 4, 3, 9, 8, 2, 99, 4, 9, 9] + scale
    let packet = try decode(frame.bytes).get()
    #expect(packet.flags == [.tcpWindowScale] && packet.tcp.maximumSegmentSize == 0)
  }

  @Test func tcpDataOffset() throws {
    var frame = builder(false)
    for offset: UInt8 in [0, 4, 6, 15] {
      frame.tcp.overrideDataOffset = offset
      #expect(rejection(frame.bytes) == .malformedTransport)
    }
    frame.tcp.overrideDataOffset = 5
    #expect(rejection(frame.bytes) == nil)
  }

  @Test func udpLength() throws {
    var frame = builder(false, .udp, payload: [1, 2, 3, 4])
    for (length, payload): (UInt16, UInt32?) in [(12, 4), (10, 2), (8, 0), (7, nil), (1, nil), (0, nil), (13, nil)] {
      frame.overrideUDPLength = length
      switch decode(frame.bytes) {
      case .success(let packet):
        #expect(packet.payloadLength == payload && packet.capturedPayloadLength == payload)
      case .failure(let rejection):
        #expect(payload == nil && rejection.reason == .malformedTransport)
      }
    }
  }

  @Test func tooShortForItsHeader() {
    for (number, minimum) in [(6, 20), (17, 8), (1, 4), (132, 12)] {
      for count in 0..<minimum {
        let transport = FrameBuilder.Transport.other(IPProtocol(rawValue: UInt8(number)))
        var frame = builder(false, transport, payload: [UInt8](repeating: 0x50, count: count))
        frame.padsToMinimum = true
        #expect(rejection(frame.bytes) == .malformedTransport, "protocol \(number), \(count) bytes")
      }
    }
  }

  @Test func icmp() throws {
    for (isIPv6, types): (Bool, [UInt8]) in [(false, [8, 0]), (true, [128, 129])] {
      for type in types {
        let frame = builder(isIPv6, .icmp(type: type, code: 0, identifier: 0x1234, sequence: 77))
        let packet = try decode(frame.bytes).get()
        #expect(packet.ipProtocol == (isIPv6 ? .icmpv6 : .icmp))
        #expect(packet.sourcePort == UInt16(type) && packet.destinationPort == 0)
        #expect(packet.icmpIdentifier == 0x1234 && packet.icmpSequence == 77 && packet.payloadLength == 3)
      }
    }
    // An error quotes addresses; they are payload.
    let quoted = FrameBuilder(from: server4, to: Endpoint(address: IPAddress(v4: 0x0808_0808), port: 53)).ipPacket
    let error = try decode(builder(false, .icmp(type: 3, code: 1, identifier: 9), payload: quoted).bytes).get()
    #expect(error.source == client4.address && error.destination == server4.address)
    #expect(error.sourcePort == 3 && error.destinationPort == 1 && error.icmpIdentifier == 0)
    #expect(error.payloadLength == UInt32(quoted.count))
  }

  @Test func others() throws {
    let sctp = try decode(builder(false, .sctp(verificationTag: 5)).bytes).get()
    #expect(sctp.sourcePort == 40_000 && sctp.destinationPort == 443 && sctp.payloadLength == 3)
    // ESP, GRE, OSPF, AH of IPv4, ICMPv6 within IPv4.
    for number: UInt8 in [50, 47, 89, 51, 58, 255] {
      let frame = builder(false, .other(IPProtocol(rawValue: number)), payload: [1, 2, 3, 4, 5])
      let packet = try decode(frame.bytes).get()
      #expect(packet.ipProtocol.rawValue == number && packet.payloadLength == 5 && packet.payloadOffset == 34)
      #expect(packet.sourcePort == 0 && packet.destinationPort == 0)
    }
  }

  @Test func everyFieldIsWritten() throws {
    // A packet used again holds nothing of the one before, but for the timestamp.
    var frame = builder(true)
    frame.vlanTags = [1, 2]
    frame.tcp.options = TCPOption.maximumSegmentSize(1) + TCPOption.windowScale(3)
    var packet = try decode(frame.bytes, .ethernet, Decoder(checksums: .all)).get()
    let echo = builder(false, .icmp(type: 8, code: 0, identifier: 1, sequence: 2))
    for next in [echo, builder(false, .udp), builder(false, .other(.sctp), payload: [UInt8](repeating: 0, count: 12))] {
      let timed = TimedFrame(Timestamp(nanoseconds: 5), next.bytes)
      #expect(timed.decode(into: &packet) == nil)
      var fresh = Packet()
      #expect(timed.decode(into: &fresh) == nil)
      #expect(String(describing: packet) == String(describing: fresh))
    }
  }
}
