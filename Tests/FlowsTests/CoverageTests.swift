import Catalog
import Packets
import TestSupport
import Testing

@testable import Flows

/// Backscatter by methodology 2.5: answers without a request, and since when the capture would show the request.
@Suite struct CoverageTests {
  /// A packet of a capture file.
  typealias Filed = (file: UInt32, packet: Packet)

  private func noise(_ file: UInt32, _ seconds: ClosedRange<Int>, every step: Int = 1) -> [Filed] {
    stride(from: seconds.lowerBound, through: seconds.upperBound, by: step).map {
      (file, datagram(alice, Endpoint(address: alice.address, port: 9), at: Double($0)))
    }
  }

  /// An unsolicited SYN-ACK of `bob`.
  private func answer(_ file: UInt32, at seconds: Double) -> Filed {
    (file, segment(bob, alice, at: seconds, [.syn, .ack], 1, 2))
  }

  /// The reason that the sender of the answer gets.
  private func reason(_ packets: [Filed], options: FlowTableOptions = FlowTableOptions()) -> GradeReason? {
    let packets = packets.enumerated().sorted {
      ($0.element.packet.timestamp, $0.offset) < ($1.element.packet.timestamp, $1.offset)
    }.map(\.element)
    guard let start = packets.first?.packet.timestamp else { return nil }
    var table = FlowTable(options: options, prefixes: documentationPrefixes, captureStart: start)
    for (index, filed) in packets.enumerated() {
      var packet = filed.packet
      let frame: [UInt8] = []
      // Bytes have no padding, the only hazard of viewing elements as raw bytes.
      unsafe table.observe(
        &packet, frame: frame.span.bytes, file: filed.file, number: UInt64(index + 1), decoder: Decoder())
    }
    table.finish()
    var found: GradeReason?
    table.drain { record in
      guard record.isWatched else { return }
      found = record.originator == bob ? record.originatorEvidence.reason : record.responderEvidence.reason
    }
    return found
  }

  @Test func theFirstFileBeginsAtTheCapturesStart() {
    #expect(reason(noise(0, 0...300) + [answer(0, at: 100.5)]) == .responseOnly)
    #expect(reason(noise(0, 0...300) + [answer(0, at: 119.9)]) == .responseOnly)
    #expect(reason(noise(0, 0...300) + [answer(0, at: 120.5)]) == .backscatter)
  }

  /// In either order of the files.
  @Test(arguments: [0, 1] as [UInt32]) func aFileAfterAPauseBeginsAnew(first: UInt32) {
    let before = noise(first, 0...300)
    let after = noise(1 - first, 1_000...1_400)
    #expect(reason(before + after + [answer(1 - first, at: 1_050.5)]) == .responseOnly)
    #expect(reason(before + after + [answer(1 - first, at: 1_130.5)]) == .backscatter)
  }

  @Test(arguments: [0, 1] as [UInt32]) func aRotatedFileGoesOn(first: UInt32) {
    let files = noise(first, 0...300) + noise(1 - first, 301...500)
    #expect(reason(files + [answer(1 - first, at: 310.5)]) == .backscatter)
    // Whether the first file goes on is not known yet.
    #expect(reason(files + [answer(1 - first, at: 301.5)]) == .responseOnly)
  }

  @Test func threeRotatedFilesGoOn() {
    let files = noise(0, 0...100) + noise(1, 101...110) + noise(2, 111...500)
    #expect(reason(files + [answer(2, at: 115.5)]) == .responseOnly)
    #expect(reason(files + [answer(2, at: 125.5)]) == .backscatter)
  }

  /// Another sensor's file does not show what this one saw before.
  @Test func aFileBesideAnotherBeginsAnew() {
    let files = noise(0, 0...900) + noise(1, 400...900)
    #expect(reason(files + [answer(1, at: 450.5)]) == .responseOnly)
    #expect(reason(files + [answer(0, at: 450.5)]) == .backscatter)
    #expect(reason(files + [answer(1, at: 520.5)]) == .backscatter)
  }

  // MARK: UDP

  /// The request may have been in a flow that was given up for lack of room.
  @Test func whatWasGivenUpIsNotTakenForBackscatter() {
    var options = FlowTableOptions()
    options.maximumFlowCount = 1
    let request: Filed = (0, segment(alice, bob, at: 400, [.syn], 1, 0))
    #expect(reason(noise(0, 0...300) + [request, answer(0, at: 400.5)], options: options) == .connectOnly)
    let crowd = (1...3).map { port -> Filed in
      (0, datagram(alice, Endpoint(address: alice.address, port: port), at: 400.2))
    }
    #expect(reason(noise(0, 0...300) + [request] + crowd + [answer(0, at: 400.5)], options: options) == .responseOnly)
    #expect(reason(noise(0, 0...300) + crowd + [answer(0, at: 525)], options: options) == .backscatter)
  }

  private func reflected(from port: UInt16, to other: UInt16, at seconds: Double, isAsked: Bool) -> GradeReason? {
    let (server, client) = (Endpoint(address: bob.address, port: port), Endpoint(address: alice.address, port: other))
    var packets = [datagram(alice, alice, at: 0)]
    if isAsked { packets.append(datagram(client, server, at: seconds)) }
    packets.append(datagram(server, client, at: seconds + 0.1))
    packets.append(datagram(server, client, at: seconds + 0.2))
    let record = flows(of: packets, prefixes: documentationPrefixes).first { $0.isWatched }
    let evidence = record?.originator == server ? record?.originatorEvidence : record?.responderEvidence
    let isUnasked = evidence?.reason == .backscatter || evidence?.reason == .responseOnly
    #expect((record?.activity == .responseOnly) == isUnasked)
    return evidence?.reason
  }

  @Test(arguments: [53, 123, 161, 389, 1_900, 11_211] as [UInt16]) func anAnswerNobodyAskedForIsBackscatter(
    port: UInt16
  ) {
    #expect(reflected(from: port, to: 40_000, at: 300, isAsked: false) == .backscatter)
    #expect(reflected(from: port, to: 40_000, at: 60, isAsked: false) == .responseOnly)
    #expect(reflected(from: port, to: 40_000, at: 300, isAsked: true) == .twoWayUnverified)
  }

  /// Servers ask servers from the port of the service, and a stream may have been captured one-sided.
  @Test func otherDatagramsAreClaims() {
    #expect(reflected(from: 53, to: 53, at: 300, isAsked: false) == .oneWay)
    #expect(reflected(from: 443, to: 40_000, at: 300, isAsked: false) == .oneWay)
  }
}
