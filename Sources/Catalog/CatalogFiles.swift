import Cryptography
import Foundation

/// The files of a catalog as bytes, and the digest over all of them.
struct CatalogFiles {
  /// Name and digest of each file that was read: the name is that within its folder, so that the place of the catalog on
  /// disk does not matter.
  private var read: [(name: String, sha256: String)] = []

  /// SHA-256 of the file that was read last, lower-case hex.
  var latestSHA256: String { read.last?.sha256 ?? "" }

  /// The YAML files that a path stands for.
  ///
  /// - Parameter path: A file, or a folder.
  /// - Returns: Paths of files, in the order of their names; nothing if there is no such path.
  static func yamlFiles(at path: String) -> [String]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard FileManager.default.isFolder(atPath: path) else { return [path] }
    // A file that is passed over in silence may hold what makes an address shared.
    return entries(of: path)?.filter { entry in
      [".yaml", ".yml"].contains { entry.lowercased().hasSuffix($0) }
    }
  }

  /// The folders that a folder holds, in the order of their names, without hidden ones; none of what is no folder.
  static func folders(in path: String) -> [String] {
    (entries(of: path) ?? []).filter(FileManager.default.isFolder)
  }

  /// The paths of what a folder holds, in the order of their names, without hidden ones; nothing if it cannot be read.
  private static func entries(of folder: String) -> [String]? {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return names?.filter { !$0.hasPrefix(".") }.sorted()
      .map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
  }

  /// The name under which a path is the same path, however it is written.
  static func canonical(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// A path next to a file.
  static func path(_ relative: String, besides file: String) -> String {
    relative.hasPrefix("/")
      ? relative : URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(relative).path
  }

  /// Reads a regular file piece by piece and notes its digest.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - name: The file's name within the catalog.
  ///   - limit: The most bytes to read.
  ///   - body: Takes each piece.
  /// - Returns: A sentence, if the file cannot be read.
  mutating func read(
    _ path: String, name: String, limit: Int = .max, body: (_ piece: [UInt8]) -> Void
  ) -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return "there is no such file; check the path" }
    // A device or pipe may never end.
    let attributes = try? FileManager.default.attributesOfItem(atPath: CatalogFiles.canonical(path))
    guard attributes?[.type] as? FileAttributeType == .typeRegular else { return "is no regular file" }
    guard let handle = FileHandle(forReadingAtPath: path) else { return "cannot be read; check its permissions" }
    defer { try? handle.close() }
    var digest = Digest(.sha256)
    var total = 0
    do {
      while total < limit, let data = try handle.read(upToCount: 1 << 18), !data.isEmpty {
        let piece = [UInt8](data)
        total += piece.count
        digest.update(piece.span)
        body(piece)
      }
    } catch {
      return "cannot be read to its end"
    }
    read.append((name, Digest.hex(digest.finish())))
    return nil
  }

  /// Name and digest of all files in the order of names.
  var sorted: [(name: String, sha256: String)] { read.sorted { ($0.name, $0.sha256) < ($1.name, $1.sha256) } }

  /// SHA-256 over names and digests of all files in the order of names, lower-case hex.
  var sha256: String {
    let lines = sorted.map { "\($0.sha256)  \($0.name)\n" }
    return Digest.hex(Digest.sha256(of: Array(lines.joined().utf8)))
  }
}
