/// What the sources of all claims show together: who only seems to be independent.
extension CatalogLint {
  mutating func checkSources() {
    var spellings: [String: String] = [:]
    var groups: [String: String] = [:]
    var told: Set<String> = []
    for (index, claim) in catalog.claims.enumerated() {
      for source in claim.sources {
        checkSpelling(of: source.independentGroup, claim: index, &spellings, &told)
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

  /// Tells a group in another spelling than before, or in letters of two scripts; each spelling once.
  private mutating func checkSpelling(
    of group: String, claim index: Int, _ spellings: inout [String: String], _ told: inout Set<String>
  ) {
    let keys = Spelling.skeletons(group)
    let first = keys.compactMap { spellings[$0] }.first ?? group
    for key in keys where spellings[key] == nil { spellings[key] = group }
    let isMixed = LookAlikes.isMixed(group)
    guard first != group || isMixed, told.insert(group).inserted else { return }
    if first == group {
      add(
        .lookAlike, .warning, claim: index, "sources",
        "has letters of two scripts in one word of the independent_group '\(Spelling.short(group))'; write it in one "
          + "script, it counts as what it looks like")
    } else if Spelling.key(first, lookingLike: nil) == Spelling.key(group, lookingLike: nil) {
      add(
        .groupSpelling, .warning, claim: index, "sources",
        "spells the independent_group '\(first)' as '\(group)'; both count as one, write it one way")
    } else {
      add(
        .lookAlike, .warning, claim: index, "sources",
        "has the independent_group '\(Spelling.short(group))', which only looks like '\(Spelling.short(first))': other "
          + "letters; both count as one, write it one way")
    }
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
