import ArgumentParser
import Cryptography
import Foundation
import Reports

/// What is asked of a release: to open what it withholds, to check an opening, to check who signed it.
struct OpeningArguments: ParsableArguments {
  @Option(
    name: .customLong("open"),
    help: ArgumentHelp(
      "Write the opening of an item that the release withholds: 'finding F1', 'flow UID', 'claim ID', 'overlay ID', "
        + "'address ADDRESS', 'input 1', 'sensor 1', 'link 1', 'slip S1', 'part NAME'", valueName: "item"))
  var item: String?

  @Option(
    help: ArgumentHelp(
      "The file that --open reads (default: openings.json in the folder that holds the release)", valueName: "file"))
  var openings: String?

  @Option(help: ArgumentHelp("Check that the item of an opening stood in the report released", valueName: "file"))
  var opening: String?

  @Option(
    help: ArgumentHelp(
      "Check the signature of manifest.json with an Ed25519 public key, PEM", valueName: "file"))
  var publicKey: String?

  func validate() throws {
    if item != nil, opening != nil { throw ValidationError("--open makes an opening, --opening checks one; give one.") }
    if openings != nil, item == nil { throw ValidationError("--openings is for --open; name an item with --open.") }
  }

  /// Checks the signature, if a key is named.
  ///
  /// - Parameter path: The folder of the report or release.
  /// - Throws: `ExitCode.notACapture` after a message if there is no valid signature.
  func checkSignature(of path: String) throws {
    guard let publicKey else { return }
    guard let key = Signature.PublicKey(pem: [UInt8](try Self.read(publicKey))) else {
      throw ValidationError(
        "\(Console.printable(publicKey)) holds no Ed25519 public key in PEM; make one with: "
          + "openssl pkey -in KEY.pem -pubout -out FILE")
    }
    switch Manifest.signature(in: path, by: key) {
    case .valid: Console.note("The manifest is signed by the owner of \(Console.printable(publicKey)).")
    case .missing: throw Self.refusal("\(path)/\(Manifest.signatureName) is missing: nobody signed the manifest")
    case .invalid: throw Self.refusal("\(path)/\(Manifest.signatureName) is not of this manifest and key")
    }
  }

  /// Opens an item, or checks an opening, if that is asked for.
  ///
  /// - Parameter path: The folder of the release.
  /// - Returns: Whether that was all that is asked for.
  /// - Throws: An exit code after a message.
  func run(on path: String) throws -> Bool {
    guard item != nil || opening != nil else { return false }
    let head = try head(of: path)
    if let item { try open(item, head, path) }
    if let opening { try check(opening, head) }
    return true
  }

  private func head(of path: String) throws -> DocumentValue {
    let file = "\(path)/\(Manifest.name)"
    let data = try Self.read(file)
    let manifest: Manifest
    do throws(Manifest.Refusal) {
      manifest = try Manifest(verifying: data)
    } catch {
      throw Self.refusal("\(file): \(error)")
    }
    guard let head = manifest.members["commitments"] else {
      throw Self.refusal("\(file) holds no commitments; name the folder of a release")
    }
    return head
  }

  private func open(_ item: String, _ head: DocumentValue, _ path: String) throws {
    let file = openings ?? URL(filePath: path).deletingLastPathComponent().appending(path: Release.openingsName).path
    guard let commitments = Commitments(try Self.document(file)) else {
      throw Self.refusal("\(file) is no openings.json")
    }
    guard commitments.head == head else { throw Self.refusal("\(file) is of another release than \(path)") }
    guard let opening = commitments.opening(of: item) else {
      Console.note("error: \(Console.printable(file)) has no item '\(Console.printable(item))'; it has for example:")
      for item in commitments.items.prefix(10) { Console.note("  \(Console.printable(item.name))") }
      throw ExitCode.noInput
    }
    try OutputFile(path: "-").write(opening.document.indentedJSON)
  }

  private func check(_ file: String, _ head: DocumentValue) throws {
    guard let opening = Opening(try Self.document(file)) else { throw Self.refusal("\(file) is no opening") }
    guard opening.holds(against: head) else {
      throw Self.refusal(
        "\(file) DOES NOT HOLD: no such '\(opening.item.name)' stood in the report when this release was made")
    }
    let line = "holds: '\(opening.item.name)' stood in the report, as it is opened, when this release was made"
    try OutputFile(path: "-").write(Array("\(Console.printable(line))\n".utf8))
  }

  private static func document(_ path: String) throws -> DocumentValue {
    let data = try read(path)
    return (try? DocumentValue(json: [UInt8](data))) ?? .null
  }

  private static func read(_ path: String) throws(ExitCode) -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      Console.note("error: \(Console.printable(path)) cannot be read; check the path.")
      throw ExitCode.noInput
    }
    return data
  }

  /// Says what does not hold, and gives the exit code for it.
  private static func refusal(_ message: String) -> ExitCode {
    Console.note("error: \(Console.printable(message)).")
    return ExitCode.notACapture
  }
}
