import Packets

/// What each claim, actor and overlay shows by itself.
extension CatalogLint {
  mutating func checkClaims() {
    for (index, claim) in catalog.claims.enumerated() {
      // What is not exclusive can lose nothing: there it is for information.
      let severity: CatalogFinding.Severity = claim.relation == .exclusive ? .warning : .information
      if claim.validFrom == nil, claim.relation != .exclusive {
        add(
          .undatedClaim, .information, claim: index, "valid_from",
          "has no 'valid_from' and counts for all time before its end; add the day, if a source says it")
      }
      checkAge(claim, index, severity)
      if let asOf = claim.asOf, let from = claim.validFrom, asOf < from {
        add(
          .asOfBeforeStart, .warning, claim: index, "as_of",
          "was last known to hold on \(asOf.day), before it begins on \(from.day); one of the two is wrong")
      }
      if let asOf = claim.asOf, let until = claim.validUntil, asOf > until {
        add(
          .asOfAfterEnd, .warning, claim: index, "as_of",
          "was last known to hold on \(asOf.day), after its end on \(until.day); one of the two is wrong")
      }
      checkAllocation(claim, index)
      if claim.prefixes.count > 1 {
        let list = claim.prefixes.prefix(8).map(\.description).joined(separator: ", ")
        add(
          .rangeNotOnePrefix, .information, claim: index, "prefix",
          "is no single CIDR; it is covered exactly by \(claim.prefixes.count) prefixes: \(list)"
            + (claim.prefixes.count > 8 ? ", …" : "") + "; nothing to mend")
      }
      checkGroups(claim, index, severity)
    }
  }

  private mutating func checkAge(_ claim: Claim, _ index: Int, _ severity: CatalogFinding.Severity) {
    guard let asOf = claim.lastKnown else { return }
    let believed = asOf.adding(claim.maxAge)
    if isStale(index) {
      add(
        .staleClaim, severity, claim: index, "as_of",
        "is open-ended and was last known to hold on \(asOf.day): since \(believed.day) it counts no longer (checked for "
          + "\(time.day)); look again and renew 'as_of', or give it its end")
    }
    if let until = claim.validUntil, until > believed {
      add(
        .endFarAhead, severity, claim: index, "valid_until",
        "says \(until.day), but was last known to hold on \(asOf.day) and, open-ended, would be believed until "
          + "\(believed.day) only; a date ahead is a guess: write null, or renew 'as_of'")
    }
  }

  private mutating func checkAllocation(_ claim: Claim, _ index: Int) {
    guard let first = claim.prefixes.first?.address, let last = claim.prefixes.last?.last,
      let lowest = claim.allocation.first?.address, let highest = claim.allocation.last?.last
    else { return }
    if first.isIPv4 != lowest.isIPv4 || first < lowest || highest < last {
      add(
        .widerThanAllocation, .warning, claim: index, "prefix",
        "\(claim.rangeText) reaches beyond its registered allocation, \(lowest)-\(highest); claim no more than is "
          + "registered, or correct 'allocation'")
    }
  }

  private mutating func checkGroups(_ claim: Claim, _ index: Int, _ severity: CatalogFinding.Severity) {
    guard let group = claim.sources.first, claim.sources.independentGroups == 1 else { return }
    if claim.sources.count == 1 {
      add(
        .singleSource, severity, claim: index, "sources",
        "rests on one source; name an independent second one, or expect a low confidence")
    } else {
      add(
        .oneGroupSources, severity, claim: index, "sources",
        "has \(claim.sources.count) sources, but all are of independent_group '\(group.independentGroup)' and count "
          + "once; name one that does not repeat the others")
    }
  }

  mutating func checkActors() {
    var owners: [String: (actor: Int, word: String)] = [:]
    // In the order of the files: the later one is told.
    func line(_ index: Int) -> (String, Int) {
      let place = catalog.places.actors[catalog.actors[index].id]
      return (place?.file ?? "", place?.line ?? 0)
    }
    for index in catalog.actors.indices.sorted(by: { line($0) < line($1) }) {
      let actor = catalog.actors[index]
      for (word, key) in [(actor.id, "id"), (actor.name, "name")] + actor.aliases.map({ ($0, "aliases") }) {
        let place = catalog.places.actors[actor.id]
        let keys = Spelling.skeletons(word)
        let (other, first) = keys.compactMap { owners[$0] }.first ?? (index, word)
        for key in keys where owners[key] == nil { owners[key] = (index, word) }
        if other == index, LookAlikes.isMixed(word) {
          add(
            .lookAlike, .warning, actor.id, place, key,
            "'\(Spelling.short(word))' has letters of two scripts in one word; write it in one script")
        }
        // The very same word is an error already.
        guard other != index, first.lowercased() != word.lowercased() else { continue }
        guard Spelling.key(first, lookingLike: nil) == Spelling.key(word, lookingLike: nil) else {
          add(
            .lookAlike, .warning, actor.id, place, key,
            "'\(Spelling.short(word))' only looks like a name of '\(catalog.actors[other].id)': other letters; if both are "
              + "one actor, merge them: their claims contest each other")
          continue
        }
        add(
          .nearAlias, .warning, actor.id, place, key,
          "'\(Spelling.short(word))' differs from a name of '\(catalog.actors[other].id)' only in case, spaces or "
            + "punctuation; if both are one actor, merge them: their claims contest each other")
      }
    }
  }

  mutating func checkOverlays() {
    // Claims by their start, with the latest end of all up to there: does any meet a window?
    let sorted = windows.sorted { $0.from < $1.from }
    var latest = sorted.map(\.until)
    for index in latest.indices.dropFirst() { latest[index] = max(latest[index], latest[index - 1]) }
    for overlay in catalog.overlays {
      let place = catalog.places.overlays[overlay.id]
      let window = Window(overlay)
      // The number of claims that begin before the overlay's window ends.
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle].from < window.until { low = middle + 1 } else { high = middle }
      }
      if !sorted.isEmpty, low == 0 || latest[low - 1] <= window.from {
        add(
          .overlayOutOfTime, .warning, overlay.id, place, "snapshot",
          "is of \(overlay.snapshot.day), more than 30 days from the time of every claim; load the list of that time, "
            + "or remove it")
      }
      if overlay.prefixes.isEmpty {
        add(
          .overlayEmpty, .warning, overlay.id, place, "id",
          "holds no address: shared addresses go unmarked; check the list, or remove it")
      }
      if let recorded = overlay.recordedAt, recorded < overlay.snapshot {
        add(
          .overlayRecordedEarly, .warning, overlay.id, place, "recorded_at",
          "was recorded on \(recorded.day), before the day of the list, \(overlay.snapshot.day); one of the two is wrong"
        )
      }
    }
  }
}
