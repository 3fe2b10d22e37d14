public import ArgumentParser
import Assessment
import POSIX
import Packets
public import Reports
import SystemPackage

/// What is reported, how and where.
struct ReportArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What standard output gets",
      valueName: "format"))
  var format = ReportFormat.text

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write a report folder instead: report.json, the same as a page, Markdown, text, STIX and MISP, flows.log, "
        + "evidence, catalog.yaml, manifest.json; for 'ascribe verify'", valueName: "dir"))
  var folder: String?

  @Option(
    name: [.customLong("flows")],
    help: ArgumentHelp(
      "Also write every flow, attributed or not, to a file ('-': standard output)", valueName: "path"))
  var flowsPath: String?

  @Option(
    help: ArgumentHelp(
      "Format of --flows",
      valueName: "format"))
  var flowsFormat = FlowLogFormat.zeek

  @Option(
    help: ArgumentHelp("Flows that a finding lists, in time order: 1 or more, or 'all'", valueName: "n"))
  var listFlows = ListLimit(count: 1_000)

  @Flag(help: "Exit with 0 if there is an EXCLUSIVE finding, with 1 if there is none")
  var exitStatus = false

  @Flag(
    name: .customLong("tlp1-compat"),
    help: "In STIX, mark GREEN, AMBER and RED with the objects of TLP 1 (default: TLP 2.0)")
  var usesFirstTLP = false

  @Option(
    help: ArgumentHelp("The time to print as the report's own (RFC 3339, UTC); none otherwise", valueName: "time"))
  var reportTime: TimeArgument?

  func validate() throws {
    if folder?.isEmpty == true { throw ValidationError("-o takes the path of a folder.") }
    if folder != nil, format != .text || flowsPath != nil {
      throw ValidationError("-o writes every format and the flows into a folder; leave --format and --flows out.")
    }
    if flowsPath == "-", format != .text {
      throw ValidationError("--flows - and --format \(format.rawValue) would both write to standard output.")
    }
    if usesFirstTLP, format != .stix {
      throw ValidationError("--tlp1-compat is for --format stix; leave it out.")
    }
  }

  /// Refuses to write flows over a file that the run needs for something else.
  ///
  /// - Parameter files: The files.
  /// - Throws: A usage error.
  func spare(_ files: [String]) throws {
    guard let flowsPath else { return }
    let target = Self.identity(flowsPath)
    if let file = files.first(where: { $0 == flowsPath || target != nil && Self.identity($0) == target }) {
      throw ValidationError("--flows would replace \(Console.printable(file)), which is needed; name another file.")
    }
  }

  private static func identity(_ path: String) -> FileIdentity? { (try? Stat(FilePath(path)))?.identity }

  /// How many flows a finding holds for this report.
  var flowsPerFinding: Int { format.listsEveryWatchedFlow ? .max : listFlows.count }

  /// Writes the report to standard output.
  ///
  /// - Parameter report: The report.
  /// - Throws: `ExitCode.cannotWrite` if standard output does not take it.
  func write(_ report: Report) throws {
    guard flowsPath != "-" else { return }
    let layout = Report.TextLayout(
      width: Console.outputColumns, colour: Console.outputWantsColour, usesFirstTLP: usesFirstTLP)
    try report.render(as: format, layout: layout, to: OutputFile(path: "-").write)
  }

  /// Says by the exit code what the report holds, once it is written.
  ///
  /// - Parameter report: The report.
  /// - Throws: `ExitCode.internalFault` after a message if packets are missing from it, or `ExitCode.nothingFound`.
  func check(_ report: Report) throws {
    guard report.totals.reconcile else {
      Console.note("error: The totals do not add up: packets are missing from this report. Please report this fault.")
      throw ExitCode.internalFault
    }
    if exitStatus, !report.result.findings.contains(where: { $0.verdict == .exclusive }) {
      throw ExitCode.nothingFound
    }
  }
}

/// How many flows a finding lists.
struct ListLimit: ExpressibleByArgument {
  /// The number.
  let count: Int

  init(count: Int) { self.count = count }

  init?(argument: String) {
    if argument == "all" {
      count = .max
    } else if let number = Int(argument), number > 0 {
      count = number
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { "\(count)" }
}

/// A time on the command line.
struct TimeArgument: ExpressibleByArgument {
  /// The time.
  let timestamp: Timestamp

  init(timestamp: Timestamp) { self.timestamp = timestamp }

  init?(argument: String) {
    guard let timestamp = Timestamp(argument) else { return nil }
    self.timestamp = timestamp
  }
}

extension ReportFormat: ExpressibleByArgument {}
extension FlowLogFormat: ExpressibleByArgument {}
