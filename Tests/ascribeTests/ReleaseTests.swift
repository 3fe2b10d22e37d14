import Foundation
import Testing

/// `analyze -o DIR --release LEVEL`, `verify --open`, `--opening`, `--public-key`.
@Suite struct ReleaseTests {
  private let folder: Scratch
  private let key: String

  init() throws {
    folder = try Scratch()
    key = folder.path("key")
    try Data((0..<32).map { UInt8($0 &* 7 &+ 3) }).write(to: URL(filePath: key))
  }

  /// The demonstration's catalog with other labels: claims and overlays by id.
  private func catalog(_ labels: [String: String], more: String = "") throws -> String {
    let path = folder.path("catalog-\(UUID().uuidString).yaml")
    let lists = Program.root.appending(path: "Config/overlays").path
    var text = try String(contentsOfFile: Program.demonstration, encoding: .utf8)
      .replacing("path: overlays/", with: "path: \(lists)/")
    for (id, label) in labels {
      let parts = text.split(separator: "  - id: \(id)\n", maxSplits: 1).map(String.init)
      try #require(parts.count == 2)
      let rest =
        parts[1].hasPrefix("    kind: ") && !parts[1].hasPrefix("    kind: dedicated")
        ? "    tlp: \(label)\n" + parts[1]
        : parts[1].replacing("    tlp: CLEAR\n", with: "    tlp: \(label)\n", maxReplacements: 1)
      text = "\(parts[0])  - id: \(id)\n\(rest)"
    }
    try text.replacing("\noverlays:\n", with: "\n\(more)\noverlays:\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Analyses the story for a release; gives the folder, its standard error and the released report.
  private func release(
    _ catalog: String, _ level: String = "GREEN", capture: String = "story.pcapng", options: [String] = []
  ) throws -> (path: String, errors: String, report: [String: Any]) {
    let path = folder.path("report-\(UUID().uuidString)")
    let run = try Program.run(
      ["analyze", Program.capture(capture), "-c", catalog, "-o", path, "--release", level, "--release-key", key]
        + options)
    #expect(run.exitCode == 0, "\(run.errors)")
    let data = try Data(contentsOf: URL(filePath: "\(path)/release/report.json"))
    return (path, run.errors, try #require(JSONSerialization.jsonObject(with: data) as? [String: Any]))
  }

  private func findings(_ report: [String: Any]) throws -> [[String: Any]] {
    try #require(report["findings"] as? [[String: Any]])
  }

  /// Every file of a folder, with the bytes that hexadecimal and Base64 texts in it stand for.
  private func contents(_ path: String) throws -> [(name: String, text: String)] {
    let names = try #require(FileManager.default.enumerator(atPath: path)?.allObjects as? [String])
    return try names.compactMap { name in
      guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else { return nil }
      return (name, try #require(String(data: data, encoding: .isoLatin1)))
    }
  }

  /// A text as it is, in hexadecimal of either case, and in Base64 at each alignment.
  private func forms(_ text: String) -> [String] {
    let hex = text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    let base64 = (0..<3).map { lead -> String in
      let bytes = [UInt8](repeating: 65, count: lead) + Array(text.utf8)
      let whole = bytes.prefix(bytes.count / 3 * 3)
      return String(Data(whole).base64EncodedString().dropFirst(lead == 0 ? 0 : 4))
    }
    return [text, hex, hex.uppercased()] + base64.filter { $0.count >= 8 }
  }

  private func expectNothing(of words: [String], in path: String) throws {
    let files = try contents(path)
    #expect(files.count >= 2)
    for (name, text) in files {
      for word in words { for form in forms(word) { #expect(!text.contains(form), "\(word) as \(form) in \(name)") } }
    }
  }

  private static let names = [
    "story.pcapng", "demonstration-tap", "www.example", "mail.example", "alice", "staff@", "Firefox", "nginx",
    "192.0.2.80", "192.0.2.25", "192.0.2.53", "203.0.113.9", "983D592",
  ]

  @Test func `a red claim makes EXCLUSIVE, and what is released does not`() throws {
    let (path, errors, report) = try release(try catalog(["example-net-ipv4": "RED"]))
    let full = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(path)/report.json"))) as? [String: Any])
    #expect(full["roll_up"] as? String == "EXCLUSIVE-PRESENT" && full["marking"] as? String == "TLP:RED")
    let exclusive = try findings(full).filter { $0["verdict"] as? String == "exclusive" }
    #expect(exclusive.count == 2 && exclusive.allSatisfy { $0["marking"] as? String == "TLP:RED" })
    #expect(report["marking"] as? String == "TLP:CLEAR" && report["roll_up"] as? String != "EXCLUSIVE-PRESENT")
    #expect(!(try findings(report)).contains { $0["verdict"] as? String == "exclusive" })
    let withheld = (report["release"] as? [String: Any])?["withheld"] as? [String: Any]
    #expect(withheld?["claims"] as? Int == 1 && withheld?["findings"] as? Int ?? 0 >= 2)
    #expect(errors.contains("withheld: F1 EXCLUSIVE (direct), confidence moderate"))
    #expect(errors.contains("released at TLP:GREEN"))
    // Neither the claim, nor what it says, nor an address in its range; nor the numbers of its findings.
    let addresses = try findings(full).filter { ($0["claims"] as? [String])?.contains("example-net-ipv4") == true }
      .flatMap { $0["addresses"] as? [String] ?? [] }
    #expect(addresses.count >= 3)
    try expectNothing(
      of: Self.names + addresses + ["example-net-ipv4", "198.51.100.", "Incident report 7"], in: path + "/release")
    #expect((report["totals"] as? [String: Any])?["watched_flows"] as? Int ?? 99 < 29)
  }

  @Test func `a withheld list never makes EXCLUSIVE`() throws {
    let claim = """
        - id: example-net-abroad
          prefix: 203.0.113.0/28
          actor: example-net
          relation: exclusive
          kind: dedicated-assignment
          valid_from: 2020-01-01
          as_of: 2026-11-01
          recorded_at: 2026-11-02
          basis: [routing, incident-report]
          sources: [{ref: A, reliability: B, credibility: 2, independent_group: a}]
          tlp: CLEAR
      """
    let catalog = try catalog(["demonstration-vpn": "AMBER"], more: claim)
    let (path, _, report) = try release(catalog)
    let full = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(path)/report.json"))) as? [String: Any])
    func verdicts(_ report: [String: Any]) throws -> [String: Set<String>] {
      try findings(report).reduce(into: [:]) { verdicts, finding in
        for claim in finding["claims"] as? [String] ?? [] {
          verdicts[claim, default: []].insert(finding["verdict"] as? String ?? "")
        }
      }
    }
    #expect(try verdicts(full)["example-net-abroad"] == ["shared"])
    #expect(
      try verdicts(report)["example-net-abroad"]?.isDisjoint(with: ["exclusive", "contested", "shared"]) != false)
    #expect(try verdicts(report)["example-net-ipv4"]?.contains("exclusive") == true)
    try expectNothing(of: ["demonstration-vpn", "203.0.113.0/25"], in: path + "/release")
    // The folder holds as before, made again under its excerpt with the labels.
    #expect(full["marking"] as? String == "TLP:AMBER")
    #expect(try Program.run(["verify", path]).exitCode == 0)
    #expect(try Program.run(["verify", path + "/release"]).exitCode == 0)
    // Without the list among what is withheld, it is judged as in full.
    #expect(try verdicts(release(catalog, "AMBER").report)["example-net-abroad"] == ["shared"])
  }

  @Test(arguments: [
    "story.pcapng", "verdicts.pcap", "slip-direct.pcap", "mail.pcap", "tls.pcap", "stories/chain.pcap",
    "protocols/forwarded.pcap", "damaged.pcap",
  ]) func `no local address, name or content is released`(capture: String) throws {
    let catalog = capture.contains("/") ? Program.capture("catalog.yaml") : Program.demonstration
    let (path, _, report) = try release(catalog, "CLEAR", capture: capture)
    let full = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(path)/report.json"))) as? [String: Any])
    var words: Set<String> = [capture, URL(filePath: capture).lastPathComponent]
    for flow in try findings(full).flatMap({ $0["flows"] as? [[String: Any]] ?? [] }) {
      words.insert(flow["uid"] as? String ?? "")
      words.insert(flow["community_id"] as? String ?? "")
      for side in ["orig", "resp"] where flow["local_\(side)"] as? Bool == true {
        words.insert(flow["id.\(side)_h"] as? String ?? "")
      }
    }
    for (_, text) in try contents(path + "/release") {
      let parts = Set(text.split { !($0.isLetter || $0.isNumber || ".:_-+/=".contains($0)) }.map(String.init))
      #expect(parts.isDisjoint(with: words.subtracting([""])))
    }
    #expect(try findings(report).count <= findings(full).count)
  }

  @Test func `the same key gives the same bytes, another one others`() throws {
    func files(_ path: String) throws -> [String: String] {
      Dictionary(uniqueKeysWithValues: try contents(path).map { ($0.name, $0.text) })
    }
    let catalog = try catalog(["example-net-former": "AMBER"])
    let one = try files(try release(catalog).path)
    #expect(one == (try files(try release(catalog, options: ["--threads", "1"]).path)))
    #expect(one == (try files(try release(catalog, "green", options: ["--threads", "3"]).path)))
    try Data((0..<32).map { UInt8($0) }).write(to: URL(filePath: key))
    let other = try files(try release(catalog).path)
    #expect(one["report.json"] == other["report.json"] && one["release/report.json"] != other["release/report.json"])
  }

  @Test func `a withheld item is opened and proves, a forged one does not`() throws {
    let (path, _, report) = try release(try catalog(["example-net-ipv4": "RED"]))
    let released = folder.path("elsewhere")
    try FileManager.default.copyItem(atPath: path + "/release", toPath: released)
    for item in ["claim example-net-ipv4", "finding F1"] {
      let run = try Program.run(["verify", path + "/release", "--open", item])
      #expect(run.exitCode == 0, "\(run.errors)")
      let file = folder.path("opening.json")
      func check(_ opening: [String: Any]) throws -> Int32 {
        try JSONSerialization.data(withJSONObject: opening).write(to: URL(filePath: file))
        return try Program.run(["verify", released, "--opening", file]).exitCode
      }
      let opening = run.json
      #expect(try check(opening) == 0)
      var forged: [(String, Any)] = [
        ("item", "finding F2"), ("value", ["verdict": "none"]), ("index", (opening["index"] as? Int ?? 0) ^ 1),
        ("proof", Array((opening["proof"] as? [String] ?? []).dropLast())), ("schema", "ascribe-opening/2"),
        ("salt", String(repeating: "00", count: 32)),
      ]
      if var value = opening["value"] as? [String: Any] {
        value["added"] = 1
        forged.append(("value", value))
      }
      for (name, value) in forged {
        var changed = opening
        changed[name] = value
        #expect(try check(changed) == 65, "\(item): \(name)")
      }
    }
    #expect(report["release"] != nil)
    #expect(try Program.run(["verify", released, "--open", "finding F1"]).exitCode == 66)
    let elsewhere = ["--openings", path + "/openings.json"]
    #expect(try Program.run(["verify", released, "--open", "finding F1"] + elsewhere).exitCode == 0)
    #expect(try Program.run(["verify", released, "--open", "finding F99"] + elsewhere).exitCode == 66)
    #expect(try Program.run(["verify", path, "--open", "finding F1"]).exitCode == 65)
  }

  @Test func `a signature is checked with the public key alone`() throws {
    // RFC 8032 section 7.1, test 1, in the containers of RFC 8410.
    func pem(_ label: String, _ base64: String, _ name: String) throws -> String {
      try "-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n".write(
        toFile: folder.path(name), atomically: true, encoding: .utf8)
      return folder.path(name)
    }
    let secret = try pem("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g", "key.pem")
    let known = try pem("PUBLIC KEY", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "pub.pem")
    let (path, _, _) = try release(Program.demonstration, options: ["--sign-key", secret])
    for signed in [path, path + "/release"] {
      #expect(try Program.run(["verify", signed, "--public-key", known]).exitCode == 0)
      let file = URL(filePath: signed + "/manifest.json.sig")
      var signature = try Data(contentsOf: file)
      #expect(signature.count == 64)
      signature[9] ^= 1
      try signature.write(to: file)
      #expect(try Program.run(["verify", signed, "--public-key", known]).exitCode == 65)
      try FileManager.default.removeItem(at: file)
      #expect(try Program.run(["verify", signed, "--public-key", known]).exitCode == 65)
    }
    #expect(try Program.run(["verify", path, "--public-key", secret]).exitCode == 64)
  }

  @Test func `what cannot be released is refused before a packet is read`() throws {
    let story = Program.capture("story.pcapng")
    func exit(_ options: [String], catalog: String = Program.demonstration) throws -> (Int32, String) {
      let run = try Program.run(["analyze", story, "-c", catalog] + options)
      return (run.exitCode, run.errors)
    }
    let output = ["-o", folder.path("refused")]
    #expect(try exit(["--release", "GREEN"]).0 == 64)
    #expect(try exit(output + ["--release-key", key]).0 == 64)
    #expect(try exit(output + ["--release", "WHITE"]).0 == 64)
    #expect(try exit(output + ["--release", "GREEN", "--tlp", "amber"]).0 == 64)
    let short = folder.path("short")
    try Data(count: 31).write(to: URL(filePath: short))
    #expect(try exit(output + ["--release", "GREEN", "--release-key", short]).0 == 64)
    #expect(try exit(output + ["--release", "GREEN", "--release-key", folder.path("none")]).0 == 66)
    #expect(try exit(output + ["--sign-key", short]).0 == 64)
    let sensor = folder.path("sensor.yaml")
    try String(contentsOfFile: catalog([:]), encoding: .utf8)
      .replacing("    vantage: tap\n", with: "    vantage: tap\n    tlp: RED\n")
      .write(toFile: sensor, atomically: true, encoding: .utf8)
    let refused = try exit(output + ["--release", "AMBER"], catalog: sensor)
    #expect(refused.0 == 64 && refused.1.contains("demonstration-tap"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("refused")))
    let marked = try Program.run([
      "analyze", story, "-c", Program.demonstration, "--tlp", "amber+strict", "--format", "json",
    ])
    #expect(marked.json["marking"] as? String == "TLP:AMBER+STRICT")
  }
}
