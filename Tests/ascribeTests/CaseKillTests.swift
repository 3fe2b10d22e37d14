import Foundation
import Packets
import TestSupport
import Testing

/// Runs that are killed at random instants: nothing that was acknowledged is lost, nothing is corrupt.
@Suite struct CaseKillTests {
  /// Kills; `ASCRIBE_KILLS=200` for the whole.
  private static let kills = ProcessInfo.processInfo.environment["ASCRIBE_KILLS"].flatMap(Int.init) ?? 20

  /// A capture of many flows, so that an ingest has several commits.
  private static func crowd(_ seed: UInt32, flows: UInt32) -> [UInt8] {
    let server = Endpoint(address: IPAddress(v4: 0xC000_0250), port: 53)
    let frames = (0..<flows).map { index in
      let client = Endpoint(address: IPAddress(v4: 0xC612_0000 | seed << 16 &+ index), port: 40_000)
      let bytes = FrameBuilder(from: client, to: server, transport: .udp, payload: [1, 2, 3]).bytes
      return TimedFrame(
        Timestamp(nanoseconds: 1_795_000_000_000_000_000 + Int64(seed) << 36 + Int64(index) * 1_000_000),
        bytes)
    }
    return CaptureWriter.pcap(frames)
  }

  private static func start(_ arguments: [String], errors: String) throws -> Process {
    let process = Process()
    process.executableURL = Program.executable
    process.arguments = arguments
    process.currentDirectoryURL = Program.root
    _ = FileManager.default.createFile(atPath: errors, contents: nil)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    return process
  }

  @Test func killedRunsLoseNothingThatWasAcknowledged() throws {
    let folder = try Scratch()
    var captures = ["story.pcapng", "mail.pcap", "tls.pcap"].map(Program.capture)
    for seed in UInt32(0)..<1 {
      try Data(Self.crowd(seed, flows: 21_000)).write(to: URL(filePath: folder.path("crowd\(seed).pcap")))
      captures.append(folder.path("crowd\(seed).pcap"))
    }
    func analyze(_ inputs: [String], _ path: String) -> [String] {
      ["analyze"] + inputs + ["-c", Program.demonstration, "--format", "json", "--store", path]
    }
    // Undisturbed, and how long that takes.
    let reference = folder.path("reference.db")
    let began = Date()
    for capture in captures { #expect(try Program.run(analyze([capture], reference)).exitCode == 0) }
    let length = Date().timeIntervalSince(began) / Double(captures.count)
    let undisturbed = try Program.run(analyze(captures, reference)).output
    #expect(!undisturbed.isEmpty)

    var random = SeededGenerator(seed: 5)
    var (path, round, killed) = (folder.path("0.db"), 0, 0)
    var acknowledged: Set<String> = []
    while killed < Self.kills {
      let capture = captures[Int.random(in: captures.indices, using: &random)]
      let process = try Self.start(analyze([capture], path), errors: folder.path("errors"))
      Thread.sleep(forTimeInterval: Double.random(in: 0...2 * length, using: &random))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        killed += 1
      }
      process.waitUntilExit()
      let errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
      for line in errors.split(separator: "\n") where line.contains(" is in the case: ") {
        acknowledged.insert(String(line.suffix(64)))
      }
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let list = try Program.run(["case", "list", path, "--format", "json"])
      // Before its first commit the file is no case yet, and nothing was acknowledged.
      if list.exitCode != 0 {
        #expect(acknowledged.isEmpty, "\(list.errors)")
        continue
      }
      let held = Set((list.json["captures"] as? [[String: Any]] ?? []).compactMap { $0["sha256"] as? String })
      #expect(acknowledged.isSubset(of: held))
      #expect(try Program.run(["case", "show", path, "--integrity"]).exitCode == 0)
      if killed % 10 == 0 || killed == Self.kills {
        // Going on gives what an undisturbed case gives.
        for capture in captures { #expect(try Program.run(analyze([capture], path)).exitCode == 0) }
        #expect(try Program.run(analyze(captures, path)).output == undisturbed)
        round += 1
        path = folder.path("\(round).db")
        acknowledged = []
      }
    }
  }
}
