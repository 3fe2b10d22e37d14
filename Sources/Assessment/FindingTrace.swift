import Flows
import Packets

/// What a finding keeps of its flows for sessions, notes and the scanning pattern.
struct FindingTrace: Sendable {
  private(set) var notes = NoteCounts()
  private(set) var sessions = SessionCount()
  /// Sources that opened flows of more than low relevance.
  private var relevantSources: Set<SourceKey> = []
  /// Whether flows that no scan explains are relevant, or more sources than are told apart.
  private var hasOtherRelevance = false

  /// Adds a flow.
  mutating func add(_ flow: AssessedFlow) {
    notes.add(flow.record)
    if flow.assessment.verdict == .exclusive { sessions.add(flow) }
    guard flow.relevance > .low, !hasOtherRelevance else { return }
    if flow.assessment.speaksOfOriginator, relevantSources.count < CaseAssessment.addressLimit {
      relevantSources.insert(SourceKey(flow.covered.address))
    } else {
      hasOtherRelevance = true
    }
  }

  /// The relevance once scan-like sources are known: theirs is low, unless something of high relevance was done.
  func relevance(_ level: Level, scanLike: Set<SourceKey>) -> Level {
    level == .moderate && !hasOtherRelevance && relevantSources.isSubset(of: scanLike) ? .low : level
  }
}

extension FindingGroup {
  /// How many sources (IPv4 addresses, IPv6 networks of /64) the finding has, and how many of them are scan-like.
  func sources(scanLike: Set<SourceKey>) -> (all: Int, scanLike: Int) {
    let sources = Set(addresses.map(SourceKey.init))
    return (sources.count, scanLike.isEmpty ? 0 : sources.intersection(scanLike).count)
  }

  /// Sessions and dwell; of EXCLUSIVE findings only, all of whose flows are E3 or better.
  var sessionSummary: SessionSummary? {
    guard key.reason.verdict == .exclusive else { return nil }
    let sessions = trace.sessions.sessions
    return SessionSummary(
      count: sessions.count, isMinimum: sessions.isMinimum, days: UInt64(trace.sessions.days.count),
      firstSeen: firstSeen, lastSeen: lastSeen)
  }
}
