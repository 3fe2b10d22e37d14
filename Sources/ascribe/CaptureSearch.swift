import Catalog
import Foundation
import Reports

/// Finds the captures that a report was made from, by their digests.
struct CaptureSearch {
  /// The path of each input of the report that was found, in the report's order; nothing where it was not.
  private(set) var paths: [String?]
  /// What a report's input is not, a sentence each: another file lies in its place, or none.
  private(set) var faults: [String] = []
  /// Whether a file lies where an input is to lie, and is another one.
  private(set) var hasChanged = false

  /// Looks for the inputs.
  ///
  /// - Parameters:
  ///   - inputs: The inputs of the report.
  ///   - places: Files and folders to look in; the inputs' own names if empty.
  /// - Complexity: O(n) in the bytes of the files whose size is that of an input.
  init(_ inputs: [ReportDocument.Input], in places: [String]) {
    paths = inputs.map { _ in nil }
    let files = Set(places.isEmpty ? inputs.map(\.name) : places.flatMap(Self.files)).sorted()
    let sizes = files.map(Self.size)
    let wanted = Set(inputs.map(\.bytes))
    let total = sizes.compactMap { $0.flatMap { wanted.contains($0) ? $0 : nil } }.reduce(0, +)
    var progress = Progress(total: total)
    var done: UInt64 = 0
    var digests: [String: [String]] = [:]
    for (file, size) in zip(files, sizes) {
      guard let size, wanted.contains(size) else { continue }
      let url = URL(filePath: file)
      let described = ReportFolder.describe(url.lastPathComponent, in: url.deletingLastPathComponent().path) { count in
        done += count
        progress.update(bytes: done, packets: 0)
      }
      if let described { digests[described.sha256, default: []].append(file) }
    }
    progress.clear()
    for (index, input) in inputs.enumerated() {
      let last = input.name.split(separator: "/").last
      // Of files with the same bytes that which has the input's name; one file stands for one input of the case, and may
      // stand for one of the baseline too.
      let taken = inputs.indices.filter { inputs[$0].role == input.role }.compactMap { paths[$0] }
      let candidates =
        input.sha256.map { digests[$0] ?? [] } ?? files.filter { $0.split(separator: "/").last == last }
      let free = candidates.filter { !taken.contains($0) }
      paths[index] =
        free.first { $0.hasSuffix(input.name) } ?? free.first { $0.split(separator: "/").last == last } ?? free.first
      guard paths[index] == nil else { continue }
      if let other = files.first(where: { $0.split(separator: "/").last == last && Self.size($0) != nil }) {
        // In a folder there may be any files; one that was named, or lies where the report says, is meant.
        hasChanged = hasChanged || places.isEmpty || places.contains(other)
        faults.append(
          "\(other) is not the file that was read as \(input.name) (SHA-256 \(input.sha256 ?? "not known"))")
      } else {
        faults.append("\(input.name) (SHA-256 \(input.sha256 ?? "not known")) was not found")
      }
    }
  }

  private static func files(_ place: String) -> [String] {
    guard FileManager.default.isFolder(atPath: place) else { return [place] }
    let folder = place.hasSuffix("/") ? String(place.dropLast()) : place
    return ReportFolder.files(in: folder).map { "\(folder)/\($0)" }
  }

  private static func size(_ file: String) -> UInt64? {
    (try? FileManager.default.attributesOfItem(atPath: URL(filePath: file).resolvingSymlinksInPath().path)).flatMap {
      $0[.type] as? FileAttributeType == .typeRegular ? ($0[.size] as? NSNumber)?.uint64Value : nil
    }
  }
}
