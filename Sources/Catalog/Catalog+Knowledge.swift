public import Packets

extension Catalog {
  /// What a catalog does not hold because it is read as of a time in the past.
  public struct Knowledge: Sendable, Equatable {
    /// The time as of which the catalog is read.
    public var time: Timestamp
    /// Claims that were recorded later.
    public var unknownClaims = 0
    /// Overlays whose day, or recording, is later.
    public var unknownOverlays = 0
    /// Overrides that name a claim recorded later.
    public var droppedOverrides = 0
  }

  /// The catalog as it stood at a time: what was recorded later does not exist (methodology 1.1, knowledge time).
  ///
  /// What was recorded at that very time is known. A claim without `recordedAt`, which no loaded catalog has, counts as
  /// known: to leave it out could hide that an address is contested. Actors and sensors carry no time and stay. Validity
  /// and knowledge are two clocks: a claim recorded in 2020 of the year 2014 does not speak of a flow of 2014 here, if
  /// the time asked for is 2015.
  ///
  /// - Parameter time: The time.
  /// - Returns: The catalog, with `knowledge` saying what was left out.
  /// - Complexity: O(n log n) in the number of prefixes.
  public func asKnown(at time: Timestamp) -> Catalog {
    var then = self
    var knowledge = Knowledge(time: time)
    var positions = [Int?](repeating: nil, count: claims.count)
    var unknown: Set<String> = []
    then.claims = []
    for (index, claim) in claims.enumerated() {
      if let recorded = claim.recordedAt, recorded > time {
        unknown.insert(claim.id)
      } else {
        positions[index] = then.claims.count
        then.claims.append(claim)
      }
    }
    for index in then.claims.indices {
      let overrides = then.claims[index].overrides
      then.claims[index].overrides = overrides.compactMap { positions.indices.contains($0) ? positions[$0] : nil }
      knowledge.droppedOverrides += overrides.count - then.claims[index].overrides.count
    }
    then.overlays = overlays.filter { $0.snapshot <= time && $0.recordedAt ?? $0.snapshot <= time }
    knowledge.unknownClaims = claims.count - then.claims.count
    knowledge.unknownOverlays = overlays.count - then.overlays.count
    unknown.formUnion(Set(overlays.map(\.id)).subtracting(then.overlays.map(\.id)))
    then.findings = findings.filter { $0.entry.map { !unknown.contains($0) } ?? true }
    then.knowledge = knowledge
    then.freeze()
    return then
  }

  /// Freezes the prefixes of all claims and overlays for lookup.
  ///
  /// - Complexity: O(n) in the number of prefixes.
  mutating func freeze() {
    var prefixes = PrefixNodes()
    prefixes.reserve(overlays.map(\.prefixes) + claims.map(\.prefixes))
    // By ascending tags, which then need no sorting.
    for (index, overlay) in overlays.enumerated().reversed() {
      prefixes.add(overlay.prefixes, tag: ~PrefixTable.Entry.overlay(index).number)
    }
    for (index, claim) in claims.enumerated().reversed() {
      prefixes.add(claim.prefixes, tag: ~PrefixTable.Entry.claim(index).number)
    }
    self.prefixes = PrefixTable(tagged: prefixes)
  }
}
