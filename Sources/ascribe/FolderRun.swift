import ArgumentParser
import Assessment
import Capture
import Catalog
import Flows
import Foundation
import Packets
import Reports

/// A run of `analyze` into a report folder.
struct FolderRun {
  /// Receives the log of every flow.
  let flowLog: ByteSink
  private let run: Analyze
  private let folder: ReportFolder

  /// Opens the folder before anything is read.
  ///
  /// - Parameters:
  ///   - run: The command.
  ///   - path: Where the folder is to stand.
  /// - Throws: `ExitCode.cannotWrite` after a message; a usage error if the folder lies in one that is read.
  init(of run: Analyze, at path: String) throws {
    self.run = run
    if let input = (run.inputs + run.statisticsOptions.baseline).first(where: { Self.holds($0, path) }) {
      throw ValidationError(
        "-o lies in the input folder '\(Console.printable(input))', where its evidence would be read as captures; name "
          + "another place.")
    }
    do {
      folder = try ReportFolder(at: path)
      let sink = try folder.sink(for: "flows.log")
      flowLog = { bytes in
        do { try sink(bytes) } catch let error as ReportFolder.Refusal { throw Self.refuse(error) }
      }
    } catch {
      throw Self.refuse(error)
    }
  }

  /// Writes the report with its evidence, and puts the folder in its place.
  ///
  /// - Parameters:
  ///   - report: The report.
  ///   - released: The case by what is released of the catalog; nothing where nothing is to be released.
  ///   - keys: The keys of release and signatures.
  /// - Throws: An exit code after a message.
  func write(_ report: Report, released: ReleasedCase?, keys: ReleaseArguments.Keys) throws {
    do {
      for rendering in Report.renderings { try rendering.render(report, folder.sink(for: rendering.name)) }
      if !ReportDocument.renderings.isEmpty {
        try ReportDocument(path: "\(folder.workPath)/report.json").write(to: folder)
      }
      try folder.write(Array(report.catalog.excerpt(of: report.covers).utf8), to: "catalog.yaml")
      let excerpt = try Catalog(paths: ["\(folder.workPath)/catalog.yaml"])
      var manifest = Manifest(report.manifestMembers)
      // The excerpt may hold claims that no finding cites.
      manifest.members["marking"] = .string(([report.marking] + excerpt.claims.map(\.tlp)).strictest.marking)
      manifest.members["options"] = .object(RecordedOptions(run).members)
      manifest.members["evidence"] = .array(try evidence(of: report, excerpt))
      try release(released, of: report, keys)
      let sealed = try folder.seal(manifest)
      if let key = keys.signing { try folder.sign(sealed, with: key) }
      try folder.commit()
    } catch let error as CaptureError {
      Console.note("error: \(Console.printable(error.description))")
      throw error.exitCode
    } catch let error as ReportFolder.Refusal {
      throw Self.refuse(error)
    }
  }

  /// Takes away what was written.
  func discard() { folder.discard() }

  /// Writes the release into the folder, and says on standard error what is released and what not.
  private func release(_ released: ReleasedCase?, of report: Report, _ keys: ReleaseArguments.Keys) throws {
    guard let released else { return }
    let sensors = report.sensors.map(\.sensor)
    let local = run.flowOptions.options(sensors: sensors).localNetworks + sensors.flatMap(\.localNetworks)
    let release = try Release(of: report, as: released, key: keys.release, localNetworks: local)
    try release.write(to: folder, signedBy: keys.signing)
    for line in release.summary { Console.note(Console.printable(line)) }
  }

  private func evidence(of report: Report, _ excerpt: Catalog) throws -> [DocumentValue] {
    guard let start = report.captureStart, !report.result.findings.isEmpty else { return [] }
    guard !report.interrupted else {
      Console.note("warning: The run was interrupted: the folder holds no evidence packets.")
      return []
    }
    guard report.inputsCanBeReadAgain else {
      Console.note("warning: Standard input cannot be read twice: the folder holds no evidence packets.")
      return []
    }
    var writer = try EvidenceWriter(
      report,
      EvidenceWriter.Source(
        run: run, paths: run.inputs,
        sensors: SensorAssignment(run.flowOptions.sensor, inputs: run.inputs, catalog: report.catalog),
        catalog: excerpt, captureStart: start))
    let evidence = try writer.write(to: folder)
    let leftOut = evidence.reduce(0) { $0 + ($1.members?["flows_left_out"]?.count ?? 0) }
    if leftOut > 0 {
      Console.note(
        "note: Of \(leftOut.counted("flow")) the evidence shows nothing: findings do not list them, its bounds leave them "
          + "out, or packets alone do not tell them apart.")
    }
    return evidence
  }

  /// Whether a path lies in a folder, or is it.
  private static func holds(_ folder: String, _ path: String) -> Bool {
    func canonical(_ path: String) -> String {
      URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
    guard folder != "-" else { return false }
    // What does not stand there yet is told by the folder above it.
    let above = canonical(URL(filePath: path).standardizedFileURL.deletingLastPathComponent().path)
    let place = canonical(folder)
    return canonical(path) == place || above == place || above.hasPrefix(place == "/" ? "/" : place + "/")
  }

  private static func refuse(_ error: ReportFolder.Refusal) -> ExitCode {
    Console.note("error: \(Console.printable(error.description)).")
    return .cannotWrite
  }
}
