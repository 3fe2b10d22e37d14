/// What the sources of all claims show together: who only seems to be independent.
extension CatalogLint {
  mutating func checkSources() {
    var spellings: [String: String] = [:]
    var groups: [String: String] = [:]
    var told: Set<String> = []
    for (index, claim) in catalog.claims.enumerated() {
      for source in claim.sources {
        let first = spellings[source.groupKey, default: source.independentGroup]
        spellings[source.groupKey] = first
        if first != source.independentGroup, told.insert(source.independentGroup).inserted {
          add(
            .groupSpelling, .warning, claim: index, "sources",
            "spells the independent_group '\(first)' as '\(source.independentGroup)'; both count as one, write it one way"
          )
        }
        let reference = Spelling.key(source.reference)
        let group = groups[reference, default: source.groupKey]
        groups[reference] = group
        if group != source.groupKey {
          add(
            .sourceInTwoGroups, .warning, claim: index, "sources",
            "has the source '\(Spelling.short(source.reference))' under '\(source.independentGroup)', and another place of "
              + "the catalog has it under '\(spellings[group] ?? group)'; one source cannot confirm itself")
        }
      }
    }
    checkCitations()
  }

  /// Sources that name entries of this catalog: such a source adds nothing, and in a circle nothing at all stands behind.
  private mutating func checkCitations() {
    let claims = Dictionary(catalog.claims.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let overlays = Set(catalog.overlays.map(\.id))
    var edges = catalog.claims.map { _ in [Int]() }
    var cited: [(claim: Int, id: String)] = []
    for (index, claim) in catalog.claims.enumerated() {
      for id in Set(claim.sources.flatMap { Self.namedIDs($0.reference) }).sorted() {
        if let target = claims[id] {
          edges[index].append(target)
          cited.append((index, id))
        } else if overlays.contains(id) {
          cited.append((index, id))
        }
      }
    }
    let circle = Set(Circles.members(of: edges))
    for (index, id) in cited {
      if circle.contains(index), let target = claims[id], circle.contains(target) {
        add(
          .circularSource, .warning, claim: index, "sources",
          target == index
            ? "names itself as its source; name who said it first"
            : "rests on '\(id)', which rests on it in turn; name who said it first")
      } else {
        add(
          .sourceIsEntry, .information, claim: index, "sources",
          "names the entry '\(id)' of this catalog as a source; name that entry's own sources instead")
      }
    }
  }

  /// The words of a reference that may be ids: the whole of it, or words with a hyphen or a digit.
  private static func namedIDs(_ reference: String) -> [String] {
    let words = reference.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" }.map(String.init)
    return words.count == 1 ? words : words.filter { $0.contains("-") || $0.contains(where: \.isNumber) }
  }
}
