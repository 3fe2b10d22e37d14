import Cryptography
import Inspection
import Packets
import Testing

/// Fingerprints and hosts of all captures beside what other programs read of them.
///
/// One host differs, the name in a mail server's greeting. nDPI's JA4 is not that of the specification: what it should be by
/// nDPI's own rules is computed from what ascribe read, and compared.
@Suite struct MarkTests {
  @Test(.enabled(if: ConformanceTests.folder != nil, "skipped: the shared captures are not there"))
  func marksOfOtherPrograms() throws {
    let folder = try #require(ConformanceTests.folder)
    let reader = ApplicationReader(hash: KeyedHash())
    var equal: [String: Int] = [:]
    var expected: [String: Int] = [:]
    var rules: [String: Int] = [:]
    for oracle in MarkOracle.allCases {
      for line in try ConformanceTests.index(of: folder, kind: oracle.rawValue) {
        let marks = try oracle.marks(folder + "/" + line[1])
        guard !marks.isEmpty else { continue }
        let conversations = try CollectedConversation.all(folder + "/" + line[0]).map { conversation in
          (ends: Set([conversation.originator, conversation.responder]), facts: conversation.facts(reader))
        }
        for mark in marks {
          let key = "\(oracle.rawValue) \(mark.field)"
          let entry = conversations.lazy.filter { $0.ends == mark.ends }.flatMap(\.facts.entries).first(
            where: mark.isHeld)
          let isEqual = entry != nil
          expected[key, default: 0] += 1
          if isEqual { equal[key, default: 0] += 1 }
          if mark.field == NDPIFingerprint.field {
            rules[entry.flatMap(NDPIFingerprint.init)?.difference ?? "unknown", default: 0] += 1
          }
          if !isEqual, ConformanceTests.isVerbose { print("\(line[0]) \(mark)") }
        }
      }
    }
    for (key, count) in expected.sorted(by: { $0.key < $1.key }) { print("\(key): \(equal[key] ?? 0) of \(count)") }
    for (rule, count) in rules.sorted(by: { $0.key < $1.key }) { print("another JA4 by nDPI, \(rule): \(count)") }
    for (key, floor) in Self.floors { #expect(equal[key] ?? 0 >= floor, "\(key)") }
  }

  /// How many must be equal; raise them when more are.
  private static let floors: [String: Int] = [
    "ja4-streams ja4": 329, "ja4-streams ja4_after_retry": 10, "ja4-streams server_name": 328, "arkime-session ja3": 20,
    "arkime-session ja4": 21,
    "arkime-session hassh": 3, "arkime-session hassh_server": 3, "ndpi-flows ja3": 486, "ndpi-flows ja4 of nDPI": 486,
    "ndpi-flows server_name": 437,
  ]
}
