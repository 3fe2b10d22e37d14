import Foundation
import Packets
import Testing

/// A report of a capture with a release beside it, under a catalog whose entries bear two labels in turns.
struct LabelledRelease {
  private let folder: Scratch
  private let capture: String
  private let report: [String: Any]
  private let openings: [[String: Any]]

  /// Analyses a capture.
  ///
  /// - Parameters:
  ///   - capture: Its path.
  ///   - catalog: The catalog's path.
  ///   - level: What is released.
  ///   - labels: What claims are marked with, and then lists, in turns.
  /// - Throws: If the program cannot do it.
  init(_ capture: String, _ catalog: String, level: String, labels: [String]) throws {
    folder = try Scratch()
    self.capture = capture
    let key = folder.path("key")
    try Data((0..<32).map { UInt8($0 &* 7 &+ 3) }).write(to: URL(filePath: key))
    let labelled = folder.path("catalog.yaml")
    try Self.labelled(catalog, labels).write(toFile: labelled, atomically: true, encoding: .utf8)
    let run = try Program.run([
      "analyze", capture, "-c", labelled, "-o", folder.path("report"), "--release", level, "--release-key", key,
    ])
    try #require(run.exitCode == 0, "\(capture): \(run.errors)")
    report = try Self.object(folder.path("report/report.json"))
    openings = try #require(try Self.object(folder.path("report/openings.json"))["items"] as? [[String: Any]])
  }

  private static func object(_ path: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
  }

  private static func labelled(_ catalog: String, _ labels: [String]) throws -> String {
    let lists = Program.root.appending(path: "Config/overlays").path
    var turn = 0
    func label() -> String {
      defer { turn += 1 }
      return labels[turn % labels.count]
    }
    return try String(contentsOfFile: catalog, encoding: .utf8).replacing("path: overlays/", with: "path: \(lists)/")
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { line in
        if line == "    tlp: CLEAR" { return "    tlp: \(label())" }
        // Of the keys of lists only.
        return line.hasPrefix("    snapshot: ") ? "\(line)\n    tlp: \(label())" : String(line)
      }.joined(separator: "\n")
  }

  // MARK: What is withheld

  /// What no file of the release may hold: words, numbers and addresses.
  func secrets() throws -> (words: Set<String>, numbers: Set<String>, addresses: Set<String>) {
    var words: Set<String> = [URL(filePath: capture).lastPathComponent, "demonstration-tap", "stories-tap"]
    var (numbers, addresses, withheld): (Set<String>, Set<String>, Set<String>) = ([], [], [])
    for item in openings {
      let parts = try #require(item["item"] as? String).split(separator: " ", maxSplits: 1).map(String.init)
      let value = item["value"] as? [String: Any] ?? [:]
      switch parts[0] {
      case "address": addresses.insert(parts[1])
      case "claim", "overlay":
        withheld.insert(parts[1])
        words.formUnion(Self.texts(value["prefixes"]))
        words.formUnion((value["sources"] as? [[String: Any]] ?? []).flatMap { Self.texts($0["ref"]) })
      case "finding" where value["released"] is NSNull:
        let finding = value["finding"] as? [String: Any] ?? [:]
        numbers.formUnion(["bytes", "packets", "flow_count"].compactMap { Self.telling(finding[$0]) })
      default: break
      }
    }
    for flow in flows {
      words.formUnion(["uid", "community_id"].flatMap { Self.texts(flow[$0]) })
      guard var inspection = flow["inspection"] as? [String: Any] else { continue }
      // What is said in words of ascribe's own: headers that attest an address are named.
      let headers = (inspection["hops"] as? [[String: Any]] ?? []).flatMap { Self.texts($0["field"]) }
      for name in ["actions", "services", "hops"] { inspection[name] = nil }
      let said = Self.texts(inspection).filter { $0.utf8.count > 6 && $0.contains { !$0.isLetter } }
      words.formUnion(said.filter { IPAddress($0) == nil && !headers.contains($0) })
      for side in ["orig", "resp"] where flow["local_\(side)"] as? Bool == true {
        addresses.formUnion(Self.texts(flow["id.\(side)_h"]))
      }
    }
    // Publications on which a released claim rests as well.
    for claim in report["claims"] as? [[String: Any]] ?? [] where !withheld.contains(claim["id"] as? String ?? "") {
      words.subtract((claim["sources"] as? [[String: Any]] ?? []).flatMap { Self.texts($0["ref"]) })
    }
    // An address of IPv4 is a number too.
    for bytes in addresses.map(Self.bytes) where bytes.count == 4 {
      numbers.insert("\(bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) })")
    }
    return (words.union(withheld), numbers, addresses)
  }

  /// The bytes of an address; none if nearly all of them are zero, as those of any number may be.
  static func bytes(of text: String) -> [UInt8] {
    guard let address = IPAddress(text) else { return [] }
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: address.bits >> UInt128(120 - 8 * $0)) }
      .suffix(address.isIPv4 ? 4 : 16)
    return bytes.count { $0 > 0 } > 1 ? Array(bytes) : []
  }

  /// A number that is long enough to be nobody else's.
  private static func telling(_ number: Any?) -> String? {
    (number as? Int).flatMap { $0 > 999 ? "\($0)" : nil }
  }

  private var flows: [[String: Any]] {
    (report["findings"] as? [[String: Any]] ?? []).flatMap { $0["flows"] as? [[String: Any]] ?? [] }
  }

  private static func texts(_ value: Any?) -> [String] {
    switch value {
    case let text as String: [text]
    case let list as [Any]: list.flatMap(texts)
    case let object as [String: Any]: object.values.flatMap(texts)
    default: []
    }
  }

  /// Identifiers in the full report that are made of nothing but public names and a local address.
  func identifiersOfLocalAddresses() throws -> Set<String> {
    let local = Set(
      flows.flatMap { flow in
        ["orig", "resp"].filter { flow["local_\($0)"] as? Bool == true }.flatMap { Self.texts(flow["id.\($0)_h"]) }
      })
    let objects = try Self.object(folder.path("report/report.stix.json"))["objects"] as? [[String: Any]] ?? []
    let addresses = objects.filter { local.contains($0["value"] as? String ?? "") }.flatMap { Self.texts($0["id"]) }
    let traffic = objects.filter {
      !Set(Self.texts($0["src_ref"]) + Self.texts($0["dst_ref"])).isDisjoint(with: addresses)
    }
    return Set(addresses + traffic.flatMap { Self.texts($0["id"]) })
  }

  // MARK: Searching

  /// What of a set of texts stands in the files of a folder.
  func found(_ texts: Set<String>, in name: String, asWords: Bool) throws -> [String] {
    let list = folder.path("texts")
    // A line that is empty would be found everywhere.
    let lines = texts.filter { !$0.isEmpty }.map { $0.replacing("\n", with: " ") }.sorted()
    try lines.joined(separator: "\n").write(toFile: list, atomically: true, encoding: .utf8)
    let options = asWords ? "-rahoFw" : "-rahoF"
    let run = try Program.run(URL(filePath: "/usr/bin/grep"), [options, "-f", list, folder.path("report/\(name)")])
    #expect(run.exitCode < 2, "\(run.errors)")
    return Set(run.text.split(separator: "\n").map(String.init)).sorted()
  }
}
