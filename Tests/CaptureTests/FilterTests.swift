import Capture
import Foundation
import Packets
import TestSupport
import Testing

/// BPF filters.
@Suite struct FilterTests {
  let bench: Workbench

  init() throws { bench = try Workbench() }

  static func frame(_ port: UInt16, tags: [UInt16], link: FrameBuilder.Link = .ethernet) -> TimedFrame {
    var frame = FrameBuilder(
      from: Endpoint(address: IPAddress(v4: 0x0A00_0001), port: 40_000),
      to: Endpoint(address: IPAddress(v4: 0x0A00_0002), port: port))
    frame.vlanTags = tags
    frame.link = link
    return TimedFrame(Timestamp(seconds: 1), frame.bytes, linkType: link.linkType)
  }

  /// Which of the frames pass, by number.
  func passing(_ filter: String, _ frames: [TimedFrame]) throws -> [UInt64] {
    var options = CaptureOptions()
    options.filter = filter
    let result = try readAll([bench.write(CaptureWriter.pcapng(frames))], options: options)
    let row = try #require(result.inputs.first)
    #expect(row.packetCount == UInt64(frames.count))
    #expect(row.filteredCount == UInt64(frames.count - result.frames.count))
    #expect(result.frames.allSatisfy { $0.bytes == frames[Int($0.number) - 1].bytes })
    return result.frames.map(\.number)
  }

  @Test func tagsAreSeenThrough() throws {
    let frames = [
      Self.frame(25, tags: []), Self.frame(80, tags: []), Self.frame(25, tags: [7]), Self.frame(80, tags: [7]),
      Self.frame(25, tags: [7, 8]), Self.frame(80, tags: [7, 8]),
    ]
    #expect(try passing("tcp dst port 25", frames) == [1, 3, 5])
    #expect(try passing("tcp dst port 25 or host 192.0.2.1", frames) == [1, 3, 5])
    #expect(try passing("host 10.0.0.2", frames) == [1, 2, 3, 4, 5, 6])
    #expect(try passing("vlan 7 and tcp dst port 80", frames) == [4])
    #expect(try passing("ip6", frames) == [])
    #expect(try passing("  ", frames).count == 6)
    // What a filter leaves out stays out behind tags; one that says "vlan" is taken literally.
    #expect(try passing("not tcp", frames) == [])
    #expect(try passing("not dst port 25", frames) == [2, 4, 6])
    #expect(try passing("not vlan", frames) == [1, 2])
  }

  /// Frames that come a batch at a time, of one link type and of two in turn.
  @Test func batchesAreThinnedOut() throws {
    let links: [FrameBuilder.Link] = [.ethernet, .linuxSLL]
    for kinds in 1...2 {
      let frames = (0..<2_000).map { place in
        Self.frame(place % 3 == 0 || place > 1_500 ? 25 : 80, tags: [], link: links[place % 11 % kinds])
      }
      let wanted = frames.indices.filter { $0 % 3 == 0 || $0 > 1_500 }.map { UInt64($0 + 1) }
      #expect(try passing("dst port 25", frames) == wanted)
      #expect(try passing("dst port 26", frames) == [])
    }
  }

  /// libpcap would have the kernel tell, and a frame of a file then matches nothing.
  @Test(arguments: ["inbound", "not outbound", "ifindex 1"]) func whatNoFileHoldsIsRefused(filter: String) throws {
    let error = #expect(throws: CaptureError.self) { _ = try passing(filter, [Self.frame(25, tags: [])]) }
    #expect(error?.code == .filter)
  }

  @Test func everyLinkTypeHasItsProgram() throws {
    let links: [FrameBuilder.Link] = [.ethernet, .raw, .linuxSLL, .linuxSLL2, .null, .loop, .ppp]
    let frames = links.flatMap { [Self.frame(25, tags: [], link: $0), Self.frame(80, tags: [], link: $0)] }
    #expect(try passing("dst port 80", frames) == (1...7).map { UInt64($0) * 2 })
    // BLUETOOTH_HCI_H4 knows no ports: none of its frames can match.
    let foreign = TimedFrame(Timestamp(seconds: 1), [1, 2, 3], linkType: LinkType(rawValue: 187))
    #expect(try passing("dst port 80", [foreign] + frames) == (1...7).map { UInt64($0) * 2 + 1 })
  }

  /// The number for IPv6 is another on each system, and NULL has it in the byte order of the host that captured.
  @Test func loopbackFramesOfOtherSystemsPass() throws {
    let source = Endpoint(address: IPAddress(high: 0x2001_0DB8_0000_0000, low: 1), port: 40_000)
    let target = Endpoint(address: IPAddress(high: 0x2001_0DB8_0000_0000, low: 2), port: 25)
    var frames: [TimedFrame] = []
    for family in [10, 24, 28, 30] as [UInt8] {
      for header in [[family, 0, 0, 0], [0, 0, 0, family]] {
        var frame = FrameBuilder(from: source, to: target)
        frame.link = .null
        frames.append(TimedFrame(Timestamp(seconds: 1), header + frame.bytes.dropFirst(4), linkType: .null))
      }
    }
    var frame = FrameBuilder(from: source, to: target)
    frame.link = .loop
    frames.append(TimedFrame(Timestamp(seconds: 1), frame.bytes, linkType: .loop))
    var old = Self.frame(25, tags: [], link: .null)
    old.bytes.replaceSubrange(0..<4, with: [0, 0, 0, 2])
    frames.append(old)
    #expect(try passing("tcp dst port 25", frames) == (1...10).map(UInt64.init))
    #expect(try passing("ip6", frames) == (1...9).map(UInt64.init))
  }

  @Test func manyFrames() throws {
    var random = SeededGenerator(seed: 50)
    let frames = (0..<2_000).map { _ in
      Self.frame(UInt16.random(in: 20...30, using: &random), tags: Bool.random(using: &random) ? [5] : [])
    }
    let wanted = frames.indices.filter { frames[$0].packet()?.destinationPort == 25 }.map { UInt64($0) + 1 }
    #expect(try passing("tcp dst port 25", frames) == wanted && !wanted.isEmpty)
  }

  @Test func whatDoesNotCompile() throws {
    let path = try bench.write(CaptureWriter.pcap([Self.frame(25, tags: [])]))
    for filter in ["tcp port", "nonsense here", "tcp) or (udp"] {
      var options = CaptureOptions()
      options.filter = filter
      #expect {
        try readAll([path], options: options)
      } throws: { error in
        let error = error as? CaptureError
        return error?.code == .filter && error?.description.contains(filter) == true
      }
    }
  }
}
