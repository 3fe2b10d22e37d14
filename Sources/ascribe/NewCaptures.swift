import ArgumentParser
import Capture
import CaseStore
import Cryptography
import Foundation
import Reports

/// Which inputs a case does not hold yet; each capture is read once, whatever its names.
struct NewCaptures {
  /// What is to be read: the inputs as they were named, or the files of them that are new.
  private(set) var paths: [String]
  /// Files found in folders that are no captures.
  private(set) var skipped: [(name: String, reason: String)] = []

  /// Looks at the inputs; a file is hashed here only if another one has its size.
  ///
  /// - Parameters:
  ///   - inputs: The inputs as they were named.
  ///   - store: The case.
  ///   - options: How captures are read.
  /// - Throws: `CaseError`, or an exit code after a message on standard error.
  init(_ inputs: [String], store: CaseStore, options: CaptureOptions) throws {
    paths = inputs
    let files = inputs.filter { $0 != "-" }
    guard !files.isEmpty else { return }
    var look = options
    look.hashesInputs = false
    let found: [CaptureInput]
    do throws(CaptureError) {
      let source = try CaptureSource(paths: files, options: look)
      (found, skipped) = (source.inputs, source.skipped)
    } catch {
      Console.note("error: \(Console.printable(error.description))")
      throw error.exitCode
    }
    var sizes: [UInt64: Int] = [:]
    for input in found { sizes[input.byteCount, default: 0] += 1 }
    var seen: [String: String] = [:]
    var new: [String] = []
    for input in found {
      if try sizes[input.byteCount] == 1 && !store.holdsCapture(ofBytes: input.byteCount) {
        new.append(input.name)
        continue
      }
      let digest = try Self.digest(input.name)
      if try store.holdsCapture(digest) {
        Console.note("\(Console.printable(input.name)) is in the case already and is not read again: \(digest)")
      } else if let other = seen[digest] {
        Console.note("\(Console.printable(input.name)) is the same as \(Console.printable(other)) and is read once.")
      } else {
        seen[digest] = input.name
        new.append(input.name)
      }
    }
    guard new.count < found.count else { return }
    paths = new + inputs.filter { $0 == "-" }
  }

  private static func digest(_ path: String) throws -> String {
    var digest = Digest(.sha256)
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      while let piece = try file.read(upToCount: 4 << 20), !piece.isEmpty {
        digest.update(piece.span)
      }
    } catch {
      Console.note("error: \(Console.printable(path)) cannot be read: \(error.clause).")
      throw ExitCode.noInput
    }
    return Digest.hex(digest.finish())
  }
}
