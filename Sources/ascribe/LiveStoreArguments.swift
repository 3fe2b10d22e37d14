import ArgumentParser
import Capture
import CaseStore
import Catalog
import Flows
import Foundation

/// Where a live capture keeps its flows.
struct LiveStoreArguments: ParsableArguments {
  @OptionGroup var storeOptions: StoreArguments

  @Option(
    help: ArgumentHelp(
      "Seconds between commits to the case: what a killed capture loses at most", valueName: "s"))
  var storeInterval: Double = 5

  func validate() throws {
    guard (0.1...3_600).contains(storeInterval) else {
      throw ValidationError("--store-interval takes 0.1 to 3600 seconds, not \(storeInterval).")
    }
  }

  /// The folder of the case, in which SQLite keeps two files beside it.
  var folder: String? { storeOptions.store.map { URL(filePath: $0).deletingLastPathComponent().path } }
}

extension LiveStoreArguments {
  /// Opens the case, if one is named, with the rights that the process has by now.
  ///
  /// - Parameters:
  ///   - catalog: The catalog.
  ///   - place: Where it lies.
  ///   - source: The interfaces.
  ///   - sensors: Where they are.
  ///   - filter: The filter; empty for none.
  ///   - flows: How flows are kept.
  ///   - report: What shapes the report.
  /// - Returns: The case.
  /// - Throws: An exit code after a message on standard error.
  func open(
    catalog: Catalog, place: LiveFacts.CatalogPlace, source: LiveSource, sensors: SensorAssignment, filter: String,
    flows: FlowArguments, report: AssessmentOptions
  ) throws -> LiveStore? {
    guard let path = storeOptions.store else { return nil }
    var facts = RunFacts()
    facts.filter = filter
    facts.idleTimeouts = flows.options(sensors: []).idleTimeouts
    facts.sensors = sensors.sensors.map(\.id)
    let inputs = source.inputs.map { input in
      let sensor = sensors.sensor(of: input.name)
      return (input: input, sensor: sensors.sensors.indices.contains(sensor) ? sensors.sensors[sensor].id : nil)
    }
    return try LiveStore(
      path: path, options: self, catalog: catalog, place: place, inputs: inputs, facts: facts, report: report)
  }
}
