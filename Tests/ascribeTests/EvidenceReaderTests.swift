import Assessment
import Capture
import Catalog
import Flows
import Foundation
import Packets
import Reports
import TestSupport
import Testing

@testable import ascribe

/// How frames of flows are read again.
@Suite struct EvidenceReaderTests {
  private let us = IPAddress(v4: 0xC000_020A)

  private func client(_ index: Int) -> Endpoint {
    Endpoint(address: IPAddress(v4: 0xC633_6400 + UInt32(index >> 16)), port: UInt16(truncatingIfNeeded: index))
  }

  /// A frame that is taken leaves those that are held where they are.
  @Test func `many flows take time that grows with them`() throws {
    let catalog = try Catalog(paths: [Program.demonstration])
    let judge = FlowJudge(catalog: catalog, sensors: [])
    let scratch = try Scratch()
    func time(_ count: Int) throws -> Duration {
      let server = Endpoint(address: us, port: 9)
      let path = scratch.path("\(count).pcap")
      let frames = (0..<count).map { index in
        TimedFrame(
          Timestamp(nanoseconds: Int64(index) * 1_000),
          FrameBuilder(from: client(index), to: server, transport: .udp, payload: [1]).bytes)
      }
      try Data(CaptureWriter.pcap(frames)).write(to: URL(filePath: path))
      let targets = (0..<count).map { index in
        let moment = Timestamp(nanoseconds: Int64(index) * 1_000)
        let record = FlowRecord(
          originator: client(index), responder: server, ipProtocol: .udp, firstPacket: moment, lastPacket: moment)
        let flow = judge.assessed(record)
        return EvidenceTarget(
          flow, finding: 0, uid: "\(index)", expected: FlowOutcome(record, flow.assessment, in: catalog))
      }
      var options = CaptureOptions()
      (options.threads, options.hashesInputs) = (1, false)
      return try Effort.time {
        var found = targets
        var source = try CaptureSource(paths: [path], options: options)
        var reader = EvidenceReader(sensors: [0], decoder: Packets.Decoder(), findings: 1)
        try reader.read(&source, for: &found, wanted: Array(found.indices), limit: 32)
        #expect(reader.held.count == count && found.allSatisfy { $0.frames.count == 1 && !$0.hasMore })
      }
    }
    let (few, many) = try (time(1_000), time(10_000))
    #expect(many < few * 30, "\(few) for 1,000, \(many) for 10,000")
  }
}
