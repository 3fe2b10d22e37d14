import Foundation

/// Holds every file of a report folder against its manifest.
package struct FolderCheck: Sendable {
  /// What is not as it was written.
  package struct Change: Sendable, Equatable {
    /// What happened to a file.
    package enum Kind: String, Sendable {
      /// Its bytes differ.
      case changed
      /// It is gone.
      case missing
      /// It was not there.
      case added
    }

    /// The file's path within the folder.
    package var name: String
    /// What happened to it.
    package var kind: Kind
    /// How it differs: a clause.
    package var detail: String
  }

  /// The manifest; nothing where it is not as it was written.
  package let manifest: Manifest?
  /// What was changed, by name; empty where the folder is as it was written.
  package let changes: [Change]

  /// Reads the manifest and hashes every file.
  ///
  /// - Parameter path: The folder.
  /// - Complexity: O(n) in the bytes of the folder.
  package init(of path: String) {
    let data = FileManager.default.contents(atPath: "\(path)/\(Manifest.name)")
    guard let data else {
      manifest = nil
      changes = [Change(name: Manifest.name, kind: .missing, detail: "nothing can be checked without it")]
      return
    }
    var found: [Change] = []
    do throws(Manifest.Refusal) {
      manifest = try Manifest(verifying: data)
    } catch {
      manifest = nil
      found.append(Change(name: Manifest.name, kind: .changed, detail: error.description))
    }
    // A changed manifest may still tell which of the other files are as it says.
    let listed = (manifest ?? (try? Manifest(names: data)))?.files ?? []
    let standing = Set(ReportFolder.files(in: path))
    for file in listed {
      guard standing.contains(file.name) else {
        found.append(Change(name: file.name, kind: .missing, detail: "\(file.bytes) bytes are gone"))
        continue
      }
      guard let present = ReportFolder.describe(file.name, in: path) else {
        found.append(Change(name: file.name, kind: .changed, detail: "it cannot be read as a file"))
        continue
      }
      if present.bytes != file.bytes {
        found.append(Change(name: file.name, kind: .changed, detail: "\(present.bytes) bytes instead of \(file.bytes)"))
      } else if present.sha256 != file.sha256 {
        found.append(
          Change(name: file.name, kind: .changed, detail: "SHA-256 \(present.sha256) instead of \(file.sha256)"))
      }
    }
    if manifest != nil {
      for name in standing.subtracting(listed.map(\.name)) where !Manifest.ownNames.contains(name) {
        found.append(Change(name: name, kind: .added, detail: "the manifest does not name it"))
      }
    }
    changes = found.sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
  }
}
