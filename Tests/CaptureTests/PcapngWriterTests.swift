import Capture
import Foundation
import Packets
import TestSupport
import Testing

/// What is written is read again as it was.
@Suite struct PcapngWriterTests {
  private func write(_ frames: [TimedFrame], name: String = "a.pcap", comments: [String] = []) -> [UInt8] {
    var writer = PcapngWriter(application: "ascribe", comment: "evidence")
    for frame in frames {
      writer.add(
        frame.bytes, wireLength: frame.wireLength, timestamp: frame.timestamp,
        interface: PcapngWriter.Interface(linkType: frame.linkType, name: name, about: name), comments: comments)
    }
    return writer.take()
  }

  @Test func framesOfSeveralLinkTypesAreReadAsTheyWere() throws {
    let bench = try Workbench()
    let frames = randomFrames(300, seed: 41, unit: 1, linkTypes: [.ethernet, .raw, .linuxSLL2])
    let read = try readAll([bench.write(write(frames), "a.pcapng")], options: plainOptions)
    #expect(read.error == nil)
    #expect(read.frames == expected(frames))
    #expect(read.inputs.first?.damage == nil)
  }

  @Test func piecesAreTheFile() {
    let frames = randomFrames(20, seed: 42, unit: 1)
    var writer = PcapngWriter(application: "ascribe", comment: "evidence")
    var bytes = writer.take()
    for frame in frames {
      writer.add(
        frame.bytes, wireLength: frame.wireLength, timestamp: frame.timestamp,
        interface: PcapngWriter.Interface(linkType: frame.linkType, name: "a.pcap", about: "a.pcap"))
      bytes += writer.take()
    }
    #expect(bytes == write(frames))
  }

  @Test func hostileTextStaysWithinItsOption() throws {
    let bench = try Workbench()
    let hostile = "\u{1B}[2J\u{202E}\0\n" + String(repeating: "é", count: 100_000)
    let frames = randomFrames(3, seed: 43, unit: 1)
    let bytes = write(frames, name: hostile, comments: [hostile, "", "F1 SYN"])
    #expect(bytes.count < 60_000)
    for steering in ["\u{1B}[2J", "\u{202E}"] { #expect(!bytes.contains(Array(steering.utf8))) }
    #expect(bytes.contains(Array("\\u{1B}[2J\\u{202E}".utf8)))
    let read = try readAll([bench.write(bytes, "a.pcapng")], options: plainOptions)
    #expect(read.frames == expected(frames))
  }
}
