import Packets

extension ReportDocument {
  /// The report as a MISP event (methodology 5.2).
  ///
  /// Flows are objects of the template `network-connection`, findings are text. Nothing is for intrusion detection
  /// (`to_ids`), nothing is published, and the event stays within the organisation until somebody decides otherwise.
  ///
  /// - Returns: The event, JSON with sorted keys; the same document gives the same bytes.
  /// - Throws: Nothing by itself; the JSON writer may.
  /// - Complexity: O(n) in the flows that findings list.
  package func misp() throws -> String {
    let moment = mispSeconds(lastMoment)
    let date = (coverage.firstPacket.flatMap { Timestamp($0) } ?? lastMoment).description.prefix(10)
    let tagged = zip(findings, claimsOfFindings).map { ($0, taxonomyTags(of: $0, $1)) }
    var tags = [marking.lowercased().madeSafe]
    if demonstrationData { tags.append("ascribe:demonstration-data") }
    var event: [String: JSONValue] = [
      "info": .string((demonstrationData ? "DEMONSTRATION DATA: " : "") + "ascribe report: \(rollUp.madeSafe)"),
      "date": .string(String(date)), "timestamp": .string(moment), "published": .bool(false),
      // Initial; undefined; your organisation only.
      "analysis": .string("0"), "threat_level_id": .string("4"), "distribution": .string("0"),
      "Tag": .array(tags.map { .object(["name": .string($0)]) }),
      "Object": .array(tagged.flatMap { finding, tags in finding.flows.map { mispObject($0, of: finding, tags) } }),
      "Attribute": .array(
        tagged.map { finding, tags in
          mispAttribute(
            MISPField("text", "", sharingText(of: finding), tags: tags), scope: finding.id,
            moment: mispSeconds(Timestamp(finding.lastSeen) ?? lastMoment), category: "Other")
        }),
    ]
    let name = "misp" + JSONValue.object(event).canonical
    event["uuid"] = .string(NameBasedIdentifier.project.uuid(of: name))
    return try JSONValue.object(["Event": .object(event)]).documentText()
  }

  private func mispObject(_ flow: Flow, of finding: Finding, _ tags: [String]) -> JSONValue {
    let first = Timestamp(flow.ts) ?? lastMoment
    let last = flow.end(from: first)
    let moment = mispSeconds(last)
    let scope = "\(catalog.sha256) \(finding.id) \(flow.uid)"
    let grade = flow.coveredGrade.map { ", evidence grade \($0)" } ?? ""
    return .object([
      "name": .string("network-connection"), "meta-category": .string("network"),
      "description": .string("A local or remote network connection."),
      "template_uuid": .string("af16764b-f8e5-4603-9de1-de34d272f80b"), "template_version": .string("7"),
      "uuid": .string(NameBasedIdentifier.project.uuid(of: "misp-object \(scope)")),
      "timestamp": .string(moment), "distribution": .string("5"),
      "comment": .string("\(finding.headline)\(grade). An address is not a person.".madeSafe),
      "Attribute": .array(
        mispFields(flow, tags, first: first, last: last).map {
          mispAttribute($0, scope: scope, moment: moment, category: $0.category)
        }),
    ])
  }

  private func mispFields(_ flow: Flow, _ tags: [String], first: Timestamp, last: Timestamp) -> [MISPField] {
    let isSource = flow.coveredSide == "orig" || flow.coveredSide == "both"
    let isDestination = flow.coveredSide == "resp" || flow.coveredSide == "both"
    var fields = [
      MISPField("ip-src", "ip-src", flow.originatorAddress, tags: isSource ? tags : []),
      MISPField("ip-dst", "ip-dst", flow.responderAddress, tags: isDestination ? tags : []),
      MISPField("datetime", "first-packet-seen", first.mispMicroseconds),
      MISPField("datetime", "last-packet-seen", last.mispMicroseconds),
      MISPField("text", "layer3-protocol", [1, 58].contains(flow.ipProto) ? "ICMP" : "IP"),
    ]
    if flow.hasPorts {
      fields.append(MISPField("port", "src-port", "\(flow.originatorPort)"))
      fields.append(MISPField("port", "dst-port", "\(flow.responderPort)"))
      fields.append(MISPField("text", "layer4-protocol", flow.proto.uppercased()))
    }
    fields += flow.services.map { MISPField("text", "layer7-protocol", $0.uppercased()) }
    if let identifier = flow.communityId { fields.append(MISPField("community-id", "community-id", identifier)) }
    let counts = [
      ("counter", "src-packets-count", flow.origPkts), ("counter", "dst-packets-count", flow.respPkts),
      ("size-in-bytes", "src-bytes-count", flow.origIpBytes), ("size-in-bytes", "dst-bytes-count", flow.respIpBytes),
    ]
    return fields + counts.map { MISPField($0.0, $0.1, "\($0.2)") }
  }

  private func mispAttribute(_ field: MISPField, scope: String, moment: String, category: String) -> JSONValue {
    var members: [String: JSONValue] = [
      "type": .string(field.type), "value": .string(field.value), "category": .string(category),
      "to_ids": .bool(false), "distribution": .string("5"), "timestamp": .string(moment),
      "disable_correlation": .bool(!field.correlates),
      "uuid": .string(
        NameBasedIdentifier.project.uuid(of: "misp-attribute \(scope) \(field.relation) \(field.value)")),
    ]
    if !field.relation.isEmpty { members["object_relation"] = .string(field.relation) }
    if !field.tags.isEmpty { members["Tag"] = .array(field.tags.map { .object(["name": .string($0)]) }) }
    return .object(members)
  }

  private func mispSeconds(_ time: Timestamp) -> String { "\(max(0, time.nanoseconds / 1_000_000_000))" }
}

/// An attribute of MISP before it is written.
private struct MISPField {
  let type: String
  /// The name in the object's template; empty outside objects.
  let relation: String
  let value: String
  let tags: [String]

  init(_ type: String, _ relation: String, _ value: String, tags: [String] = []) {
    self.type = type
    self.relation = relation
    self.value = relation.isEmpty ? value : value.madeSafe
    self.tags = tags
  }

  /// Whether equal values in other events mean something.
  var correlates: Bool { ["ip-src", "ip-dst", "community-id"].contains(type) }

  /// The default category of the type.
  var category: String { correlates || type == "port" ? "Network activity" : "Other" }
}

extension Timestamp {
  /// ISO 8601 with microseconds and offset, as MISP writes times.
  fileprivate var mispMicroseconds: String { description.prefix(26) + "+00:00" }
}
