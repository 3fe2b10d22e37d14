import Catalog
import Foundation

/// A folder of catalog files that lives as long as the test.
final class CatalogFixture {
  let folder: String

  init(_ files: [String: String]) throws {
    folder = NSTemporaryDirectory() + "ascribe-catalog-" + UUID().uuidString
    for (name, text) in files {
      let url = URL(fileURLWithPath: "\(folder)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Loads the folder.
  func load(documentation: Bool = true) throws(CatalogError) -> Catalog {
    try Catalog(paths: [folder], allowsDocumentationRanges: documentation)
  }

  /// The problems of loading the folder, without the folder's path: `file:line: entry: message`.
  func problems(documentation: Bool = true) -> [String] {
    do {
      _ = try load(documentation: documentation)
      return []
    } catch {
      return error.problems.map { $0.description.replacingOccurrences(of: "\(folder)/", with: "") }
    }
  }

  /// A catalog with two actors and one claim, with lines of the claim replaced or added.
  ///
  /// The claim starts on line 9 (`- id`); its keys stand on the lines that `line(of:)` gives.
  static func claim(_ changes: [String: String?] = [:], more: String = "") -> String {
    var lines = claimLines
    for (key, value) in changes {
      let line = value.map { "    \(key): \($0)" }
      if let index = lines.firstIndex(where: { $0.key == key }) {
        lines[index].line = line
      } else {
        lines.append((key, line))
      }
    }
    return header + lines.compactMap(\.line).joined(separator: "\n") + "\n" + more
  }

  /// The line of a claim's key in `claim()`.
  static func line(of key: String) -> Int {
    (claimLines.firstIndex { $0.key == key } ?? claimLines.count) + 10
  }

  private static let header = """
    actors:
      - id: net-a
        name: Network A
        level: country-network
      - id: org-b
        name: Organisation B
        level: organisation
    claims:
      - id: c1

    """

  private static let claimLines: [(key: String, line: String?)] = [
    ("prefix", "    prefix: 198.51.100.0/24"),
    ("actor", "    actor: net-a"),
    ("relation", "    relation: exclusive"),
    ("kind", "    kind: dedicated-allocation"),
    ("valid_from", "    valid_from: 2014-01-01T00:00:00Z"),
    ("valid_until", "    valid_until: 2015-01-01T00:00:00Z"),
    ("as_of", "    as_of: 2014-12-19"),
    ("recorded_at", "    recorded_at: 2014-12-20"),
    ("basis", "    basis: [routing, incident-report]"),
    ("sources", "    sources: [{ref: R, reliability: B, credibility: 2, independent_group: g}]"),
    ("tlp", "    tlp: CLEAR"),
  ]
}
