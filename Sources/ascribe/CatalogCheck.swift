import ArgumentParser
import Assessment
import Catalog
import Packets

struct CatalogCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the catalog completely; name every finding with file and line",
    discussion: """
      Errors: the catalog may not be used (exit code 78). Warnings: it may, but does not say what it seems to say. \
      Information: true and perhaps meant. Each line is file:line: entry: [code] severity: what; remedy. The codes are \
      stable; Config/README.md lists them.

      Claims are held against the newest date of the catalog itself, so that the answer does not depend on the day of \
      the run; --at names another day.

      EXAMPLES
        ascribe catalog check -c Config/north-korea.yaml
        ascribe catalog check -c Config/demonstration.yaml --at 2030-01-01 --format json
      """)

  @OptionGroup var catalogOptions: CatalogOptions

  @Option(
    help: ArgumentHelp(
      "The day for which claims must not be stale (default: the newest date in the catalog)", valueName: "time"))
  var at: TimeArgument?

  @Option(help: "What standard output gets")
  var format = CatalogFormat.text

  @Flag(help: "Exit with 78 if there are warnings, too")
  var strict = false

  func run() throws {
    let review = CatalogReview(
      paths: catalogOptions.chosenPaths, allowsDocumentationRanges: catalogOptions.allowDocumentationRanges,
      at: at?.timestamp, asKnownAt: catalogOptions.asKnownAt?.timestamp)
    let catalog = review.catalog
    let output = try CatalogOutput(isDemonstration: catalog.allowsDocumentationRanges)
    switch format {
    case .text: try output.write(lines(review))
    case .json:
      try output.write([
        "schema": "ascribe-catalog-check/1", "catalog": catalog.summary,
        "checked_for": orNull((at?.timestamp ?? catalog.newestDate)?.description),
        "valid": review.count(.error) == 0,
        "counts": Dictionary(
          uniqueKeysWithValues: CatalogFinding.Severity.allCases.map { ($0.rawValue, review.count($0)) }),
        "findings": review.findings.map {
          [
            "code": $0.code.rawValue, "severity": $0.severity.rawValue, "file": $0.file, "line": $0.line,
            "entry": orNull($0.entry), "message": $0.message,
          ] as [String: Any]
        },
      ])
    }
    if review.count(.error) > 0 || (strict && review.count(.warning) > 0) { throw ExitCode.invalidCatalog }
  }

  private func lines(_ review: CatalogReview) -> [String] {
    let catalog = review.catalog
    var lines = review.findings.map(\.coded)
    if !lines.isEmpty { lines.append("") }
    let prefixes = UInt64(catalog.overlays.map(\.prefixes.count).reduce(0, +))
    let holds =
      "\(UInt64(catalog.actors.count).counted("actor")), \(UInt64(catalog.claims.count).counted("claim")), "
      + "\(UInt64(catalog.overlays.count).counted("overlay")) with \(prefixes.counted("prefix", "prefixes")), "
      + "\(UInt64(catalog.sensors.count).counted("sensor"))"
    let day = (at?.timestamp ?? catalog.newestDate).map { ", checked for \($0.plain)" } ?? ""
    lines.append(
      "\(UInt64(review.count(.error)).counted("error")), \(UInt64(review.count(.warning)).counted("warning")), "
        + "\(review.count(.information)) for information\(day).")
    lines += CatalogOutput.knowledge(catalog)
    lines.append(
      review.count(.error) == 0 ? "The catalog is valid: \(holds)." : "The catalog is invalid. Sound entries: \(holds)."
    )
    return lines
  }
}
