import ArgumentParser
import Catalog
import Packets
import Reports

/// The options of a run that change what comes out, as a manifest records them and as they can be given again.
///
/// How many threads read, and what is printed to whom, is not among them.
struct RecordedOptions {
  /// The inputs as they were named.
  let inputs: [String]
  /// The control captures as they were named.
  let baseline: [String]
  /// Options under their names on the command line, each with its values; a flag has none.
  private var options: [String: [String]] = [:]

  /// What may be recorded; nothing else is read from a manifest.
  private static let flags: Set<String> = ["no-hash", "allow-documentation-ranges"]
  private static let values: [String] = [
    "filter", "checksums", "local-network", "sensor", "tcp-idle-timeout", "udp-idle-timeout", "icmp-idle-timeout",
    "other-idle-timeout", "active-timeout", "max-flows", "content-bytes", "claim-error", "claim-error-reason",
    "list-flows", "report-time", "as-known-at", "tlp",
  ]

  /// Records the options of a run.
  init(_ run: Analyze) {
    inputs = run.inputs
    baseline = run.statisticsOptions.baseline
    let (capture, flows) = (run.captureOptions, run.flowOptions)
    if capture.noHash { options["no-hash"] = [] }
    if run.catalogOptions.allowDocumentationRanges { options["allow-documentation-ranges"] = [] }
    if !capture.filter.isEmpty { options["filter"] = [capture.filter] }
    options["checksums"] = [capture.checksums.rawValue]
    options["local-network"] = flows.localNetwork.map(\.prefix.description)
    options["sensor"] = flows.sensor
    options["tcp-idle-timeout"] = ["\(flows.tcpIdleTimeout)"]
    options["udp-idle-timeout"] = ["\(flows.udpIdleTimeout)"]
    options["icmp-idle-timeout"] = ["\(flows.icmpIdleTimeout)"]
    options["other-idle-timeout"] = ["\(flows.otherIdleTimeout)"]
    options["active-timeout"] = ["\(flows.activeTimeout)"]
    options["max-flows"] = flows.maxFlows.map { ["\($0)"] }
    options["content-bytes"] = ["\(flows.contentBytes)"]
    options["claim-error"] = run.statisticsOptions.claimError.map { ["\($0)"] }
    options["claim-error-reason"] = run.statisticsOptions.claimErrorReason.map { [$0] }
    let listed = run.reportOptions.flowsPerFinding
    options["list-flows"] = [listed == .max ? "all" : "\(listed)"]
    options["report-time"] = run.reportOptions.reportTime.map { [$0.timestamp.description] }
    options["tlp"] = [run.releaseOptions.tlp.rawValue]
    options["as-known-at"] = run.catalogOptions.asKnownAt.map { [$0.timestamp.description] }
  }

  /// Reads the options that a manifest holds; what it does not hold is as by default.
  init(_ members: [String: DocumentValue]) {
    func texts(_ value: DocumentValue?) -> [String] { value?.elements?.compactMap(\.text) ?? [] }
    inputs = texts(members["inputs"])
    baseline = texts(members["baseline"])
    for name in Self.values where members[name] != nil { options[name] = texts(members[name]) }
    for name in Self.flags where members[name]?.flag == true { options[name] = [] }
  }

  /// What can be told of the options of a report without a manifest.
  init(_ report: ReportDocument) {
    inputs = report.inputs.filter { $0.role == "case" }.map(\.name)
    baseline = report.inputs.filter { $0.role == "baseline" }.map(\.name)
    options["report-time"] = report.reportTime.map { [$0] }
    options["as-known-at"] = report.catalog.asKnownAt.map { [$0] }
    if report.demonstrationData { options["allow-documentation-ranges"] = [] }
    if report.inputs.contains(where: { $0.sha256 == nil }) { options["no-hash"] = [] }
    options["sensor"] =
      report.sensors.count == 1
      ? [report.sensors[0].id]
      : report.sensors.flatMap { sensor in
        sensor.inputs.filter(report.inputs.indices.contains).map { "\(sensor.id)=\(report.inputs[$0].name)" }
      }
  }

  /// The options for a manifest.
  var members: [String: DocumentValue] {
    var members = options.mapValues { DocumentValue.texts($0) }
    for name in Self.flags { members[name] = .bool(options[name] != nil) }
    members["inputs"] = .texts(inputs)
    members["baseline"] = .texts(baseline)
    return members
  }

  /// The run again, with other files in the place of the inputs.
  ///
  /// - Parameters:
  ///   - inputs: The captures.
  ///   - baseline: The control captures.
  /// - Returns: The command.
  /// - Throws: A usage error where the recorded options are none.
  func command(inputs: [String], baseline: [String] = []) throws -> Analyze {
    var arguments: [String] = []
    for (name, values) in options.sorted(by: { $0.key < $1.key }) {
      arguments += Self.flags.contains(name) ? ["--\(name)"] : values.map { "--\(name)=\($0)" }
    }
    arguments += baseline.map { "--baseline=\($0)" }
    return try Analyze.parse(arguments + ["--"] + inputs)
  }
}
