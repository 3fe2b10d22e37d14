import ArgumentParser
import Catalog
import Foundation
import Reports

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hold a report against its manifest, its evidence and its captures",
    discussion: """
      Of a report folder ('analyze -o'): every file is held against the manifest; renderings, manifest and flow log are \
      held against report.json (inputs, sensors, flows, packets and bytes by verdict, reason and actor); and each finding is derived again from \
      the folder alone, its evidence packets graded and judged under the folder's excerpt of the catalog. Where the \
      captures are named, or lie where the report says, they are hashed, and the report is made again and compared byte \
      for byte; under the whole catalog if -c names it, else under the excerpt and without what speaks of the whole.

      A finding holds; or holds as far as its packets show, with what they leave open (other flows of a flood, flows that \
      are counted and not listed); or DOES NOT HOLD, with the difference. Whoever changes a folder and its manifest \
      together is found out only by a signature, or by the manifest's digest known from elsewhere.

      A release (the folder 'release' in a report folder) is held against its manifest alone; --open opens what it \
      withholds, --opening checks such an opening.

      EXIT CODES
        0  all is as written and holds        64 usage
        65 changed, does not hold, or no report
        66 report or capture missing          74 output could not be written
        78 catalog invalid

      EXAMPLES
        ascribe analyze Captures/mail.pcap -c Config/demonstration.yaml -o report && ascribe verify report
        ascribe verify Captures/expected/mail.pcap.json --captures Captures -c Config/demonstration.yaml
      """)

  @Argument(help: ArgumentHelp("A report folder, or a report.json alone", valueName: "report"))
  var report: String

  @Option(
    help: ArgumentHelp(
      "A capture, or a folder of them; found by their SHA-256; may be given several times (default: where the report "
        + "says)", valueName: "path"))
  var captures: [String] = []

  @Option(
    name: [.customShort("c"), .customLong("catalog")],
    help: ArgumentHelp(
      "The catalog of the report: a file, or a folder of them; may be given several times (default: the folder's "
        + "excerpt)", valueName: "path"))
  var catalog: [String] = []

  @Option(help: "What standard output gets")
  var format = CatalogFormat.text

  @OptionGroup(title: "Release") var openingOptions: OpeningArguments

  func run() throws {
    try openingOptions.checkSignature(of: report)
    if try openingOptions.run(on: report) { return }
    let verification = try Verification(of: report, captures: captures, catalogPaths: catalog)
    let output = try OutputFile(path: "-")
    switch format {
    case .text:
      let lines = verification.lines.map { Console.printable($0) + "\n" }
      try output.write(Array(lines.joined().utf8))
    case .json: try output.write(verification.document.canonicalBytes)
    }
    if !verification.holds { throw ExitCode.notACapture }
    if verification.missesCaptures || verification.checksNothing { throw ExitCode.noInput }
  }
}
