import Alerts
import Assessment
import Foundation
import Glibc
import Testing

@Suite struct SyslogTests {
  static let message = SyslogMessage(host: "sensor-1", process: 4711)

  static func lane(_ target: SyslogTarget) -> AlertLane {
    AlertLane(name: "syslog", backoff: .quick) { SyslogSink(target: target, message: message) }
  }

  @Test func messageSaysWhatTheAlertSays() throws {
    let record = try #require(SyslogRecord(Self.message.bytes(of: .sample())))
    // local0.alert
    #expect(record.priority == 129)
    #expect(record.time == "2014-11-24T09:30:00.123456Z")
    #expect(record.host == "sensor-1")
    #expect(record.application == "ascribe")
    #expect(record.process == "4711")
    #expect(record.identifier == "verdict")
    #expect(record.dataName == "ascribe@32473")
    #expect(
      record.parameters == [
        "uid": "C1a2b3", "verdict": "exclusive", "reason": "direct", "grade": "E4", "actor": "Example country network",
        "claim": "example-net-ipv4", "state": "provisional", "packets": "2000", "drops": "3",
      ])
    #expect(record.text == "EXCLUSIVE (direct)")
  }

  @Test func severityFollowsTheVerdict() {
    let severities = Verdict.allCases.map(SyslogMessage.severity)
    #expect(severities == [1, 4, 5, 5, 5, 6])
  }

  @Test(arguments: [
    "a\"b]c\\d", "]", "\\", "x\u{0}y\nz", "\u{202E}gnp.exe", "é\u{301}中文😀", String(repeating: "\"", count: 5_000),
    "[x@1 y=\"z\"]",
  ])
  func hostileNamesStayValues(name: String) throws {
    let bytes = Self.message.bytes(of: .sample(actor: name))
    #expect(bytes.count <= SyslogMessage.limit)
    let record = try #require(SyslogRecord(bytes))
    #expect(record.parameters.count == 9)
    let visible = name.unicodeScalars.filter { ![.control, .format].contains($0.properties.generalCategory) }
    #expect(record.parameters["actor"].map { Array($0.unicodeScalars) } == Array(visible.prefix(256)))
  }

  @Test func longTextIsCutBetweenCharacters() throws {
    let bytes = Self.message.bytes(of: .sample(text: String(repeating: "中", count: 2_000)))
    #expect((SyslogMessage.limit - 3...SyslogMessage.limit).contains(bytes.count))
    #expect(try #require(SyslogRecord(bytes)).text.allSatisfy { $0 == "中" })
  }

  @Test(arguments: ["", "a b", "\u{7}", "host\nname"])
  func hostNameIsOneWord(name: String) throws {
    let message = SyslogMessage(host: name, process: 1)
    #expect(SyslogRecord(message.bytes(of: .sample())) != nil)
  }

  @Test func datagramsHoldOneMessageEach() throws {
    let receiver = try ListeningSocket(stream: false)
    let lane = Self.lane(.udp(host: "127.0.0.1", port: receiver.port))
    for number in 1...3 { #expect(lane.offer(.sample(UInt64(number)))) }
    for _ in 1...3 { #expect(SyslogRecord(ListeningSocket.read(receiver.descriptor)) != nil) }
    lane.close()
  }

  @Test func unixSocketIsConnectedOnceItIsThere() throws {
    let folder = try TestFolder()
    let lane = Self.lane(.unix(path: folder.path("log")))
    #expect(lane.offer(.sample()))
    #expect(eventually { lane.figures.retries > 2 })
    let receiver = try ListeningSocket(path: folder.path("log"))
    #expect(SyslogRecord(ListeningSocket.read(receiver.descriptor)) != nil)
    #expect(eventually { lane.figures.taken == 1 })
    lane.close()
  }

  @Test func streamCountsOctetsAndSurvivesTheOtherSide() throws {
    let receiver = try ListeningSocket(stream: true)
    let lane = Self.lane(.tcp(host: "127.0.0.1", port: receiver.port))
    for number in 1...3 { #expect(lane.offer(.sample(UInt64(number), text: "中"))) }
    let first = receiver.accept()
    var bytes: [UInt8] = []
    let whole = try #require(Self.frames([]))
    #expect(whole.isEmpty)
    while Self.frames(bytes)?.count != 3 {
      let more = ListeningSocket.read(first)
      guard !more.isEmpty else { break }
      bytes += more
    }
    #expect(Self.frames(bytes)?.count == 3)
    close(first)
    #expect(lane.offer(.sample(4)))
    let second = receiver.accept()
    #expect(Self.frames(ListeningSocket.read(second))?.count == 1)
    #expect(eventually { lane.figures.taken == 4 })
    close(second)
    lane.close()
  }

  /// The messages of a stream; nothing if it strays from RFC 6587 section 3.4.1.
  static func frames(_ bytes: [UInt8]) -> [SyslogRecord]? {
    var (rest, records) = (bytes[...], [SyslogRecord]())
    while !rest.isEmpty {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")), rest.first != UInt8(ascii: "0"),
        let length = Int(String(decoding: rest[..<space], as: UTF8.self)), rest[space...].dropFirst().count >= length,
        let record = SyslogRecord(Array(rest[space...].dropFirst().prefix(length)))
      else { return nil }
      records.append(record)
      rest = rest[space...].dropFirst(1 + length)
    }
    return records
  }

  @Test func targetsAreRead() {
    #expect(SyslogTarget("udp://10.0.0.1:514") == .udp(host: "10.0.0.1", port: 514))
    #expect(SyslogTarget("tcp://[2001:db8::1]:601") == .tcp(host: "2001:db8::1", port: 601))
    #expect(SyslogTarget("unix:/dev/log") == .unix(path: "/dev/log"))
    #expect(SyslogTarget("unix:///dev/log") == .unix(path: "/dev/log"))
    for text in [
      "", "udp://", "udp://host", "udp://host:0", "udp://host:65536", "udp://:514", "http://h:1", "unix:log",
      "tcp://2001:db8::1:601", "tcp://h/x:601", "unix:/" + String(repeating: "x", count: 107),
    ] { #expect(SyslogTarget(text) == nil, "\(text)") }
  }
}
