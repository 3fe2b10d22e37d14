import ArgumentParser
import Assessment
import Capture
import Catalog
import Reports

/// What the figures of a report are held against.
struct StatisticsArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A control capture: same sensor, outside the time of the case; its flows form no findings; may be given several "
        + "times", valueName: "input"))
  var baseline: [String] = []

  @Option(
    help: ArgumentHelp(
      "An analyst's probability, above 0 and below 1, that a range claim is wrong, a third party is inside or the route "
        + "is hijacked: then a likelihood ratio is stated", valueName: "e"))
  var claimError: Double?

  @Option(help: ArgumentHelp("Why --claim-error is what it is; printed word for word", valueName: "text"))
  var claimErrorReason: String?

  func validate() throws {
    guard (claimError == nil) == (claimErrorReason == nil) else {
      throw ValidationError("--claim-error and --claim-error-reason need each other: give both or neither.")
    }
    if let claimError, ClaimError(probability: claimError, reason: "any") == nil {
      throw ValidationError("--claim-error takes a number above 0 and below 1, not \(claimError).")
    }
    if claimError != nil, analystFigure == nil {
      throw ValidationError("--claim-error-reason takes a reason, not blanks.")
    }
  }

  /// The analyst's figure; nothing if none is given.
  var analystFigure: ClaimError? {
    claimError.flatMap { ClaimError(probability: $0, reason: claimErrorReason ?? "") }
  }

  /// Reads the control captures by the same path as the case.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - capture: How captures are read.
  ///   - flows: How flows are kept.
  ///   - report: What is reported; nothing of it is written.
  ///   - recorded: The control captures as an earlier run named them, if they lie elsewhere now.
  /// - Returns: The baseline with its inputs; nothing if none was given.
  /// - Throws: As `Analysis` does.
  func readBaseline(
    catalog: Catalog, capture: CaptureArguments, flows: FlowArguments, report: ReportArguments,
    recorded: RecordedInputs? = nil
  ) throws -> (baseline: Baseline, inputs: [CaptureInput])? {
    guard !baseline.isEmpty else { return nil }
    var silent = report
    silent.flowsPath = nil
    silent.folder = nil
    silent.listFlows = ListLimit(count: 1)
    silent.format = .text
    var analysis = try Analysis(
      inputs: baseline, catalog: catalog, capture: capture, flows: flows, report: silent, recorded: recorded)
    let read = try analysis.run()
    return (Baseline(inputs: read.inputs.map(\.facts), ranges: read.result.statistics.ranges), read.inputs)
  }
}

extension CaptureInput {
  /// What an assessment must know of the input.
  var facts: InputFacts {
    InputFacts(
      name: name, interfaceDrops: interfaceDrops, untimedPackets: untimedCount, absences: absences,
      firstPacket: firstPacket, lastPacket: lastPacket)
  }
}
