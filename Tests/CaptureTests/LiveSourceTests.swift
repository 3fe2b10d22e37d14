import Foundation
import Testing

@testable import Capture

/// Interfaces; it takes root to open one.
@Suite(.enabled(if: geteuid() == 0, "skipped: opening an interface takes root"))
struct LiveSourceTests {
  @Test func `a capture ends although packets never cease`() throws {
    var options = LiveOptions(interfaces: ["lo"])
    options.filter = "udp and dst port 9"
    (options.ringLength, options.queueLength) = (1 << 20, 1 << 20)
    let source = try LiveSource(options, application: "test")
    try source.start()
    let flood = Process()
    flood.executableURL = URL(filePath: "/usr/bin/env")
    flood.arguments = [
      "python3", "-c",
      """
      import socket, time
      line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      end = time.monotonic() + 30
      while time.monotonic() < end: line.sendto(bytes(8000), ('127.0.0.1', 9))
      """,
    ]
    try flood.run()
    defer {
      kill(flood.processIdentifier, SIGKILL)
      flood.waitUntilExit()
    }
    var (outcome, turns, end) = (LiveSource.Outcome.idle, 0, Date.distantFuture)
    while outcome != .ended, Date.now < end {
      outcome = source.nextFrames(within: 50) { frames, _ in while frames.next() != nil {} }
      // More comes than is taken, and the ring is never empty.
      usleep(50_000)
      if outcome == .frames { turns += 1 }
      if turns == 10, end == .distantFuture {
        end = .now + 10
        source.stop()
      }
    }
    #expect(outcome == .ended)
    source.stop()
  }

  /// Their numbers of the process are alike here, as those of two containers on one network are.
  @Test func `two captures with several threads each see all packets, and once`() throws {
    var options = LiveOptions(interfaces: ["lo"])
    options.filter = "udp and dst host 127.9.9.9 and dst port 9"
    (options.ringLength, options.queueLength, options.threads) = (1 << 20, 1 << 20, 2)
    let sources = [
      try LiveSource(options, application: "test"), try LiveSource(options, application: "test"),
    ]
    for source in sources { try source.start() }
    let sender = Process()
    sender.executableURL = URL(filePath: "/usr/bin/env")
    sender.arguments = [
      "python3", "-c",
      """
      import socket
      for port in range(20000, 20064):
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind(('127.9.9.9', port))
        line.sendto(b'x', ('127.9.9.9', 9))
      """,
    ]
    try sender.run()
    sender.waitUntilExit()
    usleep(300_000)
    for source in sources {
      source.stop()
      var (outcome, count) = (LiveSource.Outcome.idle, 0)
      while outcome != .ended {
        outcome = source.nextFrames(within: 1_000) { frames, _ in while frames.next() != nil { count += 1 } }
      }
      #expect(count == 64)
    }
  }
}
