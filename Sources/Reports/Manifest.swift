import Cryptography
package import Foundation

/// What binds the files of a report folder together: `manifest.json`, schema `ascribe-manifest/1` (methodology 4.6).
///
/// It holds the size and SHA-256 of every other file of its folder, and the SHA-256 of itself without that line; it is
/// written in canonical form. So no byte of the folder can change unseen. Whoever changes files and manifest together
/// is found out only by a signature of the manifest, or by a copy of its digest kept elsewhere.
package struct Manifest: Sendable, Equatable {
  /// A file of the folder.
  package struct File: Sendable, Equatable {
    /// Its path within the folder, with slashes.
    package var name: String
    /// Its size.
    package var bytes: UInt64
    /// Its SHA-256, lower-case hex.
    package var sha256: String
  }

  /// Why bytes are no manifest as it was written.
  package struct Refusal: Error, CustomStringConvertible, Sendable {
    /// What is wrong: a clause.
    package let description: String
  }

  /// The file's name.
  package static let name = "manifest.json"
  /// The schema that is written and read.
  package static let schema = "ascribe-manifest/1"

  /// Everything but the schema, the files and the digest.
  package var members: [String: DocumentValue]
  /// The files, by name.
  package var files: [File] = []

  /// Makes a manifest without files.
  ///
  /// - Parameter members: What it says of the run; `schema`, `files` and `sha256` are added.
  package init(_ members: [String: DocumentValue]) { self.members = members }

  /// The manifest's own digest: of its canonical form without the digest, lower-case hex.
  package var sha256: String { Digest.hex(Digest.sha256(of: DocumentValue.object(unsealed).canonicalBytes)) }

  /// The bytes of `manifest.json`.
  package var bytes: [UInt8] {
    DocumentValue.object(unsealed.merging(["sha256": .string(sha256)]) { $1 }).canonicalBytes
  }

  private var unsealed: [String: DocumentValue] {
    members.merging([
      "schema": .string(Self.schema),
      "files": .array(
        files.map { .object(["name": .string($0.name), "bytes": .count($0.bytes), "sha256": .string($0.sha256)]) }),
    ]) { $1 }
  }

  /// Reads a manifest that is byte for byte as it was written.
  ///
  /// - Parameter data: The bytes of `manifest.json`.
  /// - Throws: `Refusal` where a byte was changed, or the bytes never were a manifest.
  package init(verifying data: Data) throws(Refusal) {
    try self.init(names: data)
    // The bytes hold the digest of the content that was read, so that this compares both digest and form.
    guard bytes == [UInt8](data) else {
      throw Refusal(description: "its digest is not that of its content, or it is not in canonical form")
    }
  }

  /// Reads a manifest without holding it against its digest: for the names of its files.
  ///
  /// - Parameter data: The bytes of `manifest.json`.
  /// - Throws: `Refusal` where the bytes are no manifest.
  package init(names data: Data) throws(Refusal) {
    guard var all = (try? JSONDecoder().decode(DocumentValue.self, from: data))?.members else {
      throw Refusal(description: "it is no JSON document")
    }
    guard all.removeValue(forKey: "schema") == .string(Self.schema) else {
      throw Refusal(description: "it is of another schema than \(Self.schema)")
    }
    let listed = all.removeValue(forKey: "files")?.elements ?? []
    all.removeValue(forKey: "sha256")
    members = all
    for entry in listed {
      guard let name = entry.members?["name"]?.text, let bytes = entry.members?["bytes"]?.count,
        let sha256 = entry.members?["sha256"]?.text
      else { throw Refusal(description: "an entry of its files lacks name, size or digest") }
      guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
        throw Refusal(description: "a name of its files leads out of the folder")
      }
      files.append(File(name: name, bytes: bytes, sha256: sha256))
    }
  }
}
