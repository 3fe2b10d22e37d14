import Capture
import Catalog
import Cryptography
package import Foundation

/// A folder of a report while it is written: files first, then the manifest that binds them, then its name.
///
/// Everything is written beside the place where it is to stand, and put there by one change of names: a run that is
/// killed leaves nothing under the folder's name that looks whole. A folder that stands there already is replaced only if
/// it is empty, or an earlier report with nothing else in it.
package struct ReportFolder: Sendable {
  /// Why a folder is not written: a sentence without its end that names the path.
  package struct Refusal: Error, CustomStringConvertible, Sendable {
    /// What is wrong and what to do.
    package let description: String
  }

  /// Where the folder is to stand.
  package let path: String
  /// Where files are written meanwhile.
  package let workPath: String

  /// Makes the folder in which files are written.
  ///
  /// - Parameter path: Where it is to stand; folders above it are made.
  /// - Throws: `Refusal` if something else stands there, or nothing can be written.
  package init(at path: String) throws(Refusal) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    workPath = "\(self.path).partial-\(ProcessInfo.processInfo.processIdentifier)"
    try Self.checkReplaceable(self.path)
    try Self.make(workPath)
  }

  private init(inside path: String) throws(Refusal) {
    self.path = path
    workPath = path
    try Self.make(path)
  }

  /// A folder inside, for a second rendering with a manifest of its own: `seal` it before the outer one is sealed, which
  /// then holds the digests of its files too.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The folder; it is not to be committed by itself.
  /// - Throws: `Refusal` if it cannot be made.
  package func inner(_ name: String) throws(Refusal) -> ReportFolder {
    try ReportFolder(inside: "\(workPath)/\(name)")
  }

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - bytes: Its bytes.
  ///   - name: Its path within the folder; folders are made.
  /// - Throws: `Refusal` if it cannot be written.
  package func write(_ bytes: [UInt8], to name: String) throws(Refusal) {
    let sink = try sink(for: name)
    do { try sink(bytes) } catch { throw Refusal(description: "\(error)") }
  }

  /// Makes a file that is written as bytes come.
  ///
  /// - Parameter name: Its path within the folder; folders are made.
  /// - Returns: Takes the bytes; throws `Refusal`.
  /// - Throws: `Refusal` if it cannot be made.
  package func sink(for name: String) throws(Refusal) -> ByteSink {
    let file = "\(workPath)/\(name)"
    try Self.make(URL(filePath: file).deletingLastPathComponent().path)
    let output: OutputDescriptor
    do throws(OutputDescriptor.Failure) { output = try OutputDescriptor(over: file) } catch {
      throw Refusal(description: "\(file) cannot be written: \(error.reason)")
    }
    return { bytes in
      do throws(OutputDescriptor.Failure) { try output.write(bytes) } catch {
        throw Refusal(description: "\(file) could not be written: \(error.reason)")
      }
    }
  }

  /// Writes the manifest with the digests of all files that are there; none is to be written afterwards.
  ///
  /// - Parameter manifest: What it says of the run.
  /// - Returns: The manifest with its files.
  /// - Throws: `Refusal` if a file cannot be read back, or the manifest not be written.
  @discardableResult
  package func seal(_ manifest: Manifest) throws(Refusal) -> Manifest {
    var sealed = manifest
    sealed.files = []
    for name in Self.files(in: workPath) where !Manifest.ownNames.contains(name) {
      guard let file = Self.describe(name, in: workPath) else {
        throw Refusal(description: "\(workPath)/\(name) cannot be read back")
      }
      sealed.files.append(file)
    }
    try write(sealed.bytes, to: Manifest.name)
    return sealed
  }

  /// Puts the folder in its place.
  ///
  /// - Throws: `Refusal` if something came to stand there meanwhile.
  package func commit() throws(Refusal) {
    try Self.checkReplaceable(path)
    let former = "\(path).former-\(ProcessInfo.processInfo.processIdentifier)"
    let stands = FileManager.default.fileExists(atPath: path)
    do {
      if stands { try FileManager.default.moveItem(atPath: path, toPath: former) }
      try FileManager.default.moveItem(atPath: workPath, toPath: path)
      if stands { try FileManager.default.removeItem(atPath: former) }
    } catch {
      throw Refusal(description: "\(path) could not be put in its place: \(error.clause)")
    }
  }

  /// Takes away what was written; for a run that fails.
  package func discard() { try? FileManager.default.removeItem(atPath: workPath) }

  private static func make(_ path: String) throws(Refusal) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Refusal(description: "\(path) cannot be made; check permissions and space")
    }
  }

  /// Refuses a place where something stands that is not to be lost.
  private static func checkReplaceable(_ path: String) throws(Refusal) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    guard FileManager.default.isFolder(atPath: path) else {
      throw Refusal(description: "\(path) is a file; name a folder for the report")
    }
    let files = files(in: path)
    if files.isEmpty { return }
    guard let data = FileManager.default.contents(atPath: "\(path)/\(Manifest.name)"),
      let earlier = try? Manifest(names: data)
    else { throw Refusal(description: "\(path) is not empty and no earlier report; name an empty or a new folder") }
    let known = Set(earlier.files.map(\.name) + Manifest.ownNames)
    if let other = files.first(where: { !known.contains($0) }) {
      throw Refusal(
        description: "\(path) holds \(other), which is not of the earlier report; move it, or name another folder")
    }
  }
}

extension ReportFolder {
  /// The files of a folder and of the folders inside it, sorted; whatever is no folder counts as a file.
  ///
  /// - Parameter path: The folder.
  /// - Returns: Paths within it.
  package static func files(in path: String) -> [String] {
    guard let names = FileManager.default.enumerator(atPath: path) else { return [] }
    var files: [String] = []
    while let name = names.nextObject() as? String {
      let type = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.type] as? FileAttributeType
      if type != .typeDirectory { files.append(name) }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Whether a file is a regular one, which ends: a pipe or a device need not.
  ///
  /// - Parameter path: The file; a link is none.
  /// - Returns: False also where there is none.
  package static func isRegular(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeRegular
  }

  /// Opens a regular file to read it.
  ///
  /// - Parameter path: The file.
  /// - Returns: Nothing if it cannot be opened or is no regular file.
  package static func open(_ path: String) -> FileHandle? {
    isRegular(path) ? FileHandle(forReadingAtPath: path) : nil
  }

  /// Size and digest of a regular file, as it stands.
  ///
  /// - Parameters:
  ///   - name: Its path within the folder.
  ///   - path: The folder.
  ///   - progress: Told how many bytes were read, now and then.
  /// - Returns: Nothing if it cannot be read or is no regular file.
  package static func describe(
    _ name: String, in path: String, progress: (UInt64) -> Void = { _ in }
  ) -> Manifest.File? {
    guard let handle = open("\(path)/\(name)") else { return nil }
    defer { try? handle.close() }
    var digest = Digest(.sha256)
    var count: UInt64 = 0
    do {
      while let data = try handle.read(upToCount: 1 << 18), !data.isEmpty {
        count += UInt64(data.count)
        digest.update(data.span)
        progress(UInt64(data.count))
      }
    } catch {
      return nil
    }
    return Manifest.File(name: name, bytes: count, sha256: Digest.hex(digest.finish()))
  }
}

extension Error {
  /// The system's words for it, without the dot that some of them end with.
  package var clause: String {
    let text = localizedDescription
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
