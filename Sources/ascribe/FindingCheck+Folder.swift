import ArgumentParser
import Assessment
import Capture
import Catalog
import Packets
import Reports

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
      return report.findings.map {
        FindingCheck($0, evidence: nil, .failure(Unreadable(description: "there is no evidence")))
      }
    }
    let (rederivation, sensors) = try self.rederivation(report, manifest, in: path)
    let files = Set(manifest.files.map(\.name))
    var checks: [FindingCheck] = []
    for finding in report.findings {
      let evidence = entries.first { $0.members?["finding"]?.text == finding.id }
      var named: [(path: String, sensor: Int)] = []
      for file in evidence?.members?["files"]?.elements ?? [] {
        guard let name = file.members?["name"]?.text, files.contains(name),
          ReportFolder.isRegular("\(path)/\(name)")
        else { continue }
        named.append(("\(path)/\(name)", sensors.firstIndex { $0.id == file.members?["sensor"]?.text } ?? 0))
      }
      let derivation: Result<Derivation, Unreadable>
      do throws(CaptureError) {
        let (frames, sensors) = try EvidenceFrames.read(named)
        derivation = .success(
          Derivation(outcomes: rederivation.outcomes(of: frames, sensors: sensors)) {
            rederivation.findings(ofFlows: Set(finding.flows.map(\.uid)), in: frames, sensors: sensors)
          })
      } catch {
        derivation = .failure(Unreadable(description: error.description))
      }
      checks.append(FindingCheck(finding, evidence: evidence, derivation))
    }
    return checks
  }

  private static func rederivation(
    _ report: ReportDocument, _ manifest: Manifest, in path: String
  ) throws(Unreadable) -> (Rederivation, [Sensor]) {
    do {
      let options = RecordedOptions(manifest.members["options"]?.members ?? [:])
      let run = try options.command(inputs: options.inputs)
      let catalog = try Catalog(paths: ["\(path)/catalog.yaml"])
      let sensors = try SensorAssignment(run.flowOptions.sensor, inputs: options.inputs, catalog: catalog).sensors
      let start = (manifest.members["capture_start"]?.text).flatMap { Timestamp($0) }
      guard let start else { throw Unreadable(description: "the manifest does not say when the capture begins") }
      let context = context(of: report, sensors: sensors)
      return (Rederivation(of: run, context: context, catalog: catalog, captureStart: start), sensors)
    } catch let error as Unreadable {
      throw error
    } catch let error as CatalogError {
      throw Unreadable(description: "catalog.yaml: \(error.problems.first?.description ?? "is invalid")")
    } catch {
      throw Unreadable(description: "the options of the manifest cannot be used: \(Analyze.message(for: error))")
    }
  }

  /// What an assessment must know of the run beside flows and catalog, as far as the report says it: confidence rests on
  /// it.
  private static func context(of report: ReportDocument, sensors: [Sensor]) -> AssessmentContext {
    let inputs = report.inputs.filter { $0.role == "case" }
    var context = AssessmentContext()
    context.sensors = sensors
    context.clockOffsetIsKnown = !sensors.isEmpty && sensors.allSatisfy { $0.clock != nil }
    context.inputsAreHashed = inputs.allSatisfy { $0.sha256 != nil }
    context.inputsAreDamaged = inputs.contains { $0.damage != nil }
    context.packets = report.totals.packets
    context.interfaceDrops = AssessmentContext.drops(of: inputs.map(\.interfaceDrops))
    return context
  }
}
