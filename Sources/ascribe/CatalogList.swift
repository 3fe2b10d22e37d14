import ArgumentParser
import Assessment
import Catalog
import Packets

struct CatalogList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List actors, claims, overlays and sensors",
    discussion: """
      EXAMPLES
        ascribe catalog list claims --actor north-korea-network --at 2014-11-24
        ascribe catalog list -c Config/demonstration.yaml --format json
      """)

  /// What can be listed.
  enum Section: String, CaseIterable, ExpressibleByArgument {
    case actors, claims, overlays, sensors
  }

  @Argument(help: "What to list (default: everything)")
  var sections: [Section] = []

  @OptionGroup var catalogOptions: CatalogOptions

  @Option(help: ArgumentHelp("Only this actor and its claims (id, name or alias)", valueName: "actor"))
  var actor: String?

  @Option(
    help: ArgumentHelp(
      "Only claims and overlays that count at that moment (RFC 3339 or a date, UTC)", valueName: "time"))
  var at: TimeArgument?

  @Option(help: "What standard output gets")
  var format = CatalogFormat.text

  func run() throws {
    let catalog = try catalogOptions.load()
    let table = DecisionTable(catalog: catalog)
    let chosen = try actor.map { try index(of: $0, in: catalog) }
    let wanted = Section.allCases.filter { sections.isEmpty || sections.contains($0) }
    let actors = catalog.actors.indices.filter { chosen == nil || $0 == chosen }
    let claims = catalog.claims.indices.filter { index in
      (chosen == nil || catalog.claims[index].actor == chosen)
        && at.map { table.expiry(ofClaim: index, at: $0.timestamp) == nil } ?? true
    }
    let overlays = catalog.overlays.indices.filter { index in
      at.map { table.isLive(overlay: index, at: $0.timestamp) } ?? true
    }
    let output = try CatalogOutput(isDemonstration: catalog.allowsDocumentationRanges)
    switch format {
    case .json:
      var members: [String: Any] = ["schema": "ascribe-catalog-list/1", "catalog": catalog.summary]
      for section in wanted {
        members[section.rawValue] =
          switch section {
          case .actors: actors.map { catalog.json(catalog.actors[$0]) }
          case .claims: claims.map { catalog.json(catalog.claims[$0]) }
          case .overlays: overlays.map { catalog.json(catalog.overlays[$0]) }
          case .sensors: catalog.sensors.map(catalog.json)
          }
      }
      try output.write(members)
    case .text:
      var lines = CatalogOutput.knowledge(catalog)
      for section in wanted {
        let rows =
          switch section {
          case .actors: Self.rows(catalog, actors: actors)
          case .claims: Self.rows(catalog, claims: claims)
          case .overlays: Self.rows(catalog, overlays: overlays)
          case .sensors: Self.rows(sensors: catalog.sensors)
          }
        lines += (lines.isEmpty ? [] : [""]) + ["\(section.rawValue.uppercased()): \(rows.count - 1)"]
        if rows.count > 1 { lines += CatalogOutput.table(rows, indent: 2) }
      }
      try output.write(lines)
    }
  }

  private func index(of word: String, in catalog: Catalog) throws -> Int {
    let index = catalog.actors.firstIndex { actor in
      ([actor.id, actor.name] + actor.aliases).contains { $0.lowercased() == word.lowercased() }
    }
    guard let index else {
      throw ValidationError(
        "There is no actor '\(word)'; the actors are \(catalog.actors.map(\.id).sorted().joined(separator: ", ")).")
    }
    return index
  }

  private static func rows(_ catalog: Catalog, actors: [Int]) -> [[String]] {
    [["id", "level", "part of", "claims", "name and aliases"]]
      + actors.map { index in
        let actor = catalog.actors[index]
        return [
          actor.id, actor.level.rawValue, actor.parent.map { catalog.actors[$0].id } ?? "-",
          "\(catalog.claims.count { $0.actor == index })", ([actor.name] + actor.aliases).joined(separator: "; "),
        ]
      }
  }

  private static func rows(_ catalog: Catalog, claims: [Int]) -> [[String]] {
    [["id", "prefix", "actor", "relation", "kind", "from", "until", "as of", "recorded", "sources"]]
      + claims.map { index in
        let claim = catalog.claims[index]
        return [
          claim.id, claim.rangeText, catalog.actors[claim.actor].id, claim.relation.rawValue, claim.kind.rawValue,
          claim.validFrom?.plain ?? "-", claim.validUntil?.plain ?? "open", claim.asOf?.plain ?? "-",
          claim.recordedAt?.plain ?? "-",
          claim.sources.map { "\($0.reliability)\($0.credibility)" }.joined(separator: " "),
        ]
      }
  }

  private static func rows(_ catalog: Catalog, overlays: [Int]) -> [[String]] {
    [["id", "kind", "snapshot", "prefixes"]]
      + overlays.map { index in
        let overlay = catalog.overlays[index]
        return [
          overlay.id, overlay.kind.rawValue, overlay.snapshot.plain, UInt64(overlay.prefixes.count).grouped,
        ]
      }
  }

  private static func rows(sensors: [Sensor]) -> [[String]] {
    [["id", "vantage", "local networks", "trusted proxies"]]
      + sensors.map { sensor in
        func text(_ networks: [IPPrefix]) -> String {
          networks.isEmpty ? "-" : networks.map(\.description).joined(separator: " ")
        }
        return [sensor.id, sensor.vantage.rawValue, text(sensor.localNetworks), text(sensor.trustedProxies)]
      }
  }
}
