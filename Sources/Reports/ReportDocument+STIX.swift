import Packets

extension ReportDocument {
  /// The report as a STIX 2.1 bundle (methodology 5.1).
  ///
  /// Flows are observed data, claims and shared-use lists are infrastructure, and a sighting says that a finding's traffic
  /// came through it. A sighting is an assertion: where an address was not verified, or no claim holds of it, there is
  /// none. Nothing is ever attributed to an actor, and there are no indicators.
  ///
  /// - Parameter usesFirstTLP: Whether GREEN, AMBER and RED are marked as TLP 1 (`--tlp1-compat`).
  /// - Returns: The bundle, JSON with sorted keys; the same document gives the same bytes.
  /// - Throws: Nothing by itself; the JSON writer may.
  /// - Complexity: O(n) in the flows that findings list.
  package func stix(usesFirstTLP: Bool = false) throws -> String {
    var bundle = STIXBundle(
      marking: STIXMarking(label: marking, usesFirstVersion: usesFirstTLP),
      labels: demonstrationData ? ["demonstration-data"] : [])
    let sensors = sensors.map { addSensor($0, to: &bundle) }
    for (finding, claims) in zip(findings, claimsOfFindings) {
      addFinding(finding, claims, sensors: sensors, to: &bundle)
    }
    _ = bundle.add(
      "grouping", created: lastMoment.stixMilliseconds,
      [
        "context": .string("suspicious-activity"),
        "name": .string((demonstrationData ? "DEMONSTRATION DATA: " : "") + "ascribe report: \(rollUp.madeSafe)"),
        "description": .string(
          "Draft, not reviewed.\n\n" + (notShown + caveats).map(\.madeSafe).joined(separator: "\n")),
        "object_refs": .strings(bundle.identifiers),
      ], labels: ["catalog-sha256:\(catalog.sha256.madeSafe)"])
    return try bundle.json.documentText()
  }

  /// The last packet of the inputs: when, in packet time, the report was made.
  var lastMoment: Timestamp { coverage.lastPacket.flatMap { Timestamp($0) } ?? Timestamp(seconds: 0) }

  private func addSensor(_ sensor: Sensor, to bundle: inout STIXBundle) -> String {
    var description = "Sensor, vantage \(sensor.vantage.madeSafe)."
    if let name = sensor.operator { description += " Operated by \(name.madeSafe)." }
    return bundle.add(
      "identity", created: STIXBundle.undated,
      [
        "name": .string(sensor.id.madeSafe), "identity_class": .string("system"),
        "description": .string(description),
      ])
  }

  private func addFinding(
    _ finding: Finding, _ claims: [Claim], sensors: [String], to bundle: inout STIXBundle
  ) {
    let observed = finding.flows.map { addFlow($0, to: &bundle) }
    var infrastructure = claims.map { addClaim($0, to: &bundle) }
    for overlay in catalog.overlays where finding.overlays.contains(overlay.id) {
      infrastructure.append(addOverlay(overlay, prefix: finding.prefix, to: &bundle))
    }
    let isSighted = ["exclusive", "shared", "contested", "expired"].contains(finding.verdict)
    let files = Set(finding.flows.compactMap { $0.frames?.file })
    let witnesses = zip(self.sensors, sensors).filter { !files.isDisjoint(with: $0.0.inputs) }.map(\.1)
    let labels = sharingLabels(of: finding, claims)
    let moment = (Timestamp(finding.lastSeen) ?? lastMoment).stixMilliseconds
    let sightings = (isSighted ? infrastructure : []).map { place in
      var members: [String: JSONValue] = [
        "sighting_of_ref": .string(place), "count": .number(min(finding.flowCount, 999_999_999)),
        "confidence": .number(finding.confidence.stixFigure), "description": .string(finding.headline),
      ]
      if let first = Timestamp(finding.firstSeen), let last = Timestamp(finding.lastSeen), first <= last {
        members["first_seen"] = .string(first.stixMicroseconds)
        members["last_seen"] = .string(last.stixMicroseconds)
      }
      if !observed.isEmpty { members["observed_data_refs"] = .strings(observed) }
      if !witnesses.isEmpty { members["where_sighted_refs"] = .strings(witnesses) }
      return bundle.add("sighting", created: moment, members, labels: labels)
    }
    let subjects = sightings + infrastructure + observed
    _ = bundle.add(
      "note", created: moment,
      [
        "abstract": .string(finding.headline), "content": .string(sharingText(of: finding)),
        // Without flows and ranges the note stands on what is always there: the program that says it.
        "object_refs": .strings(subjects.isEmpty ? [bundle.identifiers[0]] : subjects),
      ], labels: labels)
  }
}

extension ReportDocument.Finding.Confidence {
  /// The middle of each band of the scale None / Low / Med / High (STIX 2.1 appendix A).
  fileprivate var stixFigure: UInt64 {
    switch overall {
    case "high": 85
    case "moderate": 50
    default: 15
    }
  }
}
