import Assessment
import Capture
import Catalog
import Packets

extension Report {
  /// The report as `report.json`, schema `ascribe-report/1`.
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "schema": .string("ascribe-report/1"),
      "tool": .object(["name": .string("ascribe"), "version": .string(toolVersion)]),
      "marking": .string(marking.marking),
      "demonstration_data": .bool(demonstrationData),
      "interrupted": .bool(interrupted),
      "inputs": .array(
        inputs.map { json(of: $0, role: "case") } + baselineInputs.map { json(of: $0, role: "baseline") }),
      "skipped_inputs": .array(
        skippedInputs.map { .object(["name": .string($0.name), "reason": .string($0.reason)]) }),
      "sensors": .array(sensors.map { json(of: $0.sensor, inputs: $0.inputs) }),
      "catalog": catalogJSON,
      "claims": .array(citedClaims.map(json(of:))),
      "totals": totalsJSON,
      "roll_up": .string(result.rollUp),
      "findings": .array(result.findings.map(json(of:))),
      "links": linksJSON,
      "omitted_links": .number(result.omittedLinks),
      "slips": slipsJSON,
      "timeline": timelineJSON,
      "hypotheses": hypothesesJSON,
      "base_rates": baseRatesJSON,
      "exclusive": exclusiveJSON,
      "corroboration": corroborationJSON,
      "not_shown": .strings(result.notShown),
      "caveats": .strings(caveats),
      "coverage": coverageJSON,
    ]
    if let reportTime { members["report_time"] = .string(reportTime.description) }
    return .object(members)
  }

  private func json(of input: CaptureInput, role: String) -> JSONValue {
    .object([
      "role": .string(role),
      "name": .string(input.name),
      "bytes": .number(input.byteCount),
      "sha256": .string(input.sha256),
      "format": .string(input.format?.rawValue),
      "compression": .string(input.compression?.rawValue),
      "link_types": .strings(input.linkTypes.map(\.name)),
      "packets": .number(input.packetCount),
      "filtered_packets": .number(input.filteredCount),
      "truncated_packets": .number(input.truncatedCount),
      "interface_drops": .number(input.interfaceDrops),
      "first_packet": .string(input.firstPacket?.description),
      "last_packet": .string(input.lastPacket?.description),
      "damage": input.damage.map {
        .object(["frame": .number($0.frame), "offset": .number($0.offset), "reason": .string($0.reason)])
      } ?? .null,
    ])
  }

  private func json(of sensor: Sensor, inputs: [Int]) -> JSONValue {
    .object([
      "id": .string(sensor.id),
      "vantage": .string(sensor.vantage.rawValue),
      "operator": .string(sensor.operatorName),
      "upstream": .string(sensor.upstream),
      "clock": sensor.clock.map {
        .object(["source": .string($0.source), "offset_ns": .string("\($0.offset)")])
      } ?? .null,
      "inputs": .array(inputs.map { .number(UInt64($0)) }),
      "tlp": .string(sensor.tlp.rawValue),
    ])
  }

  private var catalogJSON: JSONValue {
    var members: [String: JSONValue] = [
      "sha256": .string(catalog.sha256),
      "actors": .number(UInt64(catalog.actors.count)),
      "claims": .number(UInt64(catalog.claims.count)),
      "overlays": .array(
        catalog.overlays.map(json(of:))),
    ]
    if !catalogChanges.isEmpty {
      members["changes"] = .array(
        catalogChanges.map {
          .object([
            "time": .string($0.time.description), "old": .string($0.old), "new": .string($0.new),
            "reassessed_flows": .number($0.reassessedFlows), "other_flows": .number($0.otherFlows),
          ])
        })
    }
    if let knowledge = catalog.knowledge {
      members["as_known_at"] = .string(knowledge.time.description)
      members["not_yet_known"] = .object([
        "claims": .number(UInt64(knowledge.unknownClaims)),
        "overlays": .number(UInt64(knowledge.unknownOverlays)),
        "overrides": .number(UInt64(knowledge.droppedOverrides)),
      ])
    }
    return .object(members)
  }

  func json(of overlay: Overlay) -> JSONValue {
    .object([
      "id": .string(overlay.id),
      "kind": .string(overlay.kind.rawValue),
      "snapshot": .string(overlay.snapshot.description),
      "prefixes": .number(UInt64(overlay.prefixes.count)),
      "tlp": .string(overlay.tlp.rawValue),
    ])
  }

  func json(of claim: Claim) -> JSONValue {
    .object([
      "id": .string(claim.id),
      "actor": json(of: catalog.actor(claim.actor)),
      "range": .string(claim.rangeText),
      "prefixes": .strings(claim.prefixes.map(\.description)),
      "relation": .string(claim.relation.rawValue),
      "kind": .string(claim.kind.rawValue),
      "valid_from": .string(claim.validFrom?.description),
      "valid_until": .string(claim.validUntil?.description),
      "as_of": .string(claim.asOf?.description),
      "recorded_at": .string(claim.recordedAt?.description),
      "max_age_ns": .number(UInt64(max(0, claim.maxAge))),
      "basis": .strings(claim.basis.map(\.rawValue)),
      "sources": .array(
        claim.sources.map {
          .object([
            "ref": .string($0.reference),
            "reliability": .string(String($0.reliability)),
            "credibility": .number(UInt64(max(0, $0.credibility))),
            "independent_group": .string($0.independentGroup),
          ])
        }),
      "overrides": .strings(claim.overrides.filter(catalog.claims.indices.contains).map { catalog.claims[$0].id }),
      "route_check": .string(claim.routeCheck.rawValue),
      "tlp": .string(claim.tlp.rawValue),
    ])
  }

  private func json(of actor: ThreatActor?) -> JSONValue {
    actor.map { .object(["id": .string($0.id), "name": .string($0.name), "level": .string($0.level.rawValue)]) }
      ?? .null
  }

  private var totalsJSON: JSONValue {
    .object([
      "packets": .number(totals.packets),
      "bytes": .number(totals.bytes),
      "flows": .number(totals.flows),
      "watched_flows": .number(result.watchedFlows),
      "packets_in_flows": .number(totals.packetsInFlows),
      "packets_rejected": .object(totals.packetsRejected.mapValues { .number($0) }),
      "packets_dropped": .number(totals.packetsDropped),
      "tunnelled_packets": .number(totals.tunnelledPackets),
      "tunnelled_packets_undistinguished": .number(totals.packetsInOtherTunnels),
      "tunnels_rejected": .object(totals.tunnelsRejected.mapValues { .number($0) }),
      "flows_by_verdict": .object(
        Dictionary(
          uniqueKeysWithValues: Verdict.allCases.map { ($0.rawValue, .number(result.flowsByVerdict[$0] ?? 0)) })),
    ])
  }

  private func json(of finding: Finding) -> JSONValue {
    .object([
      "id": .string(finding.id),
      "marking": .string(marking(of: finding).marking),
      "verdict": .string(finding.verdict.rawValue),
      "reason": .string(finding.reason.rawValue),
      "reasons": .strings(finding.reasons.map(\.rawValue)),
      "actor": json(of: actor(of: finding)),
      "claims": .strings(claims(of: finding).map(\.id)),
      "overlays": .strings(overlays(of: finding).map(\.id)),
      "prefix": .string(finding.prefix?.description),
      "likelihood": .string(finding.likelihood?.rawValue),
      "confidence": .object([
        "overall": .string(finding.confidence.overall.rawValue),
        "path": .string(finding.confidence.path?.rawValue),
        "control": .string(finding.confidence.control.rawValue),
        "handling": .string(finding.confidence.handling.rawValue),
        "because": .strings(finding.confidence.because),
      ]),
      "wording": .strings(finding.wording),
      "relevance": .string(finding.relevance.relevanceName),
      "actions": .strings(finding.actions),
      "addresses": .strings(finding.addresses.map(\.description)),
      "address_count": .number(UInt64(finding.addressCount)),
      "address_count_is_minimum": .bool(finding.addressCountIsMinimum),
      "flow_count": .number(finding.flowCount),
      "packets": .number(finding.packets),
      "bytes": .number(finding.bytes),
      "first_seen": .string(finding.firstSeen.description),
      "last_seen": .string(finding.lastSeen.description),
      "notes": .object(finding.notes.mapValues { .number($0) }),
      "sessions": json(of: finding.sessions),
      "scan_like_sources": .number(finding.scanLikeSources),
      "flows": .flows(finding.flows),
    ])
  }

  private var coverageJSON: JSONValue {
    .object([
      "inputs": .number(UInt64(inputs.count)),
      "skipped_inputs": .number(UInt64(skippedInputs.count)),
      "damaged_inputs": .number(UInt64(inputs.count { $0.damage != nil })),
      "unhashed_inputs": .number(UInt64(inputs.count { $0.sha256 == nil })),
      "filtered_packets": .number(coverage.filteredPackets),
      "truncated_packets": .number(coverage.truncatedPackets),
      "interface_drops": .number(coverage.interfaceDrops),
      "first_packet": .string(coverage.firstPacket?.description),
      "last_packet": .string(coverage.lastPacket?.description),
      "gaps": gapsJSON,
    ])
  }
}

extension Level {
  /// The level's name where it says how relevant a finding is.
  var relevanceName: String { self == .moderate ? "medium" : rawValue }
}
