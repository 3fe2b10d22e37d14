import Foundation
import Testing

/// What is left of a capture's rights, as /proc tells; needs root, and is skipped without.
@Suite(.enabled(if: geteuid() == 0), .serialized)
struct CaptureRightsTests {
  /// Starts a capture of nothing on the loopback interface.
  private func start(_ executable: URL, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments + ["-c", Program.demonstration, "-f", "tcp port 9", "--no-view"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Fields of /proc/PID/status once the process is confined; as they are after ten seconds if it never is.
  private func status(_ process: Process) throws -> [String: String] {
    var fields: [String: String] = [:]
    for _ in 0..<200 where fields["Seccomp"] != "2" && process.isRunning {
      usleep(50_000)
      let text = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1).map { $0.split(separator: "\t").joined(separator: " ") }
        fields[parts[0]] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
      }
    }
    return fields
  }

  private func end(_ process: Process) -> Int32 {
    process.interrupt()
    process.waitUntilExit()
    return process.terminationStatus
  }

  private static let nothing = "0000000000000000"

  @Test func rootBecomesNobodyWithNothingLeft() throws {
    let scratch = try Scratch()
    let process = try start(Program.executable, ["capture", "-i", "lo", "--write", scratch.path("new/evidence")])
    let status = try status(process)
    let tasks = "/proc/\(process.processIdentifier)/task"
    var threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
    // They begin soon after it is said that the capture has.
    for _ in 0..<200 where threads.count < 2 {
      usleep(20_000)
      threads = try FileManager.default.contentsOfDirectory(atPath: tasks)
    }
    let inThreads = try threads.map {
      try String(contentsOfFile: "/proc/\(process.processIdentifier)/task/\($0)/status", encoding: .utf8)
    }
    // Field 19 of proc(5)'s stat; the second, a name in brackets, has no blank here.
    let stat = try String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
    let niceness = stat.split(separator: " ")[18]
    #expect(status["Uid"] == "65534 65534 65534 65534")
    #expect(status["Gid"] == "65534 65534 65534 65534")
    #expect(status["Groups"] == "")
    for name in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] { #expect(status[name] == Self.nothing, "\(name)") }
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Seccomp"] == "2")
    #expect(threads.count > 1)
    for thread in inThreads {
      #expect(thread.contains("CapEff:\t\(Self.nothing)") && thread.contains("Uid:\t65534\t65534\t65534\t65534"))
      #expect(thread.contains("NoNewPrivs:\t1") && thread.contains("Seccomp:\t2"))
    }
    // What nice(1) is allowed, a capture is allowed too, unless its priority was chosen.
    let nice = URL(filePath: "/usr/bin/nice")
    let usual = try Program.run(nice, []).text
    let expected = usual == "0\n" ? try Program.run(nice, ["-n", "-10", "nice"]).text : usual
    #expect(niceness + "\n" == expected)
    #expect(end(process) == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path("new/evidence"))
    #expect(files.contains { $0.hasSuffix(".sha256") })
  }

  /// Swift's own threads, which answer, look after each other once a second.
  @Test func confinedCapturesAnswerForMetricsAllTheTime() throws {
    let process = try start(Program.executable, ["capture", "-i", "lo", "--metrics", "127.0.0.1:9479"])
    _ = try status(process)
    var answers = 0
    for _ in 0..<30 where process.isRunning {
      usleep(100_000)
      let run = try Program.run(URL(filePath: "/usr/bin/curl"), ["-sf", "http://127.0.0.1:9479/metrics"])
      if run.text.contains("ascribe_packets_total") { answers += 1 }
    }
    #expect(process.isRunning && answers > 20)
    #expect(end(process) == 0)
  }

  /// Whoever opens more connections than the process may have ends them all, and not the server.
  @Test func metricsAreThereAgainAfterTooManyConnections() throws {
    let crowd = """
      import socket, time
      held = []
      try:
        for _ in range(300): held.append(socket.create_connection(('127.0.0.1', 9481), 1))
      except OSError: pass
      time.sleep(1)
      """
    let script = """
      ulimit -S -n 64
      "$0" capture -i lo -f 'tcp port 9' -c "$1" --no-view --metrics 127.0.0.1:9481 >/dev/null & capture=$!
      ulimit -S -n 512
      sleep 2; python3 -c "$2"; sleep 3
      curl -s -m 5 http://127.0.0.1:9481/healthz
      kill -INT $capture; wait $capture
      """
    let run = try Program.run(
      URL(filePath: "/bin/sh"), ["-c", script, Program.executable.path, Program.demonstration, crowd])
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.text == "ok\n")
  }

  @Test func rootStaysOnlyWhereAskedTo() throws {
    let process = try start(Program.executable, ["capture", "-i", "lo", "--user", "root"])
    let status = try status(process)
    #expect(status["Uid"] == "0 0 0 0")
    #expect(status["CapEff"] == Self.nothing && status["CapBnd"] == Self.nothing)
    #expect(end(process) == 0)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/sbin/setcap")))
  func aFileCapabilityIsEnough() throws {
    let scratch = try Scratch()
    let copy = scratch.path("ascribe")
    try FileManager.default.copyItem(atPath: Program.executable.path, toPath: copy)
    let grant = try Program.run(URL(filePath: "/sbin/setcap"), ["cap_net_raw=ep", copy])
    #expect(grant.exitCode == 0)
    let asUser = ["--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let process = try start(URL(filePath: "/usr/bin/setpriv"), asUser + [copy, "capture", "-i", "lo"])
    let status = try status(process)
    #expect(status["Uid"] == "65534 65534 65534 65534")
    #expect(status["CapEff"] == Self.nothing && status["CapPrm"] == Self.nothing)
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Seccomp"] == "2")
    #expect(end(process) == 0)
  }

  @Test func withoutAnyRightNothingIsCaptured() throws {
    let asUser = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all"]
    let process = try start(
      URL(filePath: "/usr/bin/setpriv"), asUser + [Program.executable.path, "capture", "-i", "lo"])
    process.waitUntilExit()
    // Where this user cannot even run the program, that is what setpriv says.
    #expect([77, 126].contains(process.terminationStatus))
  }

  @Test func aFolderOfOthersIsNotGivenAway() throws {
    let scratch = try Scratch()
    let folder = scratch.path("mine")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let run = try Program.run(["capture", "-i", "lo", "-c", Program.demonstration, "--write", folder])
    #expect(run.exitCode == 74)
    #expect(run.errors.contains("may not be written by 'nobody'"))
  }

  @Test func anUnknownUserIsAUsageError() throws {
    let run = try Program.run(["capture", "-i", "lo", "-c", Program.demonstration, "--user", "no-such-user"])
    #expect(run.exitCode == 64)
  }

  /// The view through a terminal of script(1).
  @Test func theScreenIsGivenBack() throws {
    let command =
      "stty cols 80 rows 24; timeout --foreground -s INT 2 '\(Program.executable.path)' capture -i lo -f 'tcp port 9' "
      + "-c '\(Program.demonstration)' --view"
    let run = try Program.run(
      URL(filePath: "/usr/bin/env"), ["TERM=xterm", "script", "-qec", command, "/dev/null"])
    let entered = try #require(run.text.range(of: "\u{1B}[?1049h"))
    let left = try #require(run.text.range(of: "\u{1B}[?25h\u{1B}[?1049l"))
    #expect(entered.lowerBound < left.lowerBound)
    #expect(run.text[entered.upperBound..<left.lowerBound].contains("WATCHED BY VERDICT"))
  }

  /// The second request ends the program at once.
  @Test func theScreenIsGivenBackToWhoIsInAHurry() throws {
    let command =
      "'\(Program.executable.path)' capture -i lo -f 'tcp port 9' -c '\(Program.demonstration)' --view & "
      + "sleep 2; kill -INT $!; sleep 0.01; kill -INT $!; wait"
    let run = try Program.run(
      URL(filePath: "/usr/bin/env"), ["TERM=xterm", "script", "-qec", command, "/dev/null"])
    let entered = try #require(run.text.range(of: "\u{1B}[?1049h"))
    let left = try #require(run.text.range(of: "\u{1B}[?25h\u{1B}[?1049l"))
    #expect(entered.lowerBound < left.lowerBound)
  }

  @Test func noTerminalNoView() throws {
    let run = try Program.run(["capture", "-i", "lo", "-c", Program.demonstration, "--view"])
    #expect(run.exitCode == 64)
    #expect(run.errors.contains("--view needs a terminal"))
  }
}
