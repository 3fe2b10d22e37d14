import Capture
import Foundation
import Packets
import Testing

/// Every capture of the shared collection, against the packet counts in its manifest.
@Suite struct CorpusTests {
  /// The collection: `ASCRIBE_SHARED`, or `shared` beside the package.
  static let folder: String? = {
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { package.deleteLastPathComponent() }
    let path = ProcessInfo.processInfo.environment["ASCRIBE_SHARED"] ?? package.appendingPathComponent("../shared").path
    let data = path + "/data"
    return FileManager.default.fileExists(atPath: data + "/MANIFEST.tsv") ? data : nil
  }()

  struct Entry {
    var path: String
    var digest: String
    var container: String
    var packets: String
    var capinfos: String
  }

  static func entries(in folder: String) throws -> [Entry] {
    try String(contentsOfFile: folder + "/MANIFEST.tsv", encoding: .utf8).split(separator: "\n").dropFirst().map {
      let fields = $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Entry(
        path: fields[0], digest: fields[6], container: fields[7], packets: fields[9], capinfos: fields[10])
    }
  }

  @Test(.enabled(if: folder != nil, "skipped: the shared captures are not there"))
  func packetCounts() throws {
    let folder = try #require(Self.folder)
    for entry in try Self.entries(in: folder) {
      var options = CaptureOptions()
      options.threads = 0
      let result = Result { try readAll([folder + "/" + entry.path], options: options) }
      switch result {
      case .failure(let error):
        print("FAIL\t\(entry.path)\t\(entry.container)\t\(entry.packets)/\(entry.capinfos)\t\(error)")
      case .success(let all):
        let count = all.inputs[0].packetCount
        if String(count) != entry.capinfos || String(count) != entry.packets || all.inputs[0].damage != nil {
          print(
            "DIFF\t\(entry.path)\t\(count)\t\(entry.packets)/\(entry.capinfos)\t\(all.inputs[0].damage?.reason ?? "")")
        }
      }
    }
  }
}
