import Foundation
import Reports
import TestSupport
import Testing

/// A report folder: what may be replaced, and that no byte of it changes unseen.
@Suite struct ReportFolderTests {
  let place = FileManager.default.temporaryDirectory.appending(path: "ascribe-folder-\(UUID().uuidString)").path

  private func write() throws -> String {
    let folder = try ReportFolder(at: place)
    try folder.write(Array("{\"schema\": \"x\"}\n".utf8), to: "report.json")
    try folder.write([0, 1, 2, 3], to: "evidence/F1.pcapng")
    let inner = try folder.inner("release")
    try inner.write([7], to: "report.json")
    try inner.seal(Manifest(["marking": .string("TLP:CLEAR")]))
    try folder.seal(Manifest(["tool": .object(["version": .string("1\u{202E}\n\"2")]), "count": .count(.max)]))
    try folder.commit()
    return place
  }

  @Test func anUntouchedFolderIsWhole() throws {
    let path = try write()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let check = FolderCheck(of: path)
    #expect(check.changes.isEmpty)
    #expect(
      check.manifest?.files.map(\.name) == [
        "evidence/F1.pcapng", "release/manifest.json", "release/report.json", "report.json",
      ])
    #expect(FolderCheck(of: path + "/release").changes.isEmpty)
  }

  @Test func everyChangedByteIsNamed() throws {
    let path = try write()
    defer { try? FileManager.default.removeItem(atPath: path) }
    for name in ReportFolder.files(in: path) {
      let file = URL(filePath: "\(path)/\(name)")
      let original = try Data(contentsOf: file)
      for place in stride(from: 0, to: original.count, by: original.count > 64 ? 5 : 1) {
        var changed = original
        changed[place] ^= [1, 0x20, 0x80][place % 3]
        try changed.write(to: file)
        #expect(FolderCheck(of: path).changes.contains { $0.name == name }, "\(name) at \(place)")
      }
      try original.write(to: file)
    }
    #expect(FolderCheck(of: path).changes.isEmpty)
  }

  @Test func missingAndAddedFilesAreNamed() throws {
    let path = try write()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data([1]).write(to: URL(filePath: "\(path)/evidence/F2.pcapng"))
    try FileManager.default.removeItem(atPath: "\(path)/report.json")
    #expect(
      FolderCheck(of: path).changes.map { "\($0.name) \($0.kind.rawValue)" } == [
        "evidence/F2.pcapng added", "report.json missing",
      ])
    try FileManager.default.removeItem(atPath: "\(path)/manifest.json")
    #expect(FolderCheck(of: path).changes.map(\.name) == ["manifest.json"])
  }

  @Test func onlyAReportIsReplaced() throws {
    let path = try write()
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try write()
    #expect(FolderCheck(of: path).changes.isEmpty)
    try Data([1]).write(to: URL(filePath: "\(path)/notes.txt"))
    #expect(throws: ReportFolder.Refusal.self) { try ReportFolder(at: path) }
    try FileManager.default.removeItem(atPath: "\(path)/manifest.json")
    try FileManager.default.removeItem(atPath: "\(path)/notes.txt")
    #expect(throws: ReportFolder.Refusal.self) { try ReportFolder(at: path) }
  }

  @Test func aFolderThatIsNotCommittedIsNotThere() throws {
    let folder = try ReportFolder(at: place)
    defer { folder.discard() }
    try folder.write([1], to: "report.json")
    #expect(!FileManager.default.fileExists(atPath: place))
  }
}
