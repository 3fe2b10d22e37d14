import Foundation
import Packets
import Reports

/// What a report and a flow log must say alike: flows, and how many of them are attributed or why not.
struct FlowTally: Equatable {
  private struct Share: Equatable {
    var flows: UInt64 = 0
    var packets: UInt64 = 0
    var bytes: UInt64 = 0
    /// When the first began, in microseconds.
    var first = Int64.max
  }

  /// Bytes that no line of a log has; one that is longer ends the reading.
  private static let longestLine = 1 << 24

  private var flows: UInt64 = 0
  /// By verdict, reason and actor; nothing of flows without a verdict, which findings do not tell apart.
  private var shares: [String: Share] = [:]

  /// What a report says.
  init(_ report: ReportDocument) {
    flows = report.totals.flows
    for finding in report.findings {
      add(
        // An actor may be named as the log writes none, which it then escapes.
        [finding.verdict, finding.reason, finding.actor.map { $0.id == "-" ? "\\x2d" : $0.id } ?? "-"],
        Share(
          flows: finding.flowCount, packets: finding.packets, bytes: finding.bytes,
          first: Self.microseconds(Timestamp(finding.firstSeen)?.epochDescription ?? "")))
    }
  }

  /// What a Zeek log says, as far as it reads.
  ///
  /// - Parameter path: Its path.
  /// - Complexity: O(n) in its bytes, and constant space.
  init(log path: String) {
    let file = ReportFolder.open(path)
    var (rest, columns) = (Data(), [Substring: Int]())
    while rest.count <= Self.longestLine, let data = try? file?.read(upToCount: 1 << 20), !data.isEmpty {
      rest.append(data)
      let end = rest.lastIndex(of: UInt8(ascii: "\n")) ?? rest.startIndex
      for line in String(decoding: rest[..<end], as: UTF8.self).split(separator: "\n") {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        if fields[0] == "#fields" {
          columns = Dictionary(fields.dropFirst().enumerated().map { ($1, $0) }) { first, _ in first }
        } else if !line.hasPrefix("#") {
          add(fields, columns)
        }
      }
      rest = Data(rest[end...])
    }
  }

  private mutating func add(_ fields: [Substring], _ columns: [Substring: Int]) {
    func field(_ name: Substring) -> Substring {
      columns[name].flatMap { fields.indices.contains($0) ? fields[$0] : nil } ?? "-"
    }
    func sum(_ names: Substring...) -> UInt64 { names.reduce(0) { $0 &+ (UInt64(field($1)) ?? 0) } }
    flows += 1
    add(
      ["verdict", "reason", "actor"].map { String(field($0)) },
      Share(
        flows: 1, packets: sum("orig_pkts", "resp_pkts"), bytes: sum("orig_ip_bytes", "resp_ip_bytes"),
        first: Self.microseconds(field("ts"))))
  }

  /// A time as Zeek writes it, with six decimals.
  private static func microseconds(_ text: some StringProtocol) -> Int64 {
    Int64(text.split(separator: ".").joined()) ?? 0
  }

  private mutating func add(_ key: [String], _ share: Share) {
    guard key.first != "none" else { return }
    var sum = shares[key.joined(separator: " ")] ?? Share()
    sum.flows &+= share.flows
    sum.packets &+= share.packets
    sum.bytes &+= share.bytes
    sum.first = min(sum.first, share.first)
    shares[key.joined(separator: " ")] = sum
  }
}
