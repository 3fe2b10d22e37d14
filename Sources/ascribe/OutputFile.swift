import ArgumentParser
import Capture

/// A file, device, pipe or standard output that is written as bytes come.
struct OutputFile {
  private let output: OutputDescriptor
  private let name: String

  /// Opens it; what a file held is replaced.
  ///
  /// - Parameter path: The path; "-" is standard output.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  init(path: String) throws {
    if path == "-" {
      (output, name) = (OutputDescriptor(), "Standard output")
      return
    }
    name = Console.printable(path)
    do throws(OutputDescriptor.Failure) {
      output = try OutputDescriptor(over: path)
    } catch {
      Console.note("error: \(name) cannot be written: \(error.reason); name a file in a folder that exists.")
      throw ExitCode.cannotWrite
    }
  }

  /// Writes bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  func write(_ bytes: [UInt8]) throws {
    do throws(OutputDescriptor.Failure) {
      try output.write(bytes)
    } catch {
      Console.note("error: \(name) could not be written: \(error.reason).")
      throw ExitCode.cannotWrite
    }
  }
}
