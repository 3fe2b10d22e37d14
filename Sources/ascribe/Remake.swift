import Assessment
import Catalog
import Foundation
import Reports

/// A report made again from its captures, and held against what it was.
struct Remake {
  /// Whether the catalog was the whole one, and not the excerpt of the folder.
  let isWhole: Bool
  /// How the new report differs, a clause each; empty if it does not.
  private(set) var differences: [String] = []

  /// The member of a report that speaks of all of a catalog, and differs under an excerpt of it.
  static let ofWholeCatalog = "catalog"

  /// Makes the report again.
  ///
  /// - Parameters:
  ///   - document: The report.
  ///   - data: The bytes of its report.json.
  ///   - flowLog: The path of its flow log; nothing if there is none.
  ///   - options: The options of its run.
  ///   - catalog: The catalog.
  ///   - paths: Where its inputs lie, in its order.
  /// - Throws: An exit code after a message, or a usage error.
  init(
    _ document: ReportDocument, _ data: Data, flowLog: String?, options: RecordedOptions, catalog: Catalog,
    paths: [String]
  ) throws {
    isWhole = catalog.excerptOf == nil
    let inputs = zip(document.inputs, paths)
    // A file may stand in both roles, under a name in each.
    func recorded(_ named: [String], _ role: String) -> RecordedInputs {
      let pairs = inputs.filter { $0.0.role == role }.map { ($1, $0.name) }
      return RecordedInputs(named: named, names: Dictionary(pairs) { first, _ in first })
    }
    let run = try options.command(
      inputs: inputs.filter { $0.0.role == "case" }.map(\.1),
      baseline: inputs.filter { $0.0.role == "baseline" }.map(\.1))
    let log = flowLog.map(ByteComparison.init)
    var analysis = try Analysis(
      inputs: run.inputs, catalog: catalog, capture: run.captureOptions, flows: run.flowOptions,
      report: run.reportOptions, flowLog: log.map { $0.compare },
      recorded: recorded(options.inputs, "case"))
    try analysis.mark(run.releaseOptions)
    try analysis.compare(
      with: run.statisticsOptions.readBaseline(
        catalog: catalog, capture: run.captureOptions, flows: run.flowOptions, report: run.reportOptions,
        recorded: recorded(options.baseline, "baseline")),
      claimError: run.statisticsOptions.analystFigure)
    var report = try analysis.run()
    // Files that are no captures are no inputs, and are not asked for again.
    report.skippedInputs = document.skippedInputs.map { ($0.name, $0.reason) }
    var remade = Data()
    try report.render(as: .json) { remade.append(contentsOf: $0) }
    compare(remade, data)
    if isWhole, let flowLog { try compareText(of: report, besides: flowLog) }
    if let place = log?.finish() { differences.append("flows.log differs from byte \(place) on") }
    if flowLog == nil, !differences.isEmpty {
      differences.append(
        "a report.json alone does not tell all options of its run: if it was made with others than the defaults, "
          + "verify the folder that 'analyze -o' writes")
    }
  }

  /// Holds the other renderings of the run against the files of the folder.
  private mutating func compareText(of report: Report, besides file: String) throws {
    let folder = URL(filePath: file).deletingLastPathComponent()
    for rendering in Report.renderings where rendering.name != "report.json" {
      var text = Data()
      try rendering.render(report) { text.append(contentsOf: $0) }
      if text != FileManager.default.contents(atPath: folder.appending(path: rendering.name).path) {
        differences.append("\(rendering.name) differs")
      }
    }
  }

  private mutating func compare(_ remade: Data, _ data: Data) {
    if isWhole, remade == data { return }
    let decoder = JSONDecoder()
    guard var new = (try? decoder.decode(DocumentValue.self, from: remade))?.members,
      var old = (try? decoder.decode(DocumentValue.self, from: data))?.members
    else {
      differences.append("report.json cannot be read")
      return
    }
    if !isWhole {
      new[Self.ofWholeCatalog] = nil
      old[Self.ofWholeCatalog] = nil
    }
    guard let path = DocumentDifference(.object(old), .object(new))?.path else {
      if isWhole { differences.append("report.json differs in how it is written") }
      return
    }
    let findings = old["findings"]?.elements ?? []
    if path.first == "findings", path.count > 1, let index = Int(path[1]) {
      let id = findings.indices.contains(index) ? findings[index].members?["id"]?.text : nil
      let rest = path.dropFirst(2).joined(separator: ".")
      differences.append(
        "report.json differs, first in finding \(id ?? "\(index + 1)") at \(rest.isEmpty ? "its end" : rest)")
    } else {
      differences.append("report.json differs, first at \(path.joined(separator: "."))")
    }
  }
}

/// Holds bytes that come against those of a file.
final class ByteComparison {
  private let file: FileHandle?
  private var place: UInt64 = 0
  private var difference: UInt64?

  /// Opens the file; one that is none or no regular one differs from its first byte on.
  ///
  /// - Parameter path: Its path.
  init(_ path: String) {
    file = ReportFolder.open(path)
    if file == nil { difference = 0 }
  }

  /// Takes the next bytes.
  ///
  /// - Parameter bytes: The bytes.
  func compare(_ bytes: [UInt8]) {
    guard difference == nil else { return }
    let there = [UInt8]((try? file?.read(upToCount: bytes.count)) ?? Data())
    if there != bytes {
      difference = place + UInt64(zip(there, bytes).prefix { $0 == $1 }.count)
    }
    place += UInt64(bytes.count)
  }

  /// Says that there are no more.
  ///
  /// - Returns: The offset of the first difference; nothing if there is none.
  func finish() -> UInt64? {
    if difference == nil, let rest = try? file?.read(upToCount: 1), !rest.isEmpty { difference = place }
    try? file?.close()
    return difference
  }
}
