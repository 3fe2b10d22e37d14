import Packets

extension CatalogAssembly {
  private static let claimKeys = [
    "id", "prefix", "actor", "relation", "kind", "valid_from", "valid_until", "as_of", "recorded_at", "max_age",
    "guard", "basis", "sources", "overrides", "route_check", "tlp", "broad_ok", "allocation",
    "overlay_exceptions",
  ]

  /// Reads the claims, then checks what takes all of them: overrides and duplicates.
  mutating func readClaims(_ elements: [Element]) {
    var ids = UniqueIDs(what: "claim", count: elements.count)
    var drafts: [ClaimDraft] = []
    drafts.reserveCapacity(elements.count)
    for element in elements {
      guard
        var entry = EntryReader(
          element.value, what: "a claim", keys: Self.claimKeys, place: place(element.file), log: log)
      else { continue }
      let id = entry.id()
      ids.check(id, &entry)
      let overrides = entry.texts("overrides")
      let claim = readClaim(id ?? "", &entry)
      // A claim with faults is still known by its id, lest each claim that overrides it be reported too.
      guard let id else { continue }
      drafts.append(ClaimDraft(id: id, claim: claim, overrides: overrides, entry: entry))
    }
    drafts.sort { $0.id < $1.id }
    link(&drafts)
    catalog.claims = drafts.compactMap(\.claim)
    catalog.places.claims.reserveCapacity(drafts.count)
    for index in drafts.indices where drafts[index].claim != nil {
      catalog.places.claims[drafts[index].id] = drafts[index].entry.kept
    }
    warnOfDuplicates(drafts)
  }

  private mutating func readClaim(_ id: String, _ entry: inout EntryReader) -> Claim? {
    let range = entry.text("prefix")
    let prefixes = range.map { claimedPrefixes($0, &entry) } ?? []
    let actor = entry.text("actor").flatMap { word -> Int? in
      let index = actorTable.index(of: word)
      if index == nil {
        entry.complain(
          unknownActor(word, key: "actor"), line: entry.line(of: "actor"), code: .unknownReference)
      }
      return index
    }
    let relation = entry.choice("relation", Claim.Relation.allCases)
    let kind = entry.choice("kind", UseKind.allCases)
    let from = entry.time("valid_from")
    let until = entry.time("valid_until")
    let asOf = entry.time("as_of", required: true)?.time
    let recordedAt = entry.time("recorded_at", required: true)?.time
    let maxAge = entry.duration("max_age", default: (kind ?? .unknown).defaultMaxAge)
    if maxAge <= 0 { entry.complain("'max_age' must be longer than nothing", line: entry.line(of: "max_age")) }
    // Methodology 1.2: a date alone does not say at what hour the use began or ended.
    let isDateOnly = from?.isDate == true || until?.isDate == true
    let guardMargin = entry.duration("guard", default: isDateOnly ? DurationText.day : 0)
    let basis = entry.choices("basis", Claim.Basis.allCases)
    let sources = readSources(&entry)
    let routeCheck = entry.choice("route_check", Claim.RouteCheck.allCases, default: .unknown)
    let tlp = entry.choice("tlp", TLP.allCases)
    let broadReason = entry.optionalText("broad_ok")
    let allocation = entry.optionalText("allocation").map { networks($0, &entry, key: "allocation") } ?? []
    let exceptions = readExceptions(&entry)
    guard let range, let actor, let relation, let kind, let routeCheck, let tlp else { return nil }

    var claim = Claim(
      id: id, rangeText: range, prefixes: prefixes, actor: actor, relation: relation, kind: kind,
      validFrom: from?.time, validUntil: until?.time, asOf: asOf, recordedAt: recordedAt, maxAge: maxAge,
      guardMargin: guardMargin, basis: basis, sources: sources, routeCheck: routeCheck, tlp: tlp)
    claim.allocation = allocation
    claim.overlayExceptions = exceptions
    if !exceptions.isEmpty, !claim.canExcept {
      entry.complain(
        "'overlay_exceptions' are only for a claim of relation exclusive and kind dedicated-assignment with 'valid_from' and "
          + "'valid_until'; add what is missing, or remove them", line: entry.line(of: "overlay_exceptions"),
        code: .overlayException)
    }
    checkTimes(claim, &entry)
    if relation == .exclusive { checkExclusive(&claim, broadReason: broadReason, &entry) }
    return entry.isSound ? claim : nil
  }

  /// The prefixes of a claim, none of them special-purpose (methodology 1.4) or with host bits (1.5, item 1).
  private mutating func claimedPrefixes(_ range: String, _ entry: inout EntryReader) -> [IPPrefix] {
    let line = entry.line(of: "prefix")
    let prefixes = networks(range, &entry, key: "prefix")
    for prefix in prefixes {
      guard
        let special = SpecialPurpose.firstIntersection(
          with: prefix, allowingDocumentation: catalog.allowsDocumentationRanges)
      else { continue }
      let remedy =
        SpecialPurpose.documentationRanges.contains(special.prefix)
        ? "for a demonstration set allow_documentation_ranges, otherwise claim addresses of the internet"
        : "claim only addresses of the internet"
      entry.complain(
        "\(Spelling.short(range)) holds special-purpose addresses: \(special.prefix), "
          + "\(special.name), \(special.specification); \(remedy)", line: line, code: .specialPurpose)
      break
    }
    return prefixes
  }

  private func networks(_ range: String, _ entry: inout EntryReader, key: String) -> [IPPrefix] {
    do {
      return try NetworkText.networks(ArraySlice(range.utf8))
    } catch {
      entry.complain(
        "'\(Spelling.short(range))': \(error.sentence)", line: entry.line(of: key), code: .malformedPrefix)
      return []
    }
  }

  /// Reads the lists that do not speak against the claim, each with its reason.
  private mutating func readExceptions(_ entry: inout EntryReader) -> [Claim.OverlayException] {
    var exceptions: [Claim.OverlayException] = []
    for value in entry.list("overlay_exceptions") {
      guard
        var exception = EntryReader(
          value, what: "an overlay exception", keys: ["overlay", "reason"], place: entry.place, log: log)
      else {
        entry.markUnsound()
        continue
      }
      let (overlay, reason) = (exception.text("overlay"), exception.text("reason"))
      if let overlay { namedOverlays.append((overlay, exception.at(exception.line(of: "overlay")))) }
      guard let overlay, let reason, exception.isSound else {
        entry.markUnsound()
        continue
      }
      exceptions.append(Claim.OverlayException(overlay: overlay, reason: reason))
    }
    return exceptions
  }

  private func readSources(_ entry: inout EntryReader) -> [Claim.Source] {
    var sources: [Claim.Source] = []
    for node in entry.list("sources", required: true) {
      guard
        var source = EntryReader(
          node, what: "a source", keys: ["ref", "reliability", "credibility", "independent_group"], place: entry.place,
          log: log)
      else {
        entry.markUnsound()
        continue
      }
      let reference = source.text("ref")
      let reliability = source.choice("reliability", Reliability.allCases)
      let credibility = source.choice("credibility", Credibility.allCases)
      let group = source.text("independent_group")
      guard let reference, let reliability, let credibility, let group, source.isSound else {
        entry.markUnsound()
        continue
      }
      sources.append(
        Claim.Source(
          reference: reference, reliability: Character(reliability.rawValue),
          credibility: Int(credibility.rawValue) ?? 6, independentGroup: group))
    }
    return sources
  }

  /// Admiralty reliability of a source (methodology 4.3).
  private enum Reliability: String, CaseIterable {
    case A, B, C, D, E, F
  }

  /// Admiralty credibility of a statement (methodology 4.3).
  private enum Credibility: String, CaseIterable {
    case confirmed = "1"
    case probablyTrue = "2"
    case possiblyTrue = "3"
    case doubtful = "4"
    case improbable = "5"
    case cannotBeJudged = "6"
  }

  private func checkTimes(_ claim: Claim, _ entry: inout EntryReader) {
    if let from = claim.validFrom, let until = claim.validUntil {
      if until <= from {
        entry.complain(
          "'valid_until' must be later than 'valid_from'; correct one of the two", line: entry.line(of: "valid_until"),
          code: .emptyValidity)
      } else if until.nanoseconds(since: from) / 2 <= claim.guardMargin {
        log.warning(
          "never holds: the guard of \(claim.guardMargin / (DurationText.day / 24)) h at both ends leaves nothing; write "
            + "times instead of dates, or a smaller 'guard'", code: .neverHolds, at: entry.place)
      }
    }
    if let asOf = claim.asOf, let recorded = claim.recordedAt, asOf > recorded {
      log.warning(
        "'as_of' is later than 'recorded_at'; one of them is wrong", code: .asOfAfterRecording,
        at: entry.at(entry.line(of: "as_of")))
    }
  }
}

extension UseKind {
  /// How long an open-ended claim of this kind is believed after `as_of` (methodology, "Decided for this project").
  var defaultMaxAge: Int64 {
    switch self {
    case .dedicatedAllocation, .soleNationalISP: 730 * DurationText.day
    case .dedicatedAssignment: 365 * DurationText.day
    default: 180 * DurationText.day
    }
  }
}
