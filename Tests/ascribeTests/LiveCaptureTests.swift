import Foundation
import Testing

/// `ascribe capture`, on a line between two namespaces.
@Suite(.serialized, .enabled(if: LiveLine.isPossible, "skipped: network namespaces take root and iproute2"))
struct LiveCaptureTests {
  private static let catalog = ["-c", Program.demonstration]

  @Test func `a verdict comes while the session goes on, and the packets are kept`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let program = try line.capture(
      Self.catalog + ["--write", folder.path("packets"), "--format", "json", "--events", "json"])
    try #require(program.waits(for: "captur"), "\(program.errors)")
    try line.send(Program.capture("http-post.pcap"))
    #expect(program.waits(for: "\"provisional\":true"))
    #expect(program.end() == 0)
    let lines = program.errors.split(separator: "\n").filter { $0.hasPrefix("{") }
    let first = try #require(
      try lines.first.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] } ?? nil)
    #expect(first["verdict"] as? String == "exclusive" && first["id.orig_h"] as? String == "198.51.100.9")

    // The file holds what was analysed, and says the same.
    let (live, later) = (program.json, try Program.analyze([folder.path("packets")]).json)
    #expect((live["findings"] as? [Any])?.isEmpty == false)
    for key in ["findings", "links", "slips"] {
      #expect(Self.stable(live[key]) == Self.stable(later[key]), "\(key)")
    }
    let (totals, others) = (live["totals"] as? [String: Any], later["totals"] as? [String: Any])
    #expect(totals?["packets"] as? Int == others?["packets"] as? Int && totals?["packets"] as? Int ?? 0 > 0)
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("packets")).first { $0.hasSuffix("pcapng") })
    let digest = try String(contentsOfFile: folder.path("packets/\(file).sha256"), encoding: .utf8)
    let inputs = later["inputs"] as? [[String: Any]]
    #expect(digest == "\(inputs?.first?["sha256"] as? String ?? "")  \(file)\n")
    #expect(inputs?.first?["interface_drops"] as? Int == 0)
  }

  /// A part of a report without what an input's digest decides.
  private static func stable(_ value: Any?) -> String {
    func clean(_ value: Any) -> Any {
      switch value {
      case let list as [Any]: return list.map(clean)
      case var object as [String: Any]:
        for key in ["confidence", "wording", "likelihood"] { object[key] = nil }
        return object.mapValues(clean)
      default: return value
      }
    }
    let cleaned = clean(value ?? NSNull())
    let data = try? JSONSerialization.data(withJSONObject: ["value": cleaned], options: [.sortedKeys])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  @Test func `only packets of flows in ranges are kept, if no others are wanted`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let program = try line.capture(
      Self.catalog + ["--write", folder.path("packets"), "--write-packets", "watched", "--format", "json"])
    try #require(program.waits(for: "captur"))
    try line.send(Program.capture("mail.pcap"))
    try line.send(Program.capture("http-post.pcap"))
    #expect(program.waits(for: "EXCLUSIVE"))
    #expect(program.end(SIGINT) == 0)
    let later = try Program.analyze([folder.path("packets")]).json
    #expect(Self.stable(program.json["findings"]).contains("198.51.100.7"))
    let totals = later["totals"] as? [String: Any]
    #expect(totals?["watched_flows"] as? Int == totals?["flows"] as? Int && totals?["flows"] as? Int ?? 0 > 0)
  }

  /// The demonstration's catalog and one with its sensors alone, which do not change while a capture goes on, and where either
  /// is to be written.
  private func catalogs(in folder: Scratch) throws -> (path: String, whole: String, bare: String) {
    let text = try String(contentsOfFile: Program.demonstration, encoding: .utf8)
    try FileManager.default.copyItem(
      atPath: Program.root.appending(path: "Config/overlays").path, toPath: folder.path("overlays"))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = try #require(lines.firstIndex(of: "sensors:"))
    let sensors = lines[(start + 1)...].prefix { $0.hasPrefix(" ") || $0.isEmpty || $0.hasPrefix("#") }
    let bare = ["settings: {allow_documentation_ranges: true}", "actors: []", "sensors:"] + sensors
    return (folder.path("catalog.yaml"), text, bare.joined(separator: "\n"))
  }

  @Test func `another catalog is taken at SIGHUP, and an invalid one is not`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let (catalog, text, bare) = try catalogs(in: folder)
    try bare.write(toFile: catalog, atomically: false, encoding: .utf8)
    let program = try line.capture(["-c", catalog, "--format", "json"])
    try #require(program.waits(for: "captur"))
    try line.send(Program.capture("http-post.pcap"))
    try "claims: [".write(toFile: catalog, atomically: false, encoding: .utf8)
    program.signal(SIGHUP)
    #expect(program.waits(for: "is used on"))
    try text.write(toFile: catalog, atomically: false, encoding: .utf8)
    program.signal(SIGHUP)
    #expect(program.waits(for: "loaded anew"))
    #expect(!program.errors.contains("EXCLUSIVE"))
    try line.send(Program.capture("http-post.pcap"))
    #expect(program.waits(for: "EXCLUSIVE"))
    program.signal(SIGUSR1)
    #expect(program.waits(for: "packets received by the kernel"))
    #expect(program.end() == 0)
    let changes = (program.json["catalog"] as? [String: Any])?["changes"] as? [[String: Any]]
    #expect(changes?.count == 1)
  }

  @Test func `what was said of a flow that goes on is said anew where another catalog says otherwise`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    let (catalog, text, bare) = try catalogs(in: folder)
    try text.write(toFile: catalog, atomically: false, encoding: .utf8)
    let program = try line.capture(["-c", catalog, "--format", "json", "--events", "json"])
    try #require(program.waits(for: "captur"))
    try line.send(Program.capture("http-post.pcap"))
    try #require(program.waits(for: "\"verdict\":\"exclusive\""))
    // No flow is watched any more.
    try bare.write(toFile: catalog, atomically: false, encoding: .utf8)
    program.signal(SIGHUP)
    #expect(program.waits(for: "loaded anew"))
    #expect(program.waits(for: "\"verdict\":\"none\"", seconds: 5), "\(program.errors)")
    #expect(program.end() == 0)
  }

  @Test func `a capture that ends while a catalog is loaded keeps the one before`() throws {
    let line = try LiveLine()
    let folder = try Scratch()
    // Takes longer to load than the capture to end.
    let list = (0..<400_000).map { "9.\($0 >> 16 & 255).\($0 >> 8 & 255).\($0 & 255)" }.joined(separator: "\n")
    let text = """
      settings: {allow_documentation_ranges: true}
      actors: []
      overlays:
        - {id: many, kind: vpn, format: netset, path: many.netset, snapshot: 2026-11-01}

      """
    try "settings: {allow_documentation_ranges: true}\nactors: []\n"
      .write(toFile: folder.path("catalog.yaml"), atomically: false, encoding: .utf8)
    let program = try line.capture(["-c", folder.path("catalog.yaml"), "--format", "json"])
    try #require(program.waits(for: "captur"))
    try list.write(toFile: folder.path("many.netset"), atomically: false, encoding: .utf8)
    try text.write(toFile: folder.path("catalog.yaml"), atomically: false, encoding: .utf8)
    program.signal(SIGHUP)
    #expect(program.end() == 0)
    #expect(program.errors.contains("ended before the catalog was loaded anew"), "\(program.errors)")
    let catalog = program.json["catalog"] as? [String: Any]
    #expect(catalog?["changes"] == nil)
  }

  @Test func `an interface that goes down and comes back is captured on`() throws {
    let line = try LiveLine()
    let program = try line.capture(Self.catalog + ["--format", "json"])
    try #require(program.waits(for: "captur"))
    try line.set(up: false)
    #expect(program.waits(for: "'near' gives no more packets: it is down"))
    try line.set(up: true)
    #expect(program.waits(for: "'near' is captured again"))
    try line.send(Program.capture("http-post.pcap"))
    #expect(program.waits(for: "EXCLUSIVE"))
    #expect(program.end() == 0)
    let unseen = (program.json["not_shown"] as? [String] ?? []).filter { $0.contains("it was gone or down") }
    #expect(unseen.count == 1 && unseen.first?.hasPrefix("What near carried from 20") == true, "\(unseen)")
  }

  @Test func `what cannot be captured is said with its exit code`() throws {
    let missing = try Program.run(["capture", "-i", "nosuch0"] + Self.catalog)
    #expect(missing.exitCode == 66 && missing.errors.contains("There is no interface 'nosuch0'"))
    #expect(try Program.run(["capture"] + Self.catalog).exitCode == 64)
    #expect(try Program.run(["capture", "-i", "lo", "-o", "folder"] + Self.catalog).exitCode == 64)
    #expect(try Program.run(["capture", "-i", "lo", "-f", "nonsense nonsense"] + Self.catalog).exitCode == 64)
    let stamped = try Program.run(["capture", "-i", "lo", "--timestamp-type", "adapter"] + Self.catalog)
    #expect(stamped.exitCode == 66 && stamped.errors.contains("does not stamp packets as 'adapter'. It has: host"))
    let line = try LiveLine()
    let unwritable = try line.capture(Self.catalog + ["--write", "/proc/nowhere"])
    #expect(unwritable.wait() == 74)
  }

  @Test func `a hook that fails is no delivery, also where who started the capture ignores its children`() throws {
    let line = try LiveLine()
    let program = try LiveProgram(
      [
        "/usr/sbin/ip", "netns", "exec", line.namespace, "env", "--ignore-signal=CHLD", Program.executable.path,
        "capture", "-i", "near", "--exec", "exit 3",
      ] + Self.catalog)
    try #require(program.waits(for: "captur"))
    try line.send(Program.capture("http-post.pcap"))
    #expect(program.waits(for: "the hook ends with 3"), "\(program.errors)")
    #expect(program.end() == 0)
  }

  @Test func `flows end on a line that is quiet`() throws {
    let line = try LiveLine()
    let program = try line.capture(
      Self.catalog + ["--tcp-idle-timeout", "0.5", "--timestamp-type", "host", "--format", "json"])
    try #require(program.waits(for: "captur"))
    try line.send(Program.capture("http-post.pcap"))
    usleep(4_500_000)
    program.signal(SIGUSR1)
    #expect(program.waits(for: "flows ended"))
    #expect(!program.errors.contains(" 0 flows ended"), "\(program.errors)")
    #expect(program.end() == 0)
  }

  @Test func `time and count end it`() throws {
    let line = try LiveLine()
    let program = try line.capture(Self.catalog + ["--duration", "0.5", "--format", "json"])
    #expect(program.wait() == 0 && program.json["schema"] as? String == "ascribe-report/1")
    #expect(program.json["interrupted"] as? Bool == false)
    let counting = try line.capture(Self.catalog + ["--count", "3", "--format", "json"])
    try #require(counting.waits(for: "captur"))
    try line.send(Program.capture("http-post.pcap"))
    #expect(counting.wait() == 0)
    let interrupted = try line.capture(Self.catalog + ["--format", "json"])
    try #require(interrupted.waits(for: "captur"))
    #expect(interrupted.end(SIGINT) == 0 && interrupted.json["interrupted"] as? Bool == true)
  }
}
