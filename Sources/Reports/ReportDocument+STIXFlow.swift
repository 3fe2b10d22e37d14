import Packets

extension ReportDocument {
  /// Adds a flow: its addresses, its traffic, and that it was observed once.
  ///
  /// - Returns: The id of the observed data.
  func addFlow(_ flow: Flow, to bundle: inout STIXBundle) -> String {
    let source = addAddress(flow.originatorAddress, to: &bundle)
    let destination = addAddress(flow.responderAddress, to: &bundle)
    let first = Timestamp(flow.ts) ?? lastMoment
    let last = flow.end(from: first)
    var names: [String: JSONValue] = [
      "start": .string(first.stixMicroseconds), "end": .string(last.stixMicroseconds),
      "src_ref": .string(source), "dst_ref": .string(destination), "protocols": .strings(flow.protocolNames),
    ]
    if flow.hasPorts {
      names["src_port"] = .number(UInt64(flow.originatorPort))
      names["dst_port"] = .number(UInt64(flow.responderPort))
    }
    // Said, although it is the default: the library of OASIS refuses an end without it.
    var others: [String: JSONValue] = ["is_active": .bool(false)]
    let counts = [
      ("src_packets", flow.origPkts), ("dst_packets", flow.respPkts), ("src_byte_count", flow.origIpBytes),
      ("dst_byte_count", flow.respIpBytes),
    ]
    // Counts are positive in STIX: what was not seen has none.
    for (name, count) in counts where count > 0 { others[name] = .number(count) }
    var fields: [String: JSONValue] = ["protocolIdentifier": .number(flow.ipProto)]
    if let vlan = flow.vlan { fields["vlanId"] = .number(vlan) }
    others["ipfix"] = .object(fields)
    let traffic = bundle.add(observable: "network-traffic", names, others: others)

    var labels = ["verdict:\(flow.verdict)", "reason:\(flow.reason)", "zeek-uid:\(flow.uid)"].map(\.madeSafe)
    if let grade = flow.coveredGrade { labels.append("evidence-grade:\(grade.madeSafe)") }
    if let identifier = flow.communityId { labels.append("community-id:\(identifier.madeSafe)") }
    let addresses = source == destination ? [source] : [source, destination]
    return bundle.add(
      "observed-data", created: last.stixMilliseconds,
      [
        "first_observed": .string(first.stixMicroseconds), "last_observed": .string(last.stixMicroseconds),
        "number_observed": .number(1), "object_refs": .strings([traffic] + addresses),
      ], labels: labels)
  }

  /// Adds an address or a network.
  ///
  /// - Returns: Its id.
  func addAddress(_ text: String, to bundle: inout STIXBundle) -> String {
    bundle.add(observable: text.contains(":") ? "ipv6-addr" : "ipv4-addr", ["value": .string(text.madeSafe)])
  }
}

extension ReportDocument.Flow {
  /// Whether the ports are ports, not types and codes.
  var hasPorts: Bool { [6, 17, 132].contains(ipProto) }

  /// The application protocols, outer to inner.
  var services: [String] { (service ?? "").split(separator: ",").map(String.init) }

  /// The last packet's time.
  func end(from start: Timestamp) -> Timestamp {
    let span = Int64(exactly: ((duration ?? 0) * 1e9).rounded()) ?? 0
    let (end, overflow) = start.nanoseconds.addingReportingOverflow(max(0, span))
    return overflow ? start : Timestamp(nanoseconds: end)
  }

  /// Outer to inner, in the words of the IANA registries.
  fileprivate var protocolNames: [String] {
    let isIPv6 = originatorAddress.contains(":")
    let transport =
      switch ipProto {
      case 1: "icmp"
      case 6: "tcp"
      case 17: "udp"
      case 58: "ipv6-icmp"
      case 132: "sctp"
      default: "ip-proto-\(ipProto)"
      }
    let registered = ["krb": "kerberos", "krb_tcp": "kerberos", "http2": "http"]
    return [isIPv6 ? "ipv6" : "ipv4", transport] + services.map { registered[$0] ?? $0.madeSafe }
  }

  /// The grade of the side that the finding is about; the weaker where it is about both.
  var coveredGrade: String? {
    switch coveredSide {
    case "orig": origGrade
    case "resp": respGrade
    case "both": min(origGrade, respGrade)
    default: nil
    }
  }
}
