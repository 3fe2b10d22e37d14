import Foundation
import Testing

/// `--sensor`: which sensor each input was captured at.
@Suite struct SensorTests {
  /// A catalog of the demonstration's claims with the sensors east, west and lb.
  private func catalog(_ folder: Scratch) throws -> [String] {
    let path = folder.path("sensors.yaml")
    try """
    sensors:
      - {id: east, vantage: tap, operator: East, upstream: Carrier 1, clock: {source: NTP, offset: 2ms}}
      - {id: lb, vantage: proxied, operator: East, upstream: Carrier 3}
      - {id: west, vantage: tap, operator: West, upstream: Carrier 2, clock: {source: GPS, offset: 0s}}
    """.write(toFile: path, atomically: true, encoding: .utf8)
    return ["-c", Program.demonstration, "-c", path, "--format", "json"]
  }

  /// A capture in a folder of its own, as another sensor took it, whose clock was so many seconds ahead.
  private func copy(_ folder: Scratch, _ name: String, ahead seconds: UInt8 = 0) throws -> String {
    let subfolder = folder.path(name)
    try FileManager.default.createDirectory(atPath: subfolder, withIntermediateDirectories: true)
    let file = subfolder + "/mail.pcap"
    var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Program.capture("mail.pcap"))))
    var record = 24
    while record + 16 <= bytes.count {
      // Little-endian; the lowest byte of no time here is that high.
      bytes[record] += seconds
      record += 16 + (8..<12).reversed().reduce(0) { $0 << 8 | Int(bytes[record + $1]) }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return subfolder
  }

  @Test func `two sensors on the same sessions corroborate the path`() throws {
    let folder = try Scratch()
    let options = try catalog(folder)
    let (one, two) = (try copy(folder, "one"), try copy(folder, "two", ahead: 1) + "/mail.pcap")
    func run(_ sensors: [String], _ inputs: [String]) throws -> Program.Run {
      try Program.run(["analyze"] + inputs + options + sensors.flatMap { ["--sensor", $0] })
    }
    let run1 = try run(["east=\(one)", "west=\(two)"], [one, two])
    #expect(run1.exitCode == 0, "\(run1.errors)")
    let findings = try #require(run1.json["findings"] as? [[String: Any]])
    #expect(!findings.isEmpty)
    let exclusive = findings.filter { $0["verdict"] as? String == "exclusive" }
    #expect(!exclusive.isEmpty)
    for finding in exclusive {
      let confidence = try #require(finding["confidence"] as? [String: Any])
      #expect(confidence["path"] as? String == "high")
      let because = try #require(confidence["because"] as? [String])
      #expect(because.contains { $0.contains("east and west") })
      #expect(!because.contains { $0.contains("the clock's offset is not known") })
    }
    let sensors = try #require(run1.json["sensors"] as? [[String: Any]])
    #expect(sensors.compactMap { $0["id"] as? String } == ["east", "west"])
    #expect(sensors.compactMap { $0["upstream"] as? String } == ["Carrier 1", "Carrier 2"])
    let inputs = try #require(run1.json["inputs"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    let indexes = sensors.compactMap { $0["inputs"] as? [Int] }
    #expect(indexes.map { $0.map { inputs[$0] } } == [[one + "/mail.pcap"], [two]])
    // The order of inputs and of options changes nothing.
    #expect(try run(["west=\(two)", "east=\(one)"], [two, one]).output == run1.output)

    // Two captures of one sensor are one line: nothing is corroborated.
    let same = try run(["east=\(one)", "east=\(two)"], [one, two])
    let paths = try #require(same.json["findings"] as? [[String: Any]]).map { $0["confidence"] as? [String: Any] }
    #expect(!paths.isEmpty)
    #expect(paths.allSatisfy { $0?["path"] as? String != "high" })
    // One capture given as that of two sensors is one capture.
    let three = try copy(folder, "three")
    let twice = try run(["east=\(one)", "west=\(three)"], [one, three])
    let levels = try #require(twice.json["findings"] as? [[String: Any]]).map { $0["confidence"] as? [String: Any] }
    #expect(!levels.isEmpty)
    #expect(levels.allSatisfy { $0?["path"] as? String != "high" })
    // What the proxied sensor saw stays unverifiable, what the other saw does not.
    let mixed = try run(["east=\(one)", "lb=\(two)"], [one, two])
    let reasons = try #require(mixed.json["findings"] as? [[String: Any]]).compactMap { $0["reason"] as? String }
    #expect(reasons.contains("direct") && reasons.contains("vantage"))
  }

  @Test(
    arguments: [
      (["east"], nil), (["nowhere"], "no sensor 'nowhere'"), (["east", "west"], "names no input"),
      (["east=a"], "not on the command line"), (["east=IN", "west=IN"], "two sensors"),
      (["east=IN", "west"], "names no input"), (["nowhere=IN"], "no sensor 'nowhere'"), (["east=IN", "east=IN"], nil),
    ] as [([String], String?)])
  func `every input has one sensor, or the run does not begin`(_ sensors: [String], _ says: String?) throws {
    let folder = try Scratch()
    let input = Program.capture("mail.pcap")
    let run = try Program.run(
      ["analyze", input] + catalog(folder)
        + sensors.flatMap { ["--sensor", $0.replacingOccurrences(of: "IN", with: input)] })
    #expect(run.exitCode == (says == nil ? 0 : 64), "\(run.errors)")
    if let says { #expect(run.errors.contains(says), "\(run.errors)") }
  }

  @Test func `an input without a sensor is named`() throws {
    let folder = try Scratch()
    let input = Program.capture("mail.pcap")
    let other = Program.capture("tls.pcap")
    let run = try Program.run(["analyze", input, other] + catalog(folder) + ["--sensor", "east=\(input)"])
    #expect(run.exitCode == 64)
    #expect(run.errors.contains("tls.pcap"))
  }
}
