import Assessment

/// What a reader must know first.
extension ReportDocument {
  /// The case in two words: `EXCLUSIVE-PRESENT`, or that nothing is attributed.
  var headline: String {
    exclusiveFlowCount > 0 || rollUp.isEmpty ? rollUp : "NOTHING ATTRIBUTED (\(rollUp))"
  }

  /// How many flows are EXCLUSIVE.
  var exclusiveFlowCount: UInt64 { totals.flowsByVerdict["exclusive"] ?? 0 }

  /// The bottom line: a sentence or two.
  var bottomLine: [String] {
    let count = exclusiveFlowCount
    guard count > 0 else {
      return [
        totals.watchedFlows > 0
          ? "No flow is attributed. In ranges of the catalog: \(totals.watchedFlows.grouped) of "
            + "\(totals.flows.counted("flow")); why none of them is EXCLUSIVE stands below."
          : "No flow is attributed: no address in \(totals.flows.counted("flow")) lies in a range of the catalog."
      ]
    }
    var names: [String] = []
    for finding in findings where finding.verdict == "exclusive" {
      if let name = finding.actor?.name, !names.contains(name) { names.append(name) }
    }
    let rest = UInt64(names.dropFirst(5).count)
    if rest > 0 { names = names.prefix(5) + ["\(rest.grouped) more"] }
    let sentence =
      "\(count.grouped) of \(totals.flows.counted("flow")) \(count == 1 ? "is" : "are") EXCLUSIVE: the return path is "
      + "verified, and the address is recorded as used by one actor alone: \(names.joined(separator: "; "))."
    return [sentence] + (exclusive.flows > 0 ? [exclusive.sentence].compactMap(\.self) : [])
  }

  /// What a reader must know before trusting a figure.
  var warnings: [String] {
    var warnings: [String] = []
    if interrupted { warnings.append("Interrupted: a signal ended the run; what was read until then is reported.") }
    if !totals.reconcile { warnings.append("The totals do not reconcile: some packets are not accounted for.") }
    if coverage.damagedInputs > 0 {
      warnings.append(
        "\(coverage.damagedInputs.counted("input")) damaged or cut off: read as far as possible, see INPUTS.")
    }
    if coverage.unhashedInputs > 0 {
      warnings.append("\(coverage.unhashedInputs.counted("input")) not hashed: handling confidence is low.")
    }
    if let last = catalog.changes?.last {
      warnings.append(
        "The catalog changed \(UInt64(catalog.changes?.count ?? 0).counted("time")) while the capture went on, last at "
          + "\(last.time); findings are by the last one.")
      if last.otherFlows > 0 {
        warnings.append(
          "\(last.otherFlows.counted("watched flow")) had ended before, and none of the findings counts them.")
      }
    }
    if let drops = coverage.interfaceDrops, drops > 0 {
      warnings.append("The capturing interfaces dropped \(drops.counted("packet")); sessions may be incomplete.")
    }
    if totals.packetsDropped > 0 {
      warnings.append("\(totals.packetsDropped.counted("packet")) lost inside ascribe.")
    }
    if baseRates.baseline?.overlapsCase == true { warnings.append(CaseStatistics.overlapWarning) }
    return warnings
  }
}

extension ReportDocument.Totals {
  /// How many packets went into no flow, whatever the reason.
  var rejected: UInt64 { packetsRejected.values.reduce(0) { $0.addingCapped($1) } }

  /// Whether every packet read is accounted for: in a flow, rejected for a reason, or dropped.
  var reconcile: Bool { packets == rejected.addingCapped(packetsInFlows.addingCapped(packetsDropped)) }
}
