import ArgumentParser
import Assessment
import Catalog
import Foundation
import Packets
import Reports

/// How the catalog commands write.
enum CatalogFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// What the catalog commands write to standard output.
struct CatalogOutput {
  private let file: OutputFile
  private let isDemonstration: Bool

  /// Opens standard output.
  ///
  /// - Parameter isDemonstration: Whether documentation prefixes are claimed: the output is stamped.
  /// - Throws: Never for standard output.
  init(isDemonstration: Bool) throws {
    file = try OutputFile(path: "-")
    self.isDemonstration = isDemonstration
  }

  /// Writes a JSON object with sorted keys.
  ///
  /// - Parameter members: Its members; `demonstration_data` is added.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  func write(_ members: [String: Any]) throws {
    let stamped = members.merging(["demonstration_data": isDemonstration]) { $1 }
    let data = try JSONSerialization.data(
      withJSONObject: stamped, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    try file.write([UInt8](data) + [UInt8(ascii: "\n")])
  }

  /// Writes lines of text.
  ///
  /// - Parameter lines: The lines without their ends; control characters are escaped here.
  /// - Throws: `ExitCode.cannotWrite` after a message.
  func write(_ lines: [String]) throws {
    let stamp = isDemonstration ? [Report.demonstrationStamp, ""] : []
    var bytes: [UInt8] = []
    for line in stamp + lines {
      bytes += Console.printable(line).utf8
      bytes.append(UInt8(ascii: "\n"))
    }
    try file.write(bytes)
  }

  /// Rows as columns of equal width, two spaces apart; the last column is as long as it is.
  ///
  /// - Parameters:
  ///   - rows: The rows, the header among them.
  ///   - indent: Spaces before each.
  /// - Returns: A line for each row.
  static func table(_ rows: [[String]], indent: Int = 0) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        column + 1 == row.count ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return String(repeating: " ", count: indent) + cells.joined(separator: "  ")
    }
  }

  /// What a catalog read as of a time in the past leaves out.
  ///
  /// - Parameter catalog: The catalog.
  /// - Returns: A line; none where all is known.
  static func knowledge(_ catalog: Catalog) -> [String] {
    guard let knowledge = catalog.knowledge else { return [] }
    return [
      "As known at \(knowledge.time.plain): \(UInt64(knowledge.unknownClaims).counted("later claim")) and "
        + "\(UInt64(knowledge.unknownOverlays).counted("later overlay")) left out."
    ]
  }
}

extension Catalog {
  /// What every JSON object of the catalog commands says of the catalog.
  var summary: [String: Any] {
    var members: [String: Any] = [
      "sha256": sha256, "actors": actors.count, "claims": claims.count, "overlays": overlays.count,
      "sensors": sensors.count,
    ]
    if let knowledge {
      members["as_known_at"] = knowledge.time.description
      members["not_yet_known"] = [
        "claims": knowledge.unknownClaims, "overlays": knowledge.unknownOverlays,
        "overrides": knowledge.droppedOverrides,
      ]
    }
    return members
  }

  /// An actor under the catalog's own keys.
  func json(_ actor: ThreatActor) -> [String: Any] {
    [
      "id": actor.id, "name": actor.name, "level": actor.level.rawValue, "aliases": actor.aliases,
      "part_of": orNull(actor.parent.map { actors[$0].id }),
    ]
  }

  /// A claim under the catalog's own keys.
  func json(_ claim: Claim) -> [String: Any] {
    [
      "id": claim.id, "prefix": claim.rangeText, "actor": actors[claim.actor].id, "relation": claim.relation.rawValue,
      "kind": claim.kind.rawValue, "valid_from": orNull(claim.validFrom?.description),
      "valid_until": orNull(claim.validUntil?.description), "as_of": orNull(claim.asOf?.description),
      "recorded_at": orNull(claim.recordedAt?.description), "max_age": seconds(claim.maxAge),
      "guard": seconds(claim.guardMargin), "basis": claim.basis.map(\.rawValue),
      "sources": claim.sources.map {
        [
          "ref": $0.reference, "reliability": String($0.reliability), "credibility": $0.credibility,
          "independent_group": $0.independentGroup,
        ] as [String: Any]
      },
      "overrides": claim.overrides.map { claims[$0].id }, "route_check": claim.routeCheck.rawValue,
      "tlp": claim.tlp.rawValue,
      "allocation": claim.allocation.map(\.description),
      "overlay_exceptions": claim.overlayExceptions.map { ["overlay": $0.overlay, "reason": $0.reason] },
    ]
  }

  /// An overlay; of its prefixes the number.
  func json(_ overlay: Overlay) -> [String: Any] {
    [
      "id": overlay.id, "kind": overlay.kind.rawValue, "snapshot": overlay.snapshot.description,
      "recorded_at": orNull(overlay.recordedAt?.description), "prefixes": overlay.prefixes.count,
      "tlp": overlay.tlp.rawValue,
    ]
  }

  /// A sensor under the catalog's own keys.
  func json(_ sensor: Sensor) -> [String: Any] {
    [
      "id": sensor.id, "vantage": sensor.vantage.rawValue, "local_networks": sensor.localNetworks.map(\.description),
      "trusted_proxies": sensor.trustedProxies.map(\.description), "tlp": sensor.tlp.rawValue,
    ]
  }

  /// Who claims a range: the actor's name with its id.
  func name(_ actor: Int) -> String { "\(actors[actor].name) (\(actors[actor].id))" }

  private func seconds(_ nanoseconds: Int64) -> String { "\(nanoseconds / 1_000_000_000)s" }
}

extension FlowAssessment {
  /// The verdict and its reason: `EXCLUSIVE(direct)`.
  var headline: String { "\(verdict.rawValue.uppercased())(\(reason.rawValue))" }
}

/// A value for JSON, or its null.
func orNull(_ value: (some Any)?) -> Any { value.map { $0 as Any } ?? NSNull() }

extension Timestamp {
  /// The day where the moment is midnight, else RFC 3339, with a fraction only if there is one; UTC.
  var plain: String {
    let text = description
    if text.hasSuffix("T00:00:00.000000000Z") { return String(text.prefix(10)) }
    return text.hasSuffix(".000000000Z") ? text.dropLast(11) + "Z" : text
  }
}
