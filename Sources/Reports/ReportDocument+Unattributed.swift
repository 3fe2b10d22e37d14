import Assessment

/// What was not attributed, and why.
extension ReportDocument {
  /// Flows of every verdict but EXCLUSIVE, by reason; of flows that no entry covers there is no reason.
  var unattributed: [(flows: UInt64, verdict: Verdict, reason: String?, gloss: String)] {
    var rows: [(flows: UInt64, verdict: Verdict, reason: String?, gloss: String)] = []
    for verdict in Verdict.allCases where verdict != .exclusive {
      let findings = findings.filter { $0.verdict == verdict.rawValue }
      var listed: UInt64 = 0
      for reason in VerdictReason.allCases {
        let count = findings.reduce(UInt64(0)) { $1.reason == reason.rawValue ? $0.addingCapped($1.flowCount) : $0 }
        guard count > 0 else { continue }
        listed = listed.addingCapped(count)
        rows.append((count, verdict, reason.rawValue, reason.gloss))
      }
      let rest = (totals.flowsByVerdict[verdict.rawValue] ?? 0).subtractingCapped(listed)
      if rest > 0 { rows.append((rest, verdict, nil, VerdictReason.noClaim.gloss)) }
    }
    return rows
  }
}

extension ReportDocument.Totals {
  /// Packets in no flow by reason, the most frequent first.
  var rejections: [(count: UInt64, reason: String)] {
    packetsRejected.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { ($0.value, $0.key) }
  }
}

extension UInt64 {
  /// The difference, or 0 where the other is larger: counts in a file may be anything.
  func subtractingCapped(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
