import Alerts
import Foundation
import FoundationNetworking
import Testing

@Suite struct MetricsTests {
  static var families: [MetricFamily] {
    var drops = MetricFamily("ascribe_kernel_dropped_packets", .counter, "Packets without \"room\".\nSecond line.")
    drops.add(5, ("interface", "eth0"))
    drops.add(0, ("interface", "a\"b\\c\nd"))
    var info = MetricFamily("ascribe_catalog", .info, "The catalog.")
    info.add(1, ("sha256", "00ff"))
    return [
      MetricFamily("ascribe_packets", .counter, "Packets read.", 18_000_000_000), drops, info,
      MetricFamily("ascribe_load", .gauge, "A fraction.", 0.25), MetricFamily("ascribe_nothing", .gauge, "Empty."),
    ]
  }

  @Test func prometheusTextIsExact() {
    #expect(
      MetricsPage.prometheus.text(Self.families) == #"""
        # HELP ascribe_packets_total Packets read.
        # TYPE ascribe_packets_total counter
        ascribe_packets_total 18000000000
        # HELP ascribe_kernel_dropped_packets_total Packets without "room".\nSecond line.
        # TYPE ascribe_kernel_dropped_packets_total counter
        ascribe_kernel_dropped_packets_total{interface="eth0"} 5
        ascribe_kernel_dropped_packets_total{interface="a\"b\\c\nd"} 0
        # HELP ascribe_catalog_info The catalog.
        # TYPE ascribe_catalog_info gauge
        ascribe_catalog_info{sha256="00ff"} 1
        # HELP ascribe_load A fraction.
        # TYPE ascribe_load gauge
        ascribe_load 0.25

        """#)
  }

  @Test func openMetricsNamesFamiliesAndEnds() {
    let text = MetricsPage(accept: "application/openmetrics-text; version=1.0.0,text/plain;q=0.5").text(Self.families)
    #expect(text.hasSuffix("# EOF\n"))
    #expect(text.contains("# TYPE ascribe_packets counter\nascribe_packets_total 18000000000\n"))
    #expect(text.contains("# TYPE ascribe_catalog info\nascribe_catalog_info{sha256=\"00ff\"} 1\n"))
    #expect(text.contains("# HELP ascribe_kernel_dropped_packets Packets without \\\"room\\\".\\nSecond line.\n"))
  }

  /// `promtool` of Debian's prometheus package reads the page without complaint.
  @Test(.enabled(if: promtool != nil, "promtool is not installed"))
  func promtoolAgrees() throws {
    let folder = try TestFolder()
    try MetricsPage.prometheus.text(Self.families).write(
      toFile: folder.path("metrics"), atomically: false, encoding: .utf8)
    let process = Process()
    process.executableURL = Self.promtool
    process.arguments = ["check", "metrics"]
    process.standardInput = FileHandle(forReadingAtPath: folder.path("metrics"))
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  static let promtool = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { URL(filePath: String($0)).appending(path: "promtool") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

  @Test func serverAnswersWithWhatWasPublished() async throws {
    let port = try ListeningSocket(stream: true).port
    let server = try MetricsServer(#require(NetworkPlace("127.0.0.1:\(port)")))
    server.publish(MetricsServer.State(families: Self.families))
    let (page, response) = try await Self.get("http://127.0.0.1:\(port)/metrics")
    #expect(response.statusCode == 200)
    #expect(response.value(forHTTPHeaderField: "Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
    #expect(page == MetricsPage.prometheus.text(Self.families))
    let (open, _) = try await Self.get("http://127.0.0.1:\(port)/metrics", accept: "application/openmetrics-text")
    #expect(open.hasSuffix("# EOF\n"))

    // Said again: on a busy machine more time may have gone by than a capture may be silent.
    server.publish(MetricsServer.State(families: Self.families))
    let (well, ok) = try await Self.get("http://127.0.0.1:\(port)/healthz")
    #expect(ok.statusCode == 200)
    #expect(well == "ok\n")
    server.publish(MetricsServer.State(faults: ["'eth0' gives no packets: gone", "disk full"]))
    let (ill, failing) = try await Self.get("http://127.0.0.1:\(port)/healthz")
    #expect(failing.statusCode == 503)
    #expect(ill == "'eth0' gives no packets: gone\ndisk full\n")
    let (_, other) = try await Self.get("http://127.0.0.1:\(port)/other")
    #expect(other.statusCode == 404)
  }

  @Test func connectionsAreBounded() throws {
    let port = try ListeningSocket(stream: true).port
    let server = try MetricsServer(#require(NetworkPlace("127.0.0.1:\(port)")))
    server.publish(MetricsServer.State(families: Self.families))
    let idle = try (0..<64).map { _ in try ListeningSocket.connect(to: port) }
    defer { for descriptor in idle { close(descriptor) } }
    let another = try ListeningSocket.connect(to: port)
    defer { close(another) }
    #expect(ListeningSocket.isClosed(another))
    // One that had been let in is answered, and so are headers without end.
    ListeningSocket.write("GET /healthz?why HTTP/1.1\r\nHost: a\r\n\r\n", to: idle[0])
    #expect(String(decoding: ListeningSocket.read(idle[0]), as: UTF8.self).hasPrefix("HTTP/1.1 200 OK\r\n"))
    ListeningSocket.write("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 17_000), to: idle[1])
    #expect(String(decoding: ListeningSocket.read(idle[1]), as: UTF8.self).hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    #expect(ListeningSocket.isClosed(idle[1]))
  }

  @Test func addressInUseIsRefused() throws {
    let taken = try ListeningSocket(stream: true)
    #expect(throws: (any Error).self) { try MetricsServer(#require(NetworkPlace("127.0.0.1:\(taken.port)"))) }
    #expect(throws: (any Error).self) { try MetricsServer(#require(NetworkPlace("no.such.host.example:9477"))) }
  }

  static func get(_ address: String, accept: String? = nil) async throws -> (String, HTTPURLResponse) {
    var request = URLRequest(url: try #require(URL(string: address)))
    if let accept { request.setValue(accept, forHTTPHeaderField: "Accept") }
    let (data, response) = try await URLSession.shared.data(for: request)
    return (String(decoding: data, as: UTF8.self), try #require(response as? HTTPURLResponse))
  }
}
