import Foundation
import Packets
import TestSupport
import Testing

/// What `ascribe capture` keeps when a catalog changes, when it is flooded, and when it is killed.
@Suite(.serialized, .enabled(if: LiveLine.isPossible, "skipped: network namespaces take root and iproute2"))
struct LiveEvidenceTests {
  private static let bare = "settings: {allow_documentation_ranges: true}\nactors: []\n"
  private static let covering =
    bare.replacing("actors: []", with: "actors: [{id: net, name: Net, level: country-network, aliases: []}]") + """
      claims:
        - {id: c, prefix: 198.51.100.0/24, actor: net, relation: exclusive, kind: dedicated-allocation,
           valid_from: 2014-01-01, valid_until: null, as_of: 2026-11-01, recorded_at: 2026-11-02, basis: [routing],
           sources: [{ref: r, reliability: B, credibility: 2, independent_group: g}], tlp: CLEAR}

      """

  /// Writes parts of a session with an address in the range, and frames of others.
  private func write(_ frames: some Sequence<TimedFrame>, to path: String) throws {
    try Data(CaptureWriter.pcap(Array(frames))).write(to: URL(filePath: path))
  }

  private func session(port: UInt16 = 40_000) -> [TimedFrame] {
    var talk = Conversation(
      client: Endpoint(address: IPAddress(v4: 0xC633_6409), port: port),
      server: Endpoint(address: IPAddress(v4: 0xC000_0250), port: 9_000))
    talk.handshake()
    talk.send(100, from: .client)
    talk.ack(from: .server)
    talk.send(100, from: .server)
    talk.ack(from: .client)
    talk.close(from: .client)
    return talk.frames
  }

  /// Connection requests from everywhere.
  private func flood(_ count: UInt32) -> [TimedFrame] {
    (0..<count).map { number in
      var builder = FrameBuilder(
        from: Endpoint(address: IPAddress(v4: 0x0B00_0000 + number &* 2_654_435 % 0x00FF_FFFF), port: 1_024),
        to: Endpoint(address: IPAddress(v4: 0xC000_0250), port: 80))
      builder.tcp.flags = .syn
      builder.tcp.sequence = number
      return TimedFrame(Timestamp(nanoseconds: Int64(number)), builder.bytes)
    }
  }

  @Test func `a disk that is full is said while the capture goes on`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let environment = URL(filePath: "/usr/bin/env")
    let mount = try Program.run(
      environment, ["mount", "-t", "tmpfs", "-o", "size=64k,mode=1777", "ascribe-test", disk])
    try #require(mount.exitCode == 0, "\(mount.errors)")
    defer { _ = try? Program.run(environment, ["umount", "-l", disk]) }
    try write(flood(2_000), to: folder.path("flood.pcap"))
    let program = try line.capture(["-c", Program.demonstration, "--write", disk + "/packets"])
    try #require(program.waits(for: "captur"), "\(program.errors)")
    try line.send(folder.path("flood.pcap"), pause: 0)
    #expect(program.waits(for: "packets cannot be written: No space left on device"), "\(program.errors)")
    #expect(program.end() == 0)
  }

  @Test func `packets from before a catalog that covers them are kept`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let frames = session()
    try write(frames.prefix(4), to: folder.path("first.pcap"))
    try write(frames.dropFirst(4), to: folder.path("second.pcap"))
    try write(flood(50), to: folder.path("others.pcap"))
    try Self.bare.write(toFile: folder.path("catalog.yaml"), atomically: false, encoding: .utf8)
    let program = try line.capture([
      "-c", folder.path("catalog.yaml"), "--write", folder.path("packets"), "--write-packets", "watched",
    ])
    try #require(program.waits(for: "captur"), "\(program.errors)")
    try line.send(folder.path("others.pcap"))
    try line.send(folder.path("first.pcap"))
    usleep(300_000)
    try Self.covering.write(toFile: folder.path("catalog.yaml"), atomically: false, encoding: .utf8)
    program.signal(SIGHUP)
    #expect(program.waits(for: "4 packets from before that it covers are written"), "\(program.errors)")
    #expect(program.errors.contains("1 flows that go on are in ranges now and were not; 0 of them began earlier"))
    try line.send(folder.path("second.pcap"))
    usleep(300_000)
    #expect(program.end() == 0)

    func analyze(_ inputs: String...) throws -> [String: Any] {
      try Program.run(["analyze"] + inputs + ["-c", folder.path("catalog.yaml"), "--format", "json"]).json
    }
    let later = try analyze(folder.path("packets"))
    let direct = try analyze(folder.path("first.pcap"), folder.path("second.pcap"))
    for report in [later, direct] {
      let findings = report["findings"] as? [[String: Any]] ?? []
      let flows = findings.first?["flows"] as? [[String: Any]] ?? []
      #expect(findings.count == 1 && findings.first?["verdict"] as? String == "exclusive" && flows.count == 1)
      #expect(flows.first?["conn_state"] as? String == "SF" && flows.first?["orig_grade"] as? String == "E4")
    }
    let totals = later["totals"] as? [String: Any]
    #expect(totals?["packets"] as? Int == frames.count)
  }

  @Test func `a flood evicts no watched flow`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let sessions = (0..<20).map { session(port: 40_000 + $0) }
    try write(sessions.flatMap { $0.prefix(5) }, to: folder.path("begin.pcap"))
    try write(sessions.flatMap { $0.dropFirst(5) }, to: folder.path("end.pcap"))
    try write(flood(30_000), to: folder.path("flood.pcap"))
    let program = try line.capture([
      "-c", Program.demonstration, "--max-flows", "1000", "--events", "none", "--format", "json",
    ])
    try #require(program.waits(for: "captur"), "\(program.errors)")
    try line.send(folder.path("begin.pcap"), pause: 0)
    try line.send(folder.path("flood.pcap"), pause: 0)
    try line.send(folder.path("end.pcap"), pause: 0)
    usleep(300_000)
    #expect(program.end() == 0)
    let findings = program.json["findings"] as? [[String: Any]] ?? []
    let flows = findings.flatMap { $0["flows"] as? [[String: Any]] ?? [] }
    #expect(flows.count == 20 && flows.allSatisfy { $0["conn_state"] as? String == "SF" })
    let notes = (program.json["not_shown"] as? [String] ?? []).joined(separator: "\n")
    #expect(notes.contains("given up before the end for lack of room"), "\(notes)")
  }

  @Test func `what is left after kill -9 reads up to the last whole block`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    try write(flood(60_000), to: folder.path("flood.pcap"))
    for delay in [0.1, 0.35, 0.6] {
      let packets = folder.path("packets-\(delay)")
      let program = try line.capture([
        "-c", Program.demonstration, "--write", packets, "--rotate-size", "1", "--events", "none",
      ])
      try #require(program.waits(for: "captur"), "\(program.errors)")
      let number = program.number
      DispatchQueue.global().asyncAfter(deadline: .now() + delay) { kill(number, SIGKILL) }
      try line.send(folder.path("flood.pcap"), pause: 0)
      _ = program.wait()
      let files = try FileManager.default.contentsOfDirectory(atPath: packets).sorted()
      for file in files where file.hasSuffix("pcapng") {
        let path = "\(packets)/\(file)"
        let whole = Self.wholePacketBlocks(in: try Data(contentsOf: URL(filePath: path)))
        let run = try Program.analyze([path])
        #expect(run.exitCode == 0)
        #expect((run.json["totals"] as? [String: Any])?["packets"] as? Int == whole.count)
        let damage = (run.json["inputs"] as? [[String: Any]])?.first?["damage"] as? [String: Any]
        #expect((damage != nil) == whole.isCut)
        // Only the file that was being written may be cut.
        #expect(!whole.isCut || file == files.last { $0.hasSuffix("pcapng") })
      }
    }
  }

  /// Walks the blocks of a pcapng file.
  private static func wholePacketBlocks(in data: Data) -> (count: Int, isCut: Bool) {
    func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(data[at + $1]) << (8 * $1) } }
    var (at, count) = (0, 0)
    while at + 12 <= data.count, word(at + 4) >= 12, at + word(at + 4) <= data.count {
      if word(at) == 6 { count += 1 }
      at += word(at + 4)
    }
    return (count, at < data.count)
  }
}
