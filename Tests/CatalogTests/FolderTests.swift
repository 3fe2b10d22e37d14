import Catalog
import Foundation
import Testing

struct FolderTests {
  @Test func `a folder is one, also behind a link`() throws {
    let files = FileManager.default
    let place = files.temporaryDirectory.appending(path: UUID().uuidString).path
    try files.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? files.removeItem(atPath: place) }
    #expect(files.createFile(atPath: "\(place)/file", contents: nil))
    for (link, target) in [("folder", "."), ("other", "file"), ("nothing", "nowhere")] {
      try files.createSymbolicLink(atPath: "\(place)/\(link)", withDestinationPath: target)
    }
    for path in [place, "\(place)/", "\(place)/folder", "."] { #expect(files.isFolder(atPath: path), "\(path)") }
    for path in ["file", "file/", "other", "nothing", "nowhere"].map({ "\(place)/\($0)" }) + [""] {
      #expect(!files.isFolder(atPath: path), "\(path)")
    }
  }

  @Test func `YAML in a folder of a folder is not passed over in silence`() throws {
    let fixture = try CatalogFixture([
      "c.yaml": CatalogFixture.claim(), "lists/vpn.yaml": "overlays: []\n", "lists/tor.netset": "",
      "other/a.netset": "",
      ".git/x.yaml": "",
    ])
    func told(_ paths: [String]) -> [String] {
      CatalogReview(paths: paths, allowsDocumentationRanges: true).findings.filter { $0.code == .unreadable }
        .map { "\($0.severity) \($0.file.replacing("\(fixture.folder)/", with: ""))" }
    }
    #expect(told([fixture.folder]) == ["warning lists"])
    #expect(told([fixture.folder, "\(fixture.folder)/lists"]) == [])
    #expect(told(["\(fixture.folder)/lists", "\(fixture.folder)/"]) == [])
  }
}
