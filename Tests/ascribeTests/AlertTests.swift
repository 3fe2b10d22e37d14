import Alerts
import Foundation
import Glibc
import Testing

@testable import ascribe

/// Verdicts of a live capture where they go, end to end.
@Suite(.serialized) struct AlertTests {
  /// Two network namespaces, joined by a pair of interfaces, that go with the last reference.
  final class Line {
    /// 198.51.100.7, in a range of the demonstration catalog.
    let outside = "aa\(getpid())o"
    /// 192.0.2.80.
    let inside = "aa\(getpid())i"

    static let isPossible =
      getuid() == 0
      && ["/usr/sbin/ip", "/usr/sbin/ethtool", "/usr/bin/curl", "/usr/bin/python3"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
      }

    init() throws {
      // Unfinished checksums of veth packets would make their evidence refused.
      let code = AlertTests.shell(
        """
        set -e
        PATH=/usr/sbin:/usr/bin:/bin
        ip netns add \(outside); ip netns add \(inside)
        ip link add v0 netns \(outside) type veth peer name v1 netns \(inside)
        ip -n \(outside) addr add 198.51.100.7/24 dev v0; ip -n \(inside) addr add 192.0.2.80/24 dev v1
        for n in "\(outside) v0" "\(inside) v1"; do
          set -- $n
          ip -n $1 link set lo up; ip -n $1 link set $2 up; ip -n $1 route add default dev $2
          ip netns exec $1 ethtool -K $2 tx off >/dev/null
        done
        """)
      guard code == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    deinit {
      for name in [outside, inside] {
        _ = AlertTests.shell("/usr/sbin/ip netns del \(name)")
      }
    }
  }

  /// Runs a script in a shell to its end, whatever it leaves behind.
  ///
  /// - Returns: Its exit code.
  static func shell(_ script: String) -> Int32 {
    // The text lives through the call.
    unsafe system(script) >> 8 & 0xFF
  }

  /// Answers POST with 204 and writes each body behind the time at which it came; fails the first time.
  static let receiver = """
    import http.server, time
    class Handler(http.server.BaseHTTPRequestHandler):
      count = 0
      def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        Handler.count += 1
        if Handler.count > 1: print(time.time(), body.decode(), flush=True)
        self.send_response(503 if Handler.count == 1 else 204)
        self.send_header('Content-Length', '0')
        self.end_headers()
      def log_message(self, *a): pass
    http.server.HTTPServer(('127.0.0.1', 8099), Handler).serve_forever()
    """

  @Test(.enabled(if: Line.isPossible, "needs root, ip, ethtool, curl and python3"))
  func verdictReachesEverySinkWithinTwoSeconds() throws {
    let line = try Line()
    let folder = try Scratch()
    try Self.receiver.write(toFile: folder.path("receiver.py"), atomically: false, encoding: .utf8)
    // The capture gives the rights of root up, and writes here all the same.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path(""))
    try "hello".write(toFile: folder.path("index.html"), atomically: false, encoding: .utf8)
    let code = Self.shell(
      """
      PATH=/usr/sbin:/usr/bin:/bin
      cd \(folder.path("."))
      ip netns exec \(line.inside) python3 -m http.server 80 >/dev/null 2>&1 & web=$!
      ip netns exec \(line.inside) python3 receiver.py > hook.out & hook=$!
      sleep 1
      ip netns exec \(line.inside) \(Program.executable.path) capture -i v1 -c \(Program.demonstration) \
        --alerts alerts.jsonl --webhook http://127.0.0.1:8099/hook --exec 'cat >> exec.out; nice > hook.nice' --metrics 127.0.0.1:9477 \
        --syslog unix:/nonexistent/log --format json > report.json 2> errors & capture=$!
      for i in 1 2 3 4 5 6 7 8 9 10; do
        ip netns exec \(line.inside) curl -s http://127.0.0.1:9477/healthz > health && break
        sleep 0.2
      done
      ip netns exec \(line.outside) curl -s http://192.0.2.80/index.html > /dev/null
      sleep 2
      ip netns exec \(line.inside) curl -s http://127.0.0.1:9477/metrics > metrics
      kill -INT $capture
      wait $capture; code=$?
      kill -KILL $web $hook
      nice > usual.nice
      exit $code
      """)
    func text(_ name: String) -> String { (try? String(contentsOfFile: folder.path(name), encoding: .utf8)) ?? "" }
    #expect(code == 0)
    #expect(text("health") == "ok\n")
    let verdict = try #require(text("errors").split(separator: "\n").first { $0.contains("EXCLUSIVE (direct)") })
    #expect(verdict.contains("provisional  dropped 0 of "))
    // A sink that nobody listens to is said, and holds nothing up.
    #expect(text("errors").contains("syslog: 0 alerts delivered, 1 lost"))

    let file = text("alerts.jsonl").split(separator: "\n").map(String.init)
    #expect(file.count == 1)
    let alert = try Self.object(try #require(file.first))
    #expect(alert["verdict"] as? String == "exclusive")
    #expect(alert["provisional"] as? Bool == true)
    #expect(alert["drops"] as? Int == 0)
    #expect(alert["packets"] as? Int != nil)
    #expect(text("exec.out").split(separator: "\n").map(String.init) == file)
    // The capture goes before other programs, its hooks do not.
    #expect(text("hook.nice") == text("usual.nice"))

    let hooked = text("hook.out").split(separator: "\n")
    #expect(hooked.count == 1)
    let words = try #require(hooked.first).split(separator: " ", maxSplits: 1)
    #expect(words.last.map(String.init) == file.first)
    let (came, sent) = (try #require(Double(words[0])), try #require(alert["ts"] as? String))
    let parts = sent.dropLast().split(separator: ".")
    let second = try #require(try? Date("\(parts[0])Z", strategy: .iso8601)).timeIntervalSince1970
    let start = second + (Double("0.\(parts[1])") ?? 0)
    // Tried again half a second after the receiver failed.
    #expect(came - start < 2)

    let metrics = text("metrics")
    #expect(metrics.contains("\nascribe_alerts_sent_total{sink=\"webhook\"} 1\n"))
    #expect(metrics.contains("\nascribe_alerts_retried_total{sink=\"webhook\"} 1\n"))
    #expect(metrics.contains("\nascribe_exec_ends_total{code=\"0\"} 1\n"))
    #expect(metrics.contains("\nascribe_interface_up{interface=\"v1\"} 1\n"))
    // Also of a process that may open no file of /proc.
    let memory = metrics.split(separator: "\n").first { $0.hasPrefix("process_resident_memory_bytes ") }
    #expect((memory?.split(separator: " ").last.flatMap { Double($0) } ?? 0) > 1_048_576)
  }

  /// DHCP clients and editors put another file in the place of the one that was there.
  @Test(.enabled(if: Line.isPossible, "needs root, ip, ethtool, curl and python3"))
  func namesAreFoundAlsoInFilesThatWereReplaced() throws {
    let line = try Line()
    let folder = try Scratch()
    try Self.receiver.write(toFile: folder.path("receiver.py"), atomically: false, encoding: .utf8)
    try "hello".write(toFile: folder.path("index.html"), atomically: false, encoding: .utf8)
    let code = Self.shell(
      """
      PATH=/usr/sbin:/usr/bin:/bin
      cd \(folder.path("."))
      cp -a /etc etc
      ip netns exec \(line.inside) python3 -m http.server 80 >/dev/null 2>&1 & web=$!
      ip netns exec \(line.inside) python3 receiver.py > hook.out & hook=$!
      # A tree of files of its own, that ends with it.
      ip netns exec \(line.inside) sh -c 'mount --bind etc /etc && exec "$@"' sh \
        \(Program.executable.path) capture -i v1 -c \(Program.demonstration) \
        --webhook http://hook.test:8099/hook > report 2> errors & capture=$!
      sleep 2
      { cat etc/hosts; echo 127.0.0.1 hook.test; } > etc/hosts.new; mv etc/hosts.new etc/hosts
      ip netns exec \(line.outside) curl -s http://192.0.2.80/index.html > /dev/null
      sleep 3
      kill -INT $capture
      wait $capture; code=$?
      kill -KILL $web $hook
      exit $code
      """)
    #expect(code == 0)
    let errors = (try? String(contentsOfFile: folder.path("errors"), encoding: .utf8)) ?? ""
    let hooked = (try? String(contentsOfFile: folder.path("hook.out"), encoding: .utf8)) ?? ""
    #expect(hooked.split(separator: "\n").count == 1, "\(errors)")
  }

  static func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  /// What stands in a pipe that nobody reads holds neither the capture nor its end up.
  @Test(.enabled(if: getuid() == 0))
  func standardErrorNeedsNoReader() throws {
    let folder = try Scratch()
    let code = Self.shell(
      """
      PATH=/usr/sbin:/usr/bin:/bin
      cd \(folder.path("."))
      mkfifo errors
      # Both ends are held, and all its room is taken.
      exec 3<>errors
      timeout 2 head -c 65536 /dev/zero >&3
      timeout -s KILL 20 \(Program.executable.path) capture -i lo -c \(Program.demonstration) -f 'tcp port 9' \
        --duration 1 --no-view --format json > report.json 2>&3
      """)
    #expect(code == 0)
    let report = try Data(contentsOf: URL(filePath: folder.path("report.json")))
    #expect((try JSONSerialization.jsonObject(with: report) as? [String: Any])?["interrupted"] as? Bool == false)
  }

  @Test(arguments: [
    ["--syslog", "udp://host"], ["--syslog", "unix:log"], ["--webhook", "file:///etc/passwd"], ["--webhook", "x"],
    ["--metrics", "9477"], ["--metrics", "127.0.0.1:0"], ["--exec", " "], ["--exec-limit", "0"],
    ["--exec-timeout", "-1"],
  ])
  func wrongTargetIsAUsageError(options: [String]) throws {
    let run = try Program.run(["capture", "-i", "lo", "-c", Program.demonstration] + options)
    #expect(run.exitCode == 64)
    #expect(run.errors.contains(options[0]))
    // The secret part of a webhook's URL is not repeated.
    #expect(!run.errors.contains("passwd"))
  }

  /// A sink that hangs does not take alerts again.
  @Test func whyAlertsAreLostIsSaid() {
    func words(_ figures: AlertLane.Figures, withoutRoom: UInt64) -> String {
      AlertNotes.words("exec", figures, newlyDropped: 5, withoutRoom: withoutRoom)
    }
    var figures = AlertLane.Figures()
    figures.waiting = 8_192
    #expect(
      words(figures, withoutRoom: 4)
        == "exec: takes alerts more slowly than they come; 5 alerts lost, 4 of them since the queue was full; 8192 waiting."
    )
    figures.waiting = 0
    #expect(words(figures, withoutRoom: 0) == "exec: takes alerts again; 5 alerts lost.")
    figures.fault = "the hook ends with 1"
    #expect(words(figures, withoutRoom: 0) == "exec: the hook ends with 1; 5 alerts lost.")
  }
}
