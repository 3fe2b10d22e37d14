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

  /// Files that are no pcap or pcapng, or that libpcap refuses for their header: they must be refused with a reason.
  static let refused: [String: String] = [
    "captures/libtrace/5_packets.erf": "no known capture format",
    "captures/libtrace/5_packets.erf.bz2": "bzip2",
    "captures/libtrace/5_packets.erf.gz": "no known capture format",
    "captures/libtrace/5_packets.erf.xz": "no known capture format",
    "captures/libtrace/fragtest.erf.gz": "no known capture format",
    "captures/pcapplusplus/ExamplesTest/pcap_examples/solaris.snoop": "snoop",
    "captures/libpcap/linktype-reserved-field-not-zero.pcap": "link type 3145728",
    "captures/libpcap/pcap-invalid-version-1.pcap": "version 1.4",
    // capinfos reads it; libpcap, whose format it is, does not.
    "captures/libpcap/pcap-invalid-version-2.pcap": "version 2.5",
  ]

  /// Files whose first block is corrupt already: capinfos refuses them, here they are read as damaged.
  static let damagedFromTheStart: Set<String> = ["captures/libpcap/shb-option-too-long.pcapng"]

  @Test(.enabled(if: folder != nil, "skipped: the shared captures are not there"))
  func packetCounts() throws {
    let folder = try #require(Self.folder)
    var refused = 0
    for entry in try Self.entries(in: folder) {
      do throws(CaptureError) {
        var source = try CaptureSource(paths: [folder + "/" + entry.path], options: CaptureOptions())
        var count: UInt64 = 0
        while try source.nextBatch({ frames, _ in count += UInt64(frames.count) }) {}
        let row = source.inputs[0]
        #expect(row.packetCount == count && row.sha256 == entry.digest, "\(entry.path)")
        if Self.damagedFromTheStart.contains(entry.path) {
          #expect(row.damage?.frame == 1 && count == 0)
        } else {
          // capinfos refuses files of link types unknown to it, and files with a corrupt record; the manifest's own
          // count has neither limit.
          #expect(
            String(count) == (entry.capinfos == "ERR" ? entry.packets : entry.capinfos),
            "\(entry.path): \(row.damage?.reason ?? "whole")")
        }
      } catch {
        refused += 1
        let word = try #require(Self.refused[entry.path], "\(error)")
        #expect(error.code == .notACapture && error.description.contains(word), "\(error)")
      }
    }
    #expect(refused == Self.refused.count)
  }
}
