import ArgumentParser
import Capture

/// Which packets are written to files, and where.
struct RecordArguments: ParsableArguments {
  enum Choice: String, ExpressibleByArgument, CaseIterable {
    case all, watched
  }

  @Option(
    help: ArgumentHelp("Write packets as pcapng into a folder, with a SHA-256 beside each file", valueName: "folder"))
  var write: String?

  @Option(help: ArgumentHelp("Packets to write: 'all', or those of flows in ranges ('watched')", valueName: "choice"))
  var writePackets = Choice.all

  @Option(
    help: ArgumentHelp(
      "With 'watched': MiB of the latest packets to hold, so that those of flows that another catalog covers (SIGHUP), and of "
        + "fragments, are written although they came before (0: none from before another catalog)",
      valueName: "mib"))
  var lookBack = 64

  @Option(help: ArgumentHelp("MiB after which a file is closed and another begun", valueName: "mib"))
  var rotateSize: UInt64 = 512

  @Option(help: ArgumentHelp("Seconds after which a file is closed and another begun (0: never)", valueName: "s"))
  var rotateSeconds: Double = 0

  @Option(
    help: ArgumentHelp(
      "Files to keep in the folder, those of earlier runs too; the oldest are removed (default: all)", valueName: "n"))
  var keepFiles: Int?

  @Option(
    help: ArgumentHelp(
      "MiB that all files in the folder may take, those of earlier runs too; the oldest are removed (default: no limit)",
      valueName: "mib"))
  var diskBudget: UInt64?

  func validate() throws {
    if write == nil, keepFiles != nil || diskBudget != nil {
      throw ValidationError("--keep-files and --disk-budget need --write.")
    }
    guard (0...1 << 20).contains(lookBack) else {
      throw ValidationError("--look-back takes 0 (none) to \(1 << 20) MiB, not \(lookBack).")
    }
    guard (1...1 << 40).contains(rotateSize), (0...1e9).contains(rotateSeconds), keepFiles ?? 1 >= 1,
      diskBudget ?? 1 >= 1
    else {
      throw ValidationError("--rotate-size, --rotate-seconds, --keep-files and --disk-budget take positive numbers.")
    }
  }

  /// When files are closed and removed.
  var rotation: RotationOptions {
    var options = RotationOptions()
    options.fileLength = rotateSize << 20
    options.fileSeconds = rotateSeconds
    options.fileCount = keepFiles ?? .max
    options.totalLength = diskBudget.map { $0 << 20 } ?? .max
    return options
  }
}
