import Alerts
import ArgumentParser
import Foundation
import Reports

/// Where verdicts go while the capture goes on, and where its figures can be read.
struct AlertArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Append verdicts to a file as JSON lines; begun anew where the file was moved away", valueName: "path"))
  var alerts: String?

  @Option(
    help: ArgumentHelp(
      "Send verdicts to syslog (RFC 5424): udp://HOST:PORT, tcp://HOST:PORT or unix:/dev/log", valueName: "target"))
  var syslog: String?

  @Option(
    help: ArgumentHelp(
      "Post verdicts as JSON to an http or https URL; tried again until it is taken", valueName: "url"))
  var webhook: String?

  @Option(
    help: ArgumentHelp(
      "Run a command for each verdict, by /bin/sh -c, with its JSON line on standard input", valueName: "command"))
  var exec: String?

  @Option(help: ArgumentHelp("Commands of --exec that run at once", valueName: "n"))
  var execLimit = 4

  @Option(help: ArgumentHelp("Seconds after which a command of --exec is killed", valueName: "s"))
  var execTimeout: Double = 30

  @Option(
    help: ArgumentHelp(
      "Serve /metrics (Prometheus) and /healthz over HTTP to whoever reaches the address: use 127.0.0.1:PORT unless "
        + "others are to read them (default: off)", valueName: "host:port"))
  var metrics: String?

  func validate() throws {
    if let syslog, SyslogTarget(syslog) == nil {
      throw ValidationError("--syslog takes udp://HOST:PORT, tcp://HOST:PORT or unix:/PATH, not '\(syslog)'.")
    }
    if let webhook, WebhookSink.url(webhook) == nil {
      throw ValidationError("--webhook takes a URL that begins with http:// or https:// and names a host.")
    }
    if let metrics, NetworkPlace(metrics) == nil {
      throw ValidationError("--metrics takes HOST:PORT, such as 127.0.0.1:9477, not '\(metrics)'.")
    }
    if let exec, exec.allSatisfy(\.isWhitespace) { throw ValidationError("--exec takes a command; it is empty.") }
    guard (1...64).contains(execLimit), execTimeout > 0, execTimeout <= 3_600 else {
      throw ValidationError("--exec-limit takes 1 to 64, --exec-timeout more than 0 and at most 3600 seconds.")
    }
  }

  /// The folder of the file that gets verdicts.
  var folder: String? { alerts.map { URL(filePath: $0).deletingLastPathComponent().path } }

  /// Whether verdicts or figures go over a network.
  var usesNetwork: Bool { syslog != nil || webhook != nil || metrics != nil }

  /// Opens the ways to the sinks.
  ///
  /// - Parameters:
  ///   - format: What standard error says.
  ///   - exits: Counts how commands end.
  /// - Returns: The desk.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  func desk(events format: VerdictFeed.Format, exits: HookSink.Exits) throws -> AlertDesk {
    var lanes: [AlertLane] = []
    // Who reads standard error again wants to see it.
    var often = Backoff()
    (often.first, often.limit) = (50, 1_000)
    switch format {
    case .none: break
    case .text:
      lanes.append(AlertLane(name: "stderr", backoff: often) { LineSink(line: \.text, write: Console.offer) })
    case .json:
      lanes.append(AlertLane(name: "stderr", backoff: often) { LineSink(line: \.json, write: Console.offer) })
    }
    if let alerts {
      if let fault = LineFileSink.fault(of: alerts) {
        Console.note(
          "error: \(Console.printable(alerts)) cannot be written: \(fault); name a file in a folder that exists.")
        throw ExitCode.cannotWrite
      }
      lanes.append(AlertLane(name: "file") { LineFileSink(path: alerts) })
    }
    if let target = syslog.flatMap(SyslogTarget.init) {
      let message = SyslogMessage(host: ProcessInfo.processInfo.hostName, process: getpid())
      lanes.append(AlertLane(name: "syslog") { SyslogSink(target: target, message: message) })
    }
    if let url = webhook.flatMap(WebhookSink.url) {
      lanes.append(AlertLane(name: "webhook") { WebhookSink(url: url, application: "ascribe/\(Ascribe.version)") })
    }
    if let exec {
      let seconds = execTimeout
      lanes.append(
        AlertLane(name: "exec", threads: execLimit) { HookSink(command: exec, seconds: seconds, exits: exits) })
    }
    return AlertDesk(lanes: lanes)
  }

  /// Begins to serve metrics.
  ///
  /// - Returns: The server; nothing if none was asked for.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  func server() throws -> MetricsServer? {
    guard let metrics, let place = NetworkPlace(metrics) else { return nil }
    do { return try MetricsServer(place) } catch {
      Console.note(
        "error: --metrics cannot listen on '\(Console.printable(metrics))'. Name an address of this machine and a free port."
      )
      throw ExitCode.cannotWrite
    }
  }
}
