import Assessment
import Capture
import Flows
import Packets
import Reports

/// What is said of the whole capture.
extension LiveRun {
  /// The interfaces with what was counted of them.
  var inputs: [CaptureInput] {
    var inputs = source.inputs
    for (index, counts) in source.counts().enumerated() {
      inputs[index].interfaceDrops = counts.dropped + counts.droppedByInterface
      let name = inputs[index].name
      inputs[index].absences = absences[name] ?? []
      if let since = lost[name] { inputs[index].absences.append(since...max(since, .now)) }
    }
    return inputs
  }

  /// What was counted by now.
  var totals: Report.Totals { Report.Totals(intake.totals, intake.table.counts) }

  /// Says to the assessment what was counted by now.
  func describe(_ inputs: [CaptureInput]) {
    let counts = intake.table.counts
    // Nothing is hashed before it is read, and so nobody can show that it is what came from the line.
    assessment.context.inputsAreHashed = false
    assessment.context.packets = intake.totals.packets
    assessment.context.evictedFlows = counts.evictedFlows
    assessment.context.cutStreams = counts.cutStreams
    assessment.context.unrecordedGuesses = counts.unrecordedGuesses
    assessment.context.interfaceDrops = inputs.compactMap(\.interfaceDrops).reduce(0, +)
    assessment.context.inputs = inputs.map(\.facts)
  }

  /// The report of the capture alone.
  func report() -> Report {
    let (inputs, totals) = (inputs, totals)
    describe(inputs)
    var report = Report(
      toolVersion: Ascribe.version, inputs: inputs, catalog: catalog, totals: totals, result: assessment.finish())
    report.interrupted = Interruption.isRequested
    report.reportTime = reportTime
    report.catalogChanges = changes
    report.sensors = sensors.sensors.enumerated().map { index, sensor in
      (sensor, inputs.indices.filter { sensors.sensor(of: inputs[$0].name) == index })
    }
    return report
  }
}
