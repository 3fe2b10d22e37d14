import ArgumentParser
import Foundation

/// A file or standard output that is written as bytes come.
struct OutputFile {
  private let file: FileHandle
  private let name: String

  /// Opens the file; what stood there is replaced.
  ///
  /// - Parameter path: The path; "-" is standard output.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  init(path: String) throws {
    if path == "-" {
      file = .standardOutput
      name = "Standard output"
    } else if FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    {
      file = handle
      name = Console.printable(path)
    } else {
      Console.note("error: \(Console.printable(path)) cannot be written; name a file in a folder that exists.")
      throw ExitCode.cannotWrite
    }
  }

  /// Writes bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  func write(_ bytes: [UInt8]) throws {
    do {
      try file.write(contentsOf: bytes)
    } catch {
      Console.note("error: \(name) could not be written: \(error.localizedDescription).")
      throw ExitCode.cannotWrite
    }
  }
}
