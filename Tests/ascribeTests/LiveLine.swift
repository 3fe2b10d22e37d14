import Foundation

/// Two network namespaces with one line between them, on which frames are sent as they are.
struct LiveLine: ~Copyable {
  /// Whether namespaces can be made: it takes root and iproute2.
  static let isPossible = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/ip")

  /// The namespace in which is captured, at the interface `near`.
  let namespace: String
  private let other: String

  init() throws {
    let number = UInt32.random(in: .min ... .max)
    namespace = "ascribe-near-\(number)"
    other = "ascribe-far-\(number)"
    for name in [namespace, other] { try Self.ip("netns", "add", name) }
    try Self.ip("link", "add", "near", "netns", namespace, "type", "veth", "peer", "name", "far", "netns", other)
    for (name, end) in [(namespace, "near"), (other, "far")] {
      // No address and no neighbour discovery: the line carries what the test sends, and nothing else.
      try Self.ip("-n", name, "link", "set", "dev", end, "addrgenmode", "none")
      try Self.ip("-n", name, "link", "set", end, "up")
    }
  }

  deinit {
    for name in [namespace, other] { try? Self.ip("netns", "del", name) }
  }

  /// Takes an end of the line down or up.
  func set(up: Bool) throws { try Self.ip("-n", namespace, "link", "set", "near", up ? "up" : "down") }

  /// Sends the frames of a pcap file from the far end.
  ///
  /// - Parameters:
  ///   - capture: The file's path.
  ///   - times: How often.
  ///   - pause: Seconds between frames.
  /// - Throws: If they cannot be sent.
  func send(_ capture: String, times: Int = 1, pause: Double = 0.002) throws {
    try Self.run(sending(capture, times: times, pause: pause))
  }

  /// The same, while the test goes on.
  func sends(_ capture: String, times: Int) throws -> LiveProgram { try LiveProgram(sending(capture, times: times)) }

  private func sending(_ capture: String, times: Int, pause: Double = 0.002) -> [String] {
    let script = """
      import socket, struct, sys, time
      data = open(sys.argv[1], 'rb').read()
      line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
      line.bind(('far', 0))
      pause = float(sys.argv[3])
      for _ in range(int(sys.argv[2])):
        at = 24
        while at < len(data):
          length = struct.unpack_from('<I', data, at + 8)[0]
          line.send(data[at + 16:at + 16 + length])
          at += 16 + length
          if pause: time.sleep(pause)
      """
    return [
      "/usr/sbin/ip", "netns", "exec", other, "python3", "-c", script, capture, String(times), String(pause),
    ]
  }

  /// Starts the program at the near end.
  ///
  /// - Parameter arguments: Its arguments.
  /// - Returns: The program, which may still be starting.
  /// - Throws: If it cannot be started.
  func capture(_ arguments: [String]) throws -> LiveProgram {
    try LiveProgram(
      ["/usr/sbin/ip", "netns", "exec", namespace, Program.executable.path, "capture", "-i", "near"] + arguments)
  }

  private static func ip(_ arguments: String...) throws { try run(["/usr/sbin/ip"] + arguments) }

  private static func run(_ command: [String]) throws {
    let result = try Program.run(URL(filePath: command[0]), Array(command.dropFirst()))
    guard result.exitCode == 0 else { throw LiveLineError(description: "\(command): \(result.errors)") }
  }
}

/// Why a line cannot be used.
struct LiveLineError: Error, CustomStringConvertible {
  let description: String
}

/// A program that goes on while the test does other things.
final class LiveProgram {
  private let process = Process()
  private let folder: Scratch

  init(_ command: [String]) throws {
    folder = try Scratch()
    for name in ["output", "errors"] { _ = FileManager.default.createFile(atPath: folder.path(name), contents: nil) }
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = Program.root
    process.environment = ["PATH": "/usr/bin:/bin:/usr/sbin", "LC_ALL": "C", "TZ": "UTC"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: folder.path("output"))
    process.standardError = FileHandle(forWritingAtPath: folder.path("errors"))
    try process.run()
  }

  deinit { if process.isRunning { process.terminate() } }

  /// Number of the process, which `ip netns exec` has become.
  var number: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  var output: Data { (try? Data(contentsOf: URL(filePath: folder.path("output")))) ?? Data() }
  var errors: String { (try? String(contentsOfFile: folder.path("errors"), encoding: .utf8)) ?? "" }

  /// Standard output as a JSON object.
  var json: [String: Any] { (try? JSONSerialization.jsonObject(with: output) as? [String: Any]) ?? [:] }

  /// Waits until standard error holds a text.
  ///
  /// - Returns: Whether it did within a time that is long on a busy machine.
  func waits(for text: String, seconds: Double = 20) -> Bool {
    let end = Date.now + seconds
    while Date.now < end {
      if errors.contains(text) { return true }
      usleep(20_000)
    }
    return errors.contains(text)
  }

  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Ends it with a signal.
  ///
  /// - Returns: Its exit code.
  func end(_ number: Int32 = SIGTERM) -> Int32 {
    signal(number)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits for its end.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}
