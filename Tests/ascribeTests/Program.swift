import Foundation

/// The built program, run as a user runs it.
enum Program {
  /// What a run gave.
  struct Run {
    var exitCode: Int32
    var output: Data
    var errors: String

    /// Standard output as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Standard output as a JSON object.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: output) as? [String: Any]) ?? [:]
    }
  }

  /// The package's root.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The demonstration catalog.
  static let demonstration = root.appending(path: "Config/demonstration.yaml").path

  /// The program beside the test bundle.
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "ascribe")

  /// Path of a committed capture.
  ///
  /// - Parameter name: Its file name in Captures/.
  /// - Returns: The path.
  static func capture(_ name: String) -> String { root.appending(path: "Captures/\(name)").path }

  /// The lines of a table with tabs between its columns, without comments and the line that names the columns.
  ///
  /// - Parameter path: Its path in the package.
  /// - Returns: The columns of each line.
  static func table(_ path: String) -> [[String]] {
    let text = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    return lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
      .filter { $0.last != "value" && $0.last != "by" }
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: Its arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: What it gave.
  /// - Throws: If it cannot be started.
  static func run(_ arguments: [String], input: Data = Data()) throws -> Run {
    try run(executable, arguments, input: input)
  }

  /// Runs any program to its end, in the package's root and a plain environment.
  ///
  /// - Parameters:
  ///   - executable: The program.
  ///   - arguments: Its arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: What it gave.
  /// - Throws: If it cannot be started.
  static func run(_ executable: URL, _ arguments: [String], input: Data = Data()) throws -> Run {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = root
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"]
    let folder = try Scratch()
    let inputFile = folder.path("input")
    try input.write(to: URL(filePath: inputFile))
    // Files instead of pipes: no run can block on a full pipe.
    for name in ["output", "errors"] { _ = FileManager.default.createFile(atPath: folder.path(name), contents: nil) }
    process.standardInput = FileHandle(forReadingAtPath: inputFile)
    process.standardOutput = FileHandle(forWritingAtPath: folder.path("output"))
    process.standardError = FileHandle(forWritingAtPath: folder.path("errors"))
    try process.run()
    process.waitUntilExit()
    return Run(
      exitCode: process.terminationStatus, output: try Data(contentsOf: URL(filePath: folder.path("output"))),
      errors: String(decoding: try Data(contentsOf: URL(filePath: folder.path("errors"))), as: UTF8.self))
  }

  /// Runs `analyze` with the demonstration catalog.
  ///
  /// - Parameters:
  ///   - inputs: The inputs.
  ///   - options: Other arguments.
  ///   - input: What it reads from standard input.
  /// - Returns: What it gave.
  /// - Throws: If it cannot be started.
  static func analyze(_ inputs: [String], _ options: [String] = ["--format", "json"], input: Data = Data()) throws
    -> Run
  {
    try run(["analyze"] + inputs + ["-c", demonstration] + options, input: input)
  }
}

/// A folder that goes with the last reference to it.
final class Scratch {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "ascribe-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Path of a file in the folder.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The path.
  func path(_ name: String) -> String { url.appending(path: name).path }
}
