import Foundation
import TestSupport
import Testing

/// `ascribe capture --store`: a case that is read while it is filled, and outlives the process that fills it.
@Suite(.serialized, .enabled(if: LiveLine.isPossible, "skipped: network namespaces take root and iproute2"))
struct LiveStoreTests {
  /// Kills; `ASCRIBE_LIVE_KILLS=50` for the whole.
  private static let kills = ProcessInfo.processInfo.environment["ASCRIBE_LIVE_KILLS"].flatMap(Int.init) ?? 5

  private let folder: Scratch
  /// In a folder that the program makes for the user that it becomes.
  private let path: String

  init() throws {
    folder = try Scratch()
    path = folder.path("new/case.db")
  }

  private func start(
    _ line: borrowing LiveLine, catalog: String = Program.demonstration
  ) throws -> LiveProgram {
    let program = try line.capture(
      ["-c", catalog, "--store", path, "--store-interval", "0.2", "--format", "json"])
    try #require(program.waits(for: "captur"), "\(program.errors)")
    return program
  }

  private func report(_ options: [String] = []) throws -> Program.Run {
    try Program.run(["report", "--store", path, "--format", "json"] + options)
  }

  /// Flows of the case by now.
  private func flowCount() throws -> Int {
    let runs = try Program.run(["case", "list", path, "--format", "json"]).json["runs"] as? [[String: Any]] ?? []
    return runs.compactMap { $0["flows"] as? Int }.reduce(0, +)
  }

  /// Waits until the case holds flows.
  private func waitForFlows(_ count: Int) throws -> Bool {
    for _ in 0..<100 {
      if try flowCount() >= count { return true }
      usleep(100_000)
    }
    return false
  }

  private static func total(_ report: Program.Run, _ key: String) -> Int {
    (report.json["totals"] as? [String: Any])?[key] as? Int ?? -1
  }

  @Test func `another process reports while the capture goes on`() throws {
    let line = try LiveLine()
    let catalog = folder.path("catalog.yaml")
    try FileManager.default.copyItem(atPath: Program.demonstration, toPath: catalog)
    try FileManager.default.copyItem(
      atPath: Program.root.appending(path: "Config/overlays").path, toPath: folder.path("overlays"))
    let program = try start(line, catalog: catalog)
    #expect(try report().exitCode == 0)
    try line.send(Program.capture("http-post.pcap"))
    #expect(try waitForFlows(2))
    // Without -c by the catalog of the capture.
    let live = try report()
    #expect(live.exitCode == 0 && live.errors.contains("is not kept"))
    #expect((live.json["findings"] as? [Any])?.isEmpty == false)
    #expect((live.json["not_shown"] as? [String] ?? []).contains { $0.hasPrefix("What came after ") })
    #expect(try Self.total(report(["--since", "2020-01-01"]), "watched_flows") == 2)
    #expect(try Self.total(report(["--since", "2200-01-01"]), "watched_flows") == 0)
    let list = try Program.run(["case", "flows", path, "--verdict", "exclusive", "-c", catalog])
    #expect(list.exitCode == 0 && list.text.contains("198.51.100.9"))
    #expect(try Program.run(["case", "show", path]).text.contains("SAID SINCE"))
    // Only its owner reads it; another capture does not fill it.
    let file = try FileManager.default.attributesOfItem(atPath: path)
    #expect(file[.ownerAccountID] as? Int == 65_534 && file[.posixPermissions] as? Int == 0o600)
    let second = try line.capture(["-c", Program.demonstration, "--store", path])
    #expect(second.wait() == 74 && second.errors.contains("is being written"))
    // What is there already is no other catalog.
    program.signal(SIGHUP)
    #expect(program.waits(for: "loaded anew"))
    let text = try String(contentsOfFile: catalog, encoding: .utf8)
    try (text + "# Something else.\n").write(toFile: catalog, atomically: false, encoding: .utf8)
    #expect(try report().errors.contains("has changed since"))
    let before = program.errors
    program.signal(SIGHUP)
    for _ in 0..<100 where program.errors == before { usleep(50_000) }
    #expect(program.end() == 0)

    // The report of the end is the report of the case.
    let kept = try report()
    #expect(kept.output == program.output && !kept.errors.contains("not kept"))
    #expect((kept.json["not_shown"] as? [String] ?? []).allSatisfy { !$0.hasPrefix("What came after ") })
    #expect(((kept.json["catalog"] as? [String: Any])?["changes"] as? [Any])?.count == 1)
    let show = try Program.run(["case", "show", path, "--integrity"])
    #expect(show.exitCode == 0)
    for event in ["capture began", "catalog replaced", "capture ended", "report made"] {
      #expect(show.text.contains(event), "\(event)")
    }
  }

  @Test func `flows of no range are kept one by one, or as a sum`() throws {
    let line = try LiveLine()
    for (choice, kept) in [("all", 4), ("watched", 2)] {
      let path = folder.path("new/\(choice).db")
      let program = try line.capture(
        ["-c", Program.demonstration, "--store", path, "--store-flows", choice, "--format", "json"])
      try #require(program.waits(for: "captur"))
      try line.send(Program.capture("mail.pcap"))
      usleep(300_000)
      #expect(program.end() == 0)
      #expect((program.json["totals"] as? [String: Any])?["flows"] as? Int == 4)
      let flows = try Program.run(["case", "flows", path, "-c", Program.demonstration, "--format", "json"])
      #expect(flows.text.split(separator: "\n").count == kept)
    }
  }

  /// Whatever the instant: the file is sound, what was committed is there, and the next start says what had no end.
  @Test func `kill -9 loses nothing that was committed`() throws {
    let line = try LiveLine()
    var random = SeededGenerator(seed: 7)
    var (committed, said) = (0, 0)
    for round in 0..<Self.kills {
      let program = try start(line)
      if program.errors.contains("has no end") { said += 1 }
      // Packets go by all the time.
      let traffic = try line.sends(Program.capture("http-post.pcap"), times: 1_000)
      usleep(UInt32.random(in: 200_000...1_500_000, using: &random))
      committed = max(committed, try flowCount())
      program.signal(SIGKILL)
      _ = program.wait()
      _ = traffic.end(SIGKILL)
      #expect(try Program.run(["case", "show", path, "--integrity"]).exitCode == 0)
      #expect(try flowCount() >= committed)
      guard round % 2 == 1 else { continue }
      // By whoever comes first: then the next capture has nothing to say.
      let report = try report()
      #expect(report.exitCode == 0 && report.errors.contains("has no end"))
    }
    #expect(said == Self.kills / 2, "\(said)")
    #expect(committed > 0)
    // As long as the end was not recorded, nothing is taken for ended.
    let states = try Program.run(["case", "list", path, "--format", "json"]).json["runs"] as? [[String: Any]] ?? []
    #expect(states.count == Self.kills && states.allSatisfy { ["cut", "live"].contains($0["state"] as? String) })
  }

  /// A session that goes on over a kill is one flow, and no stronger for it.
  @Test(arguments: [4, 8]) func `a session goes on in the next capture`(place: Int) throws {
    let line = try LiveLine()
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Program.capture("http-post.pcap"))))
    func offset(_ frame: Int) -> Int {
      (0..<frame).reduce(24) { at, _ in at + 16 + (0..<4).reduce(0) { $0 | Int(bytes[at + 8 + $1]) << (8 * $1) } }
    }
    // The first ten frames are one session.
    try Data(bytes[..<offset(place)]).write(to: URL(filePath: folder.path("a.pcap")))
    try Data(bytes[..<24] + bytes[offset(place)..<offset(10)]).write(to: URL(filePath: folder.path("b.pcap")))
    let first = try start(line)
    try line.send(folder.path("a.pcap"))
    #expect(try waitForFlows(1))
    usleep(500_000)
    first.signal(SIGKILL)
    _ = first.wait()
    let second = try start(line)
    #expect(second.errors.contains("1 watched flow(s) that went on are kept"))
    try line.send(folder.path("b.pcap"))
    #expect(try waitForFlows(2))
    #expect(second.end() == 0)
    let flows = (second.json["findings"] as? [[String: Any]] ?? []).flatMap { $0["flows"] as? [[String: Any]] ?? [] }
    let flow = try #require(flows.first)
    #expect(flows.count == 1)
    #expect((flow["orig_pkts"] as? Int ?? 0) + (flow["resp_pkts"] as? Int ?? 0) == 10)
    // The handshake in one part and the first acknowledged data (frame 5) in the other are no E4.
    #expect(flow["orig_grade"] as? String == (place < 5 ? "E3" : "E4"))
  }

  @Test func `a full disk is said, survived, and loses no flow`() throws {
    let line = try LiveLine()
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let mount = try Program.run(
      URL(filePath: "/bin/mount"), ["-t", "tmpfs", "-o", "size=2m,uid=65534,mode=755", "ascribe-test", disk])
    try #require(mount.exitCode == 0, "\(mount.errors)")
    defer { _ = try? Program.run(URL(filePath: "/bin/umount"), ["-l", disk]) }
    let program = try line.capture(
      ["-c", Program.demonstration, "--store", disk + "/case.db", "--store-interval", "0.2", "--format", "json"])
    try #require(program.waits(for: "captur"), "\(program.errors)")
    // All the room that is left, to the last page.
    let filler = try Program.run(URL(filePath: "/bin/dd"), ["if=/dev/zero", "of=\(disk)/filler", "bs=4096"])
    #expect(filler.exitCode != 0)
    var sent = 0
    while sent < 100, !program.errors.contains("It is tried again") {
      try line.send(Program.capture("http-post.pcap"))
      sent += 1
      usleep(200_000)
    }
    #expect(program.errors.contains("It is tried again"), "\(program.errors)")
    try FileManager.default.removeItem(atPath: disk + "/filler")
    #expect(program.waits(for: "is written again"))
    #expect(program.end() == 0)
    // Each time two sessions, of the same endpoints.
    #expect((program.json["totals"] as? [String: Any])?["packets"] as? Int == 20 * sent)
    let show = try Program.run(["case", "show", disk + "/case.db", "--integrity"])
    #expect(show.exitCode == 0)
  }

  @Test func `what cannot be kept is said with its exit code`() throws {
    let catalog = ["-c", Program.demonstration]
    let interval = try Program.run(["capture", "-i", "lo", "--store", path, "--store-interval", "0"] + catalog)
    #expect(interval.exitCode == 64)
    let mine = folder.path("mine")
    try FileManager.default.createDirectory(atPath: mine, withIntermediateDirectories: true)
    let denied = try Program.run(["capture", "-i", "lo", "--store", mine + "/case.db"] + catalog)
    #expect(denied.exitCode == 74 && denied.errors.contains("may not be written by 'nobody'"))
    #expect(try Program.run(["report", "--since", "2026-01-01", "report.json"]).exitCode == 64)
  }
}
