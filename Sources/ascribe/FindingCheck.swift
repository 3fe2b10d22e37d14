import ArgumentParser
import Assessment
import Capture
import Catalog
import Packets
import Reports

/// Whether a finding can be derived again from its evidence.
struct FindingCheck {
  /// What came of it; the raw value is its name in every output.
  enum State: String {
    /// Grades, verdict and reason of each flow are derived again.
    case holds
    /// So far as the evidence reaches; what it does not reach is counted.
    case holdsPartly = "holds as far as its packets show"
    /// The evidence gives something else than the finding says.
    case fails = "DOES NOT HOLD"
    /// There is nothing to derive it from.
    case unchecked = "not checked"
  }

  /// The finding's id.
  let id: String
  /// `exclusive(direct)`.
  let headline: String
  /// What came of it.
  private(set) var state = State.holds
  /// Flows that were derived again.
  private(set) var flows: UInt64 = 0
  /// Why it holds partly or not, a clause each; the first few.
  private(set) var because: [String] = []

  /// How many differences are named.
  private static let named = 5

  /// Checks a finding.
  ///
  /// - Parameters:
  ///   - finding: The finding.
  ///   - evidence: What the manifest says of its evidence; nothing if there is none.
  ///   - outcomes: What its evidence gives, by uid; or why it gives nothing.
  init(_ finding: ReportDocument.Finding, evidence: DocumentValue?, outcomes: Result<[String: FlowOutcome], Unreadable>)
  {
    id = finding.id
    headline = "\(finding.verdict)(\(finding.reason))" + (finding.actor.map { " \($0.id)" } ?? "")
    for flow in finding.flows {
      if flow.verdict != finding.verdict || flow.reason != finding.reason || flow.actor != finding.actor?.id {
        fail("flow \(flow.uid) is \(flow.verdict)(\(flow.reason)) \(flow.actor ?? "")")
      }
    }
    guard let evidence, evidence.members?["files"]?.elements?.isEmpty == false else {
      if state != .fails { state = .unchecked }
      because.append("the folder holds no evidence of it")
      return
    }
    switch outcomes {
    case .failure(let unreadable): fail(unreadable.description)
    case .success(let outcomes): compare(finding, evidence, outcomes)
    }
  }

  /// Why evidence cannot be read.
  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  private mutating func compare(
    _ finding: ReportDocument.Finding, _ evidence: DocumentValue, _ outcomes: [String: FlowOutcome]
  ) {
    var alone: [String: DocumentValue] = [:]
    for entry in evidence.members?["partial"]?.elements ?? [] {
      if let uid = entry.members?["uid"]?.text { alone[uid] = entry.members?["alone"] ?? .null }
    }
    var missing: UInt64 = 0
    var others: UInt64 = 0
    for flow in finding.flows {
      let (expected, derived) = (FlowOutcome(flow), outcomes[flow.uid])
      if derived == expected {
        flows += 1
      } else if let recorded = alone[flow.uid], derived == recorded.members.map(FlowOutcome.init) {
        if derived == nil { missing += 1 } else { others += 1 }
      } else if let derived {
        fail("flow \(flow.uid): its packets give \(derived.difference(from: expected))")
      } else {
        fail("flow \(flow.uid) is not in its packets")
      }
    }
    if others > 0 {
      note("the outcome of \(others.counted("flow")) rests on packets of other flows or beyond the evidence's bound")
    }
    if missing > 0 { note("the evidence leaves \(missing.counted("flow")) out, or does not tell them apart") }
    let unlisted = finding.flowCount - min(finding.flowCount, UInt64(finding.flows.count))
    if unlisted > 0 { note("\(unlisted.counted("flow")) more are counted, not listed") }
  }

  private mutating func note(_ text: String) {
    if state == .holds { state = .holdsPartly }
    because.append(text)
  }

  private mutating func fail(_ text: String) {
    state = .fails
    if because.count < Self.named { because.append(text) }
  }
}

extension FindingCheck {
  /// Checks every finding of a report folder from the folder alone.
  ///
  /// - Parameters:
  ///   - report: Its report.
  ///   - manifest: Its manifest.
  ///   - path: The folder.
  /// - Returns: What came of each.
  /// - Throws: `Unreadable` if catalog or options of the folder cannot be used.
  static func all(_ report: ReportDocument, _ manifest: Manifest, in path: String) throws(Unreadable) -> [FindingCheck]
  {
    let entries = manifest.members["evidence"]?.elements ?? []
    guard !entries.isEmpty else {
      return report.findings.map { FindingCheck($0, evidence: nil, outcomes: .success([:])) }
    }
    let (rederivation, sensors) = try self.rederivation(manifest, in: path)
    let files = Set(manifest.files.map(\.name))
    var checks: [FindingCheck] = []
    for finding in report.findings {
      let evidence = entries.first { $0.members?["finding"]?.text == finding.id }
      var named: [(path: String, sensor: Int)] = []
      for file in evidence?.members?["files"]?.elements ?? [] {
        guard let name = file.members?["name"]?.text, files.contains(name) else { continue }
        named.append(("\(path)/\(name)", sensors.firstIndex { $0.id == file.members?["sensor"]?.text } ?? 0))
      }
      let outcomes: Result<[String: FlowOutcome], Unreadable>
      do throws(CaptureError) {
        outcomes = .success(try rederivation.outcomes(ofFiles: named))
      } catch {
        outcomes = .failure(Unreadable(description: error.description))
      }
      checks.append(FindingCheck(finding, evidence: evidence, outcomes: outcomes))
    }
    return checks
  }

  private static func rederivation(
    _ manifest: Manifest, in path: String
  ) throws(Unreadable) -> (Rederivation, [Sensor]) {
    do {
      let options = RecordedOptions(manifest.members["options"]?.members ?? [:])
      let run = try options.command(inputs: options.inputs)
      let catalog = try Catalog(paths: ["\(path)/catalog.yaml"])
      let sensors = try SensorAssignment(run.flowOptions.sensor, inputs: options.inputs, catalog: catalog).sensors
      let start = (manifest.members["capture_start"]?.text).flatMap { Timestamp($0) }
      guard let start else { throw Unreadable(description: "the manifest does not say when the capture begins") }
      return (Rederivation(of: run, sensors: sensors, catalog: catalog, captureStart: start), sensors)
    } catch let error as Unreadable {
      throw error
    } catch let error as CatalogError {
      throw Unreadable(description: "catalog.yaml: \(error.problems.first?.description ?? "is invalid")")
    } catch {
      throw Unreadable(description: "the options of the manifest cannot be used: \(Analyze.message(for: error))")
    }
  }
}
