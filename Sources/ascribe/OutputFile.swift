import ArgumentParser
import Capture
import Foundation
import Reports

/// A file, device, pipe or standard output that is written as bytes come.
struct OutputFile {
  private let output: OutputDescriptor
  private let name: String

  /// Opens it; what a file held is replaced, but no capture is, and no case.
  ///
  /// - Parameter path: The path; "-" is standard output.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  init(path: String) throws {
    if path == "-" {
      (output, name) = (OutputDescriptor(), "Standard output")
      return
    }
    name = Console.printable(path)
    if Self.isCase(path) {
      Console.note("error: \(name) is a case, which is not replaced; name another file.")
      throw ExitCode.cannotWrite
    }
    if Self.isCapture(path) {
      Console.note("error: \(name) is a capture, which is not replaced; name another file.")
      throw ExitCode.cannotWrite
    }
    do throws(OutputDescriptor.Failure) {
      output = try OutputDescriptor(over: path)
    } catch {
      Console.note("error: \(name) cannot be written: \(error.reason); name a file in a folder that exists.")
      throw ExitCode.cannotWrite
    }
  }

  /// The file at a path or behind a link; nothing where there is none, or a pipe, from which to look would take.
  private static func regularFile(at path: String) -> String? {
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    return ReportFolder.isRegular(target) ? target : nil
  }

  /// Whether a file begins as every SQLite database does.
  private static func isCase(_ path: String) -> Bool {
    guard let target = regularFile(at: path), let file = FileHandle(forReadingAtPath: target) else { return false }
    defer { try? file.close() }
    return (try? file.read(upToCount: 16)) == Data("SQLite format 3\0".utf8)
  }

  private static func isCapture(_ path: String) -> Bool {
    guard let target = regularFile(at: path) else { return false }
    var options = CaptureOptions()
    options.hashesInputs = false
    do throws(CaptureError) {
      _ = try CaptureSource(paths: [target], options: options)
      return true
    } catch {
      return false
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
