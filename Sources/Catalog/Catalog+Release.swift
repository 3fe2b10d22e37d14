extension Catalog {
  /// The catalog without what readers at a level may not see: claims and overlays with a stricter label, overrides of such
  /// claims, and actors of whom only such claims speak.
  ///
  /// Judgments by it may be stronger or weaker than by the whole: what it lacks may have spoken for or against them. Sensors
  /// stay: whoever may not see what a sensor saw may see nothing of the run.
  ///
  /// - Parameter level: The strictest label that stays.
  /// - Returns: The catalog; what it says of its files and of knowledge that it lacks is left out.
  /// - Complexity: O(n log n) in the number of prefixes.
  public func released(at level: TLP) -> Catalog {
    var released = self
    var positions = [Int?](repeating: nil, count: claims.count)
    released.claims = []
    for (index, claim) in claims.enumerated() where claim.tlp <= level {
      positions[index] = released.claims.count
      released.claims.append(claim)
    }
    for index in released.claims.indices {
      released.claims[index].overrides = released.claims[index].overrides.compactMap {
        positions.indices.contains($0) ? positions[$0] : nil
      }
    }
    released.overlays = overlays.filter { $0.tlp <= level }
    let withheld = Set(overlays.map(\.id)).subtracting(released.overlays.map(\.id))
    for index in released.claims.indices {
      released.claims[index].overlayExceptions.removeAll { withheld.contains($0.overlay) }
    }
    released.keepActorsOfClaims()
    released.findings = []
    released.places = EntryPlaces()
    released.files = []
    if let knowledge { released.knowledge = Knowledge(time: knowledge.time) }
    released.freeze()
    return released
  }

  /// Removes actors that no claim names, but for those that they are parts of.
  private mutating func keepActorsOfClaims() {
    var kept: Set<Int> = []
    for claim in claims {
      var next: Int? = claim.actor
      while let actor = next, actors.indices.contains(actor), kept.insert(actor).inserted {
        next = actors[actor].parent
      }
    }
    let positions = Dictionary(uniqueKeysWithValues: zip(kept.sorted(), 0...))
    actors = kept.sorted().map { index in
      var actor = actors[index]
      actor.parent = actor.parent.flatMap { positions[$0] }
      return actor
    }
    for index in claims.indices { claims[index].actor = positions[claims[index].actor] ?? claims[index].actor }
  }
}
