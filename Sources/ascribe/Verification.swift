import ArgumentParser
import Catalog
import Foundation
import Packets
import Reports

/// What came of holding a report against its manifest, its evidence and its captures.
struct Verification {
  /// The manifest with every file of the folder; nothing for a report.json alone.
  private(set) var folder: FolderCheck?
  /// Whether the report is of demonstration data.
  private(set) var isDemonstration = false
  /// Each finding, derived again from the folder alone.
  private(set) var findings: [FindingCheck] = []
  /// Why findings could not be derived again; nothing if they could.
  private(set) var obstacle: String?
  /// The files of the folder that say something else than report.json: its renderings, manifest and flow log; by file name.
  private(set) var otherRenderings: [String] = []
  /// The captures, as far as they were looked for.
  private(set) var search: CaptureSearch?
  /// The report made again; nothing if it was not.
  private(set) var remake: Remake?
  /// Why it was not: a sentence.
  private(set) var whyNotRemade: String?
  /// Whether captures that were named do not hold all inputs, none of which was changed.
  private(set) var missesCaptures = false

  /// Verifies a report.
  ///
  /// - Parameters:
  ///   - path: A report folder, or a report.json alone.
  ///   - captures: Where captures lie; where the report says if empty.
  ///   - catalogPaths: The catalog; the folder's excerpt if empty.
  /// - Throws: An exit code after a message, or a usage error.
  init(of path: String, captures: [String], catalogPaths: [String]) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Self.refuse(path, "cannot be read; name a report folder or a report.json", .noInput)
    }
    let isFolder = FileManager.default.isFolder(atPath: path)
    let base = isFolder ? (path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path) : nil
    let file = base.map { "\($0)/report.json" } ?? path
    if let base { folder = FolderCheck(of: base) }
    guard let data = FileManager.default.contents(atPath: file) else {
      guard folder != nil else { throw Self.refuse(path, "cannot be read", .noInput) }
      obstacle = "report.json is missing"
      return
    }
    let document: ReportDocument
    do throws(ReportDocument.Refusal) {
      document = try ReportDocument(json: data)
    } catch {
      guard folder != nil else { throw Self.refuse(path, error.description, .notACapture) }
      obstacle = "report.json \(error.description)"
      return
    }
    isDemonstration = document.demonstrationData
    let isRelease = folder?.manifest?.members["commitments"] != nil
    if let base {
      if !isRelease { checkFindings(of: document, in: base) }
      otherRenderings = try ReportDocument.renderings.filter { rendering in
        let data = FileManager.default.contents(atPath: "\(base)/\(rendering.name)")
        return try data != Data(rendering.render(document).utf8)
      }.map(\.name)
      if !isRelease {
        let text = FileManager.default.contents(atPath: "\(base)/report.txt")
        if try text != Data(document.rendered(as: .text).utf8) { otherRenderings.append("report.txt") }
        if !agrees(with: data, document) { otherRenderings.append(Manifest.name) }
        if FlowTally(log: "\(base)/flows.log") != FlowTally(document) { otherRenderings.append("flows.log") }
      }
    }
    if isRelease {
      whyNotRemade = "A release holds neither packets nor a flow log: it is held against its manifest alone."
      return
    }
    try makeAgain(document, data, base: base, captures: captures, catalogPaths: catalogPaths)
  }

  /// Whether nothing was changed, every finding holds, and what was made again is the same.
  var holds: Bool {
    (folder?.changes.isEmpty ?? true) && obstacle == nil && otherRenderings.isEmpty
      && !findings.contains { $0.state == .fails }
      && search?.hasChanged != true && (remake?.differences.isEmpty ?? true)
  }

  /// Whether there was nothing to hold the report against: neither a manifest nor its captures.
  var checksNothing: Bool { folder == nil && remake == nil && search?.hasChanged != true }

  private mutating func checkFindings(of document: ReportDocument, in base: String) {
    guard let manifest = folder?.manifest else {
      return obstacle = "the manifest is not as it was written, so its options and files cannot be relied on"
    }
    do throws(FindingCheck.Unreadable) {
      findings = try FindingCheck.all(document, manifest, in: base)
    } catch {
      obstacle = error.description
    }
  }

  /// Whether the manifest says of the run what report.json says; true where it is not to be relied on.
  private func agrees(with data: Data, _ document: ReportDocument) -> Bool {
    guard let manifest = folder?.manifest,
      let report = (try? JSONDecoder().decode(DocumentValue.self, from: data))?.members
    else { return true }
    return manifest.members["catalog"]?.members?["sha256"]?.text == document.catalog.sha256
      && ["tool", "demonstration_data", "interrupted", "inputs", "skipped_inputs", "sensors", "report_time"]
        .allSatisfy { manifest.members[$0] == report[$0] }
  }

  private mutating func makeAgain(
    _ document: ReportDocument, _ data: Data, base: String?, captures: [String], catalogPaths: [String]
  ) throws {
    guard obstacle == nil else { return whyNotRemade = "The folder was changed: the report is not made again." }
    guard !document.interrupted else {
      return whyNotRemade = "The run was interrupted: nobody knows where, so the report cannot be made again."
    }
    guard base != nil || !catalogPaths.isEmpty else {
      return whyNotRemade = "A report.json alone has no catalog: name it with -c."
    }
    let search = CaptureSearch(document.inputs, in: captures)
    self.search = search
    let paths = search.paths.compactMap { $0 }
    guard paths.count == document.inputs.count else {
      missesCaptures = !captures.isEmpty && !search.hasChanged
      return whyNotRemade = "The report is not made again: not all captures are at hand."
    }
    let options =
      folder?.manifest.map { RecordedOptions($0.members["options"]?.members ?? [:]) } ?? RecordedOptions(document)
    let run = try options.command(inputs: options.inputs)
    let catalog: Catalog
    if let base, catalogPaths.isEmpty {
      do throws(CatalogError) {
        catalog = try Self.asKnown(Catalog(paths: ["\(base)/catalog.yaml"]), by: document.catalog)
      } catch {
        for problem in error.problems { Console.note("error: \(Console.printable(problem.description))") }
        throw ExitCode.invalidCatalog
      }
    } else {
      catalog = try run.catalogOptions.load(catalogPaths)
    }
    remake = try Remake(
      document, data, flowLog: base.map { "\($0)/flows.log" }, options: options, catalog: catalog, paths: paths)
  }

  /// An excerpt, read as of the time at which the report says that its catalog was.
  private static func asKnown(_ excerpt: Catalog, by catalog: ReportDocument.Catalog) -> Catalog {
    guard let time = catalog.asKnownAt.flatMap({ Timestamp($0) }) else { return excerpt }
    var then = excerpt.asKnown(at: time)
    // What was recorded later is not in the excerpt: how much that is, the whole catalog alone tells.
    if let unknown = catalog.notYetKnown {
      then.knowledge?.unknownClaims = Int(clamping: unknown.claims)
      then.knowledge?.unknownOverlays = Int(clamping: unknown.overlays)
      then.knowledge?.droppedOverrides = Int(clamping: unknown.overrides)
    }
    return then
  }

  private static func refuse(_ path: String, _ says: String, _ code: ExitCode) -> ExitCode {
    Console.note("error: \(Console.printable(path)) \(Console.printable(says)).")
    return code
  }
}
