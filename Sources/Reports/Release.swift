public import Assessment
import Capture
import Catalog
package import Cryptography
import Flows
import Foundation
public import Packets

/// The releasable rendering of a report (methodology 4.5): what readers at a level may see, and commitments to the rest.
///
/// Verdicts and confidence are those of `ReleasedAssessment`, so nothing withheld shines through them; then every value of
/// report.json goes through `ReleaseRule.table`. All renderings of a release are made from that document alone.
public struct Release: Sendable {
  /// The released `report.json`.
  package let report: DocumentValue
  /// Commitments to what is withheld or changed.
  package let commitments: Commitments
  /// A line for each judgment, and one of what is withheld, for whoever makes the release.
  public let summary: [String]

  /// Makes a release.
  ///
  /// - Parameters:
  ///   - full: The full report.
  ///   - released: The same case by what is released of the catalog.
  ///   - key: The release's key.
  ///   - localNetworks: Our own networks, whose addresses are always replaced.
  /// - Throws: What reading the rendered report throws; it does not.
  /// - Complexity: O(n) in the listed flows.
  public init(
    of full: Report, as released: ReleasedCase, key: ReleaseKey, localNetworks: [IPPrefix]
  ) throws {
    var report = full
    report.catalog = released.catalog
    report.result = released.result
    let outline = ReleaseOutline(full, released)
    report.addSentences(outline)
    let (whole, part) = (try full.tree, try report.tree)

    let local = part.localAddresses
    let prefixes = released.catalog.prefixes
    let pseudonyms = Pseudonyms(key, addresses: ReleaseTransform.addresses(in: part)) { address in
      !local.contains(address) && !localNetworks.contains { $0.contains(address) }
        && prefixes.entries(of: prefixes.covers(of: address)).contains {
          if case .claim = $0.entry { true } else { false }
        }
    }
    var transform = ReleaseTransform(pseudonyms: pseudonyms, names: full.withheldNames(beside: released.catalog))
    var document = transform.released(part)
    document.set("release", outline.json(transform.counts))
    self.report = document
    commitments = Commitments(
      full.items(whole, released: document, released, pseudonyms: pseudonyms), key: key)
    summary = outline.summary(transform.counts)
  }

  /// Writes `release/` with a manifest of its own into the folder of the full report, and `openings.json` beside it.
  ///
  /// - Parameters:
  ///   - folder: The full report's folder, not yet sealed.
  ///   - key: Signs the release's manifest; nothing if it is not to be signed.
  /// - Throws: `ReportFolder.Refusal`, and what a rendering throws.
  package func write(to folder: ReportFolder, signedBy key: Signature.PrivateKey?) throws {
    try folder.write(commitments.document.indentedJSON, to: Self.openingsName)
    let inner = try folder.inner(Self.folderName)
    let json = report.indentedJSON
    try inner.write(json, to: "report.json")
    try ReportDocument(json: Data(json)).write(to: inner)
    var members: [String: DocumentValue] = ["commitments": commitments.head]
    for name in ["marking", "tool", "release"] { members[name] = report[name] ?? .null }
    let manifest = try inner.seal(Manifest(members))
    if let key { try inner.sign(manifest, with: key) }
  }

  /// The folder within a report's that holds its release.
  package static let folderName = "release"
  /// The file within a report's folder that opens what its release withholds.
  package static let openingsName = "openings.json"
}

extension Report {
  /// The report as a tree of values.
  var tree: DocumentValue {
    get throws {
      var bytes: [UInt8] = []
      try render(as: .json) { bytes += $0 }
      return try DocumentValue(json: bytes)
    }
  }

  /// Names that no sentence of a release may hold: of files, sensors, withheld entries and actors, and hosts, accounts and
  /// paths that content tells.
  func withheldNames(beside released: Catalog) -> WithheldNames {
    var names: Set<String> = []
    for name in inputs.map(\.name) + baselineInputs.map(\.name) + skippedInputs.map(\.name) {
      names.insert(name)
      names.insert(name.split(separator: "/").last.map(String.init) ?? "")
    }
    for sensor in catalog.sensors {
      names.formUnion([sensor.id, sensor.operatorName ?? "", sensor.upstream ?? "", sensor.clock?.source ?? ""])
    }
    names.formUnion(Set(catalog.claims.map(\.id)).subtracting(released.claims.map(\.id)))
    names.formUnion(Set(catalog.overlays.map(\.id)).subtracting(released.overlays.map(\.id)))
    func all(_ actors: [ThreatActor]) -> Set<String> { Set(actors.flatMap { [$0.id, $0.name] + $0.aliases }) }
    names.formUnion(all(catalog.actors).subtracting(all(released.actors)))
    names.formUnion(result.findings.flatMap(\.flows).flatMap { $0.record.content?.facts.telling ?? [] })
    return WithheldNames(names)
  }
}

extension DocumentValue {
  /// Puts a member into an object.
  mutating func set(_ name: String, _ value: DocumentValue) {
    guard case .object(var members) = self else { return }
    members[name] = value
    self = .object(members)
  }

  /// The addresses of local endpoints in a report's flows.
  fileprivate var localAddresses: Set<IPAddress> {
    var found: Set<IPAddress> = []
    for flow in (self["findings"]?.elements ?? []).flatMap({ $0["flows"]?.elements ?? [] }) {
      for (address, isLocal) in [("id.orig_h", "local_orig"), ("id.resp_h", "local_resp")]
      where flow[isLocal] == .bool(true) {
        if let address = flow[address]?.text.flatMap(IPAddress.init) { found.insert(address) }
      }
    }
    return found
  }
}
