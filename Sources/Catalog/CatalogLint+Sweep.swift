import Packets

/// What the prefixes of claims and overlays show together: one walk over all of them in order, with those that are open on
/// two stacks.
///
/// Prefixes are disjoint or nested, so that whatever meets a prefix is open when it begins, or begins while it is open.
extension CatalogLint {
  /// Of the claims open at one place, the innermost that are compared: a bound for catalogs that repeat one prefix.
  static let mostCompared = 32

  /// One prefix of a claim or overlay.
  private struct Piece {
    let prefix: IPPrefix
    let index: Int
    /// 0 exclusive claim, 1 other claim, 2 overlay: on one prefix in this order, so that objections find the claim open.
    let rank: Int

    /// Makes a piece of a prefix and its tag.
    init(prefix: IPPrefix, tag: UInt32) {
      self.prefix = prefix
      index = Int(tag & (1 << 30 - 1))
      rank = Int(tag >> 30)
    }

    /// Rank and index as one number, by which pieces of one prefix order.
    static func tag(rank: UInt32, index: Int) -> UInt32 { rank << 30 | UInt32(index) }
  }

  /// A piece that has begun and not ended.
  private struct Open {
    let piece: Piece
    /// How many of its addresses its own actor objects to, and up to where they were counted.
    var objected: UInt128 = 0
    var countedThrough: IPAddress?
  }

  private struct Pair: Hashable {
    let one: Int
    let other: Int
  }

  /// What has been told of two claims, so that ranges of many prefixes do not repeat it.
  private struct Memory {
    var told: [CatalogFinding.Code: Set<Pair>] = [:]
    var overlays: [Pair: (prefix: IPPrefix, count: Int)] = [:]
    /// How many prefixes of a claim are wholly objected to.
    var carved: [Int: Int] = [:]
    var crowded: Set<Int> = []

    mutating func isNew(_ code: CatalogFinding.Code, _ one: Int, _ other: Int) -> Bool {
      told[code, default: []].insert(Pair(one: one, other: other)).inserted
    }
  }

  mutating func sweep() {
    var nodes = PrefixNodes()
    for (index, claim) in catalog.claims.enumerated() {
      nodes.add(claim.prefixes, tag: Piece.tag(rank: claim.relation == .exclusive ? 0 : 1, index: index))
    }
    nodes.sort()
    // Of long lists, most of what meets no claim need not be sorted.
    let spans = (ipv4: PrefixSpans(nodes.ipv4), ipv6: PrefixSpans(nodes.ipv6))
    for (index, overlay) in catalog.overlays.enumerated() {
      let tag = Piece.tag(rank: 2, index: index)
      for prefix in overlay.prefixes {
        let (first, last) = (prefix.address, prefix.last)
        if first.isIPv4 ? spans.ipv4.meet(first.v4, last.v4) : spans.ipv6.meet(first.bits, last.bits) {
          nodes.add(prefix, tag: tag)
        }
      }
    }
    nodes.sort()
    var memory = Memory()
    var claims: [Open] = []
    var overlays: [Open] = []
    for node in nodes.ipv4 { sweep(Piece(prefix: node.prefix, tag: node.tag), &claims, &overlays, &memory) }
    for node in nodes.ipv6 { sweep(Piece(prefix: node.prefix, tag: node.tag), &claims, &overlays, &memory) }
    close(&claims, before: nil, &memory)
    tellOverlays(memory)
    for (index, count) in memory.carved.sorted(by: { $0.key < $1.key })
    where count == catalog.claims[index].prefixes.count {
      add(
        .carvedOut, .warning, claim: index, "relation",
        "every address is carved out, or said to be shared, by claims of the same actor for the whole time: it can never "
          + "be EXCLUSIVE; remove it, or what contradicts it")
    }
    checkOverrides()
  }

  /// Takes the next piece in order.
  private mutating func sweep(
    _ piece: Piece, _ claims: inout [Open], _ overlays: inout [Open], _ memory: inout Memory
  ) {
    close(&claims, before: piece.prefix, &memory)
    close(&overlays, before: piece.prefix, &memory)
    if piece.rank == 2 {
      for open in claims.suffix(Self.mostCompared) where open.piece.rank == 0 {
        note(overlay: piece, in: open.piece.index, &memory)
      }
      overlays.append(Open(piece: piece))
    } else {
      compare(piece, with: &claims, &memory)
      if piece.rank == 0 {
        for open in overlays.suffix(Self.mostCompared) { note(overlay: open.piece, in: piece.index, &memory) }
      }
      claims.append(Open(piece: piece))
    }
  }

  private func close(_ open: inout [Open], before prefix: IPPrefix?, _ memory: inout Memory) {
    while let last = open.last,
      prefix.map({ last.piece.prefix.address.isIPv4 != $0.address.isIPv4 || last.piece.prefix.last < $0.address })
        ?? true
    {
      open.removeLast()
      if last.objected == last.piece.prefix.size { memory.carved[last.piece.index, default: 0] += 1 }
    }
  }

  /// Compares a claim that begins with those that are open, the innermost first.
  private mutating func compare(_ piece: Piece, with open: inout [Open], _ memory: inout Memory) {
    if open.count > Self.mostCompared, memory.crowded.insert(piece.index).inserted {
      add(
        .tooManyOverlaps, .warning, claim: piece.index, "prefix",
        "lies in \(open.count) prefixes of claims; only the innermost \(Self.mostCompared) were compared: merge some")
    }
    var actorsMet: Set<Int> = []
    for position in open.indices.suffix(Self.mostCompared).reversed() {
      let outer = open[position].piece
      guard outer.index != piece.index else { continue }
      let (mine, theirs) = (catalog.claims[piece.index], catalog.claims[outer.index])
      let isInnermost = actorsMet.insert(theirs.actor).inserted
      if objects(piece.index, to: outer.index) { count(piece.prefix, in: &open[position]) }
      let isTogether = windows[piece.index].meets(windows[outer.index])
      if mine.actor == theirs.actor {
        if isTogether, piece.prefix == outer.prefix, mine.relation == theirs.relation,
          memory.isNew(.duplicateClaim, piece.index, outer.index)
        {
          add(
            .duplicateClaim, .warning, claim: max(piece.index, outer.index), "prefix",
            "\(piece.prefix) is claimed by '\(catalog.claims[min(piece.index, outer.index)].id)' for the same actor, "
              + "relation and time; merge the two and their sources")
        }
      } else if isAncestor(theirs.actor, of: mine.actor) || isAncestor(mine.actor, of: theirs.actor) {
        if isTogether { compareRelated(piece, outer, isInnermost: isInnermost, open, &memory) }
      } else if isTogether {
        tellOverlap(piece, outer, &memory)
      }
      tellLapsed(piece.index, outer.index, piece.prefix, &memory)
      tellLapsed(outer.index, piece.index, piece.prefix, &memory)
    }
  }

  /// Whether a claim says of an exclusive one, for its whole time, that it is not so (X2; a parent's carve-out binds its
  /// parts).
  private func objects(_ objection: Int, to index: Int) -> Bool {
    let (mine, theirs) = (catalog.claims[objection], catalog.claims[index])
    guard theirs.relation == .exclusive, mine.relation != .exclusive, windows[objection].holds(windows[index]) else {
      return false
    }
    return mine.actor == theirs.actor || (mine.relation == .excluded && isAncestor(mine.actor, of: theirs.actor))
  }

  private func count(_ prefix: IPPrefix, in open: inout Open) {
    if let through = open.countedThrough, prefix.address <= through { return }
    open.objected += prefix.size
    open.countedThrough = prefix.last
  }

  /// Parent and child do not contest; but the verdict names the parent, which needs a sound claim of its own (1.5, 5).
  private mutating func compareRelated(
    _ piece: Piece, _ outer: Piece, isInnermost: Bool, _ open: [Open], _ memory: inout Memory
  ) {
    let (mine, theirs) = (catalog.claims[piece.index], catalog.claims[outer.index])
    if isInnermost, isAncestor(theirs.actor, of: mine.actor), mine.relation == .exclusive,
      theirs.relation == .associated || theirs.relation == .shared,
      memory.isNew(.parentNotExclusive, piece.index, outer.index)
    {
      add(
        .parentNotExclusive, .warning, claim: piece.index, "relation",
        "lies in '\(theirs.id)' of the parent '\(catalog.actors[theirs.actor].id)', which is only "
          + "'\(theirs.relation.rawValue)': a verdict names the parent, so that this can never be EXCLUSIVE there; "
          + "support the parent's claim, or end it")
    }
    let isCovered = open.suffix(Self.mostCompared).contains {
      $0.piece.prefix.length <= outer.prefix.length && catalog.claims[$0.piece.index].actor == mine.actor
    }
    if outer.prefix.length < piece.prefix.length, isAncestor(mine.actor, of: theirs.actor), !isCovered,
      mine.relation != .excluded, theirs.relation != .excluded,
      memory.isNew(.childWiderThanParent, outer.index, piece.index)
    {
      add(
        .childWiderThanParent, .warning, claim: outer.index, "prefix",
        "\(outer.prefix) is wider than \(piece.prefix) of '\(mine.id)', which the parent "
          + "'\(catalog.actors[mine.actor].id)' claims: a part cannot hold more than the whole; widen the parent's claim, "
          + "or narrow this")
    }
  }

  /// Unrelated actors: contested, whatever the prefix lengths (X3).
  private mutating func tellOverlap(_ piece: Piece, _ outer: Piece, _ memory: inout Memory) {
    let (mine, theirs) = (catalog.claims[piece.index], catalog.claims[outer.index])
    guard mine.relation != .excluded, theirs.relation != .excluded,
      !(mine.canOverride && mine.overrides.contains(outer.index)),
      !(theirs.canOverride && theirs.overrides.contains(piece.index)),
      memory.isNew(.contestedOverlap, piece.index, outer.index)
    else { return }
    let isExclusive = mine.relation == .exclusive || theirs.relation == .exclusive
    let isAlways =
      mine.relation == .exclusive && mine.prefixes.count == 1 && windows[outer.index].holds(windows[piece.index])
    add(
      .contestedOverlap, isExclusive ? .warning : .information, claim: piece.index, "prefix",
      "\(piece.prefix) is claimed for '\(catalog.actors[mine.actor].id)' and, by '\(theirs.id)', for "
        + "'\(catalog.actors[theirs.actor].id)', \(windows[piece.index].days(with: windows[outer.index])): verdicts will "
        + "be CONTESTED" + (isAlways ? ", and this can never be EXCLUSIVE" : "")
        + "; name the weaker claim in 'overrides' with two independent sources, or end one of them")
  }

  /// An objection that has aged away leaves the claim standing that it spoke against.
  private mutating func tellLapsed(
    _ objection: Int, _ index: Int, _ prefix: IPPrefix, _ memory: inout Memory
  ) {
    let claim = catalog.claims[index]
    guard claim.relation == .exclusive, isStale(objection), !isStale(index),
      catalog.claims[objection].relation != .exclusive || catalog.claims[objection].actor != claim.actor,
      windows[objection].until < windows[index].until, !isRelatedSupport(objection, index),
      memory.isNew(.objectionLapsed, objection, index)
    else { return }
    add(
      .objectionLapsed, .warning, claim: objection, "as_of",
      "spoke against exclusive use of \(prefix) by '\(claim.id)' until \(windows[objection].until.day); since then that "
        + "claim stands alone: renew 'as_of', or say when this ended")
  }

  /// Whether a claim of a related actor says the same.
  private func isRelatedSupport(_ one: Int, _ other: Int) -> Bool {
    let (a, b) = (catalog.claims[one].actor, catalog.claims[other].actor)
    return catalog.claims[one].relation == .exclusive && (isAncestor(a, of: b) || isAncestor(b, of: a))
  }

  private func note(overlay piece: Piece, in claim: Int, _ memory: inout Memory) {
    let pair = Pair(one: claim, other: piece.index)
    memory.overlays[pair] = (memory.overlays[pair]?.prefix ?? piece.prefix, (memory.overlays[pair]?.count ?? 0) + 1)
  }

  private mutating func tellOverlays(_ memory: Memory) {
    for (pair, hit) in memory.overlays.sorted(by: { ($0.key.one, $0.key.other) < ($1.key.one, $1.key.other) }) {
      let overlay = catalog.overlays[pair.other]
      let isLive = Window(overlay).meets(windows[pair.one])
      if isLive, let exception = catalog.claims[pair.one].exception(to: overlay) {
        add(
          .sharedInside, .information, claim: pair.one, "overlay_exceptions",
          "meets overlay '\(overlay.id)' (\(overlay.kind.rawValue), \(overlay.snapshot.day)), but excepts it: "
            + "\(Spelling.short(exception.reason)); verdicts there will name the exception")
        continue
      }
      add(
        .sharedInside, .warning, claim: pair.one, "prefix",
        "meets \(hit.count == 1 ? "\(hit.prefix)" : "\(hit.count) prefixes, the first \(hit.prefix),") of overlay "
          + "'\(overlay.id)' (\(overlay.kind.rawValue), \(overlay.snapshot.day)), "
          + (isLive
            ? "live within the claim's time: verdicts there will be SHARED"
            : "not live at the claim's time: verdicts there will be UNVERIFIABLE")
          + "; carve these addresses out, or mend the list")
    }
  }

  private mutating func checkOverrides() {
    for (index, claim) in catalog.claims.enumerated() where !claim.overrides.isEmpty && claim.canOverride {
      for target in claim.overrides where windows[index].holds(windows[target]) {
        let loser = catalog.claims[target]
        guard loser.actor != claim.actor,
          loser.prefixes.allSatisfy({ one in
            claim.prefixes.contains { $0.length <= one.length && $0.contains(one.address) }
          })
        else { continue }
        add(
          .overridden, .information, claim: target, "id",
          "never counts: '\(claim.id)' overrides it for all its addresses and its whole time; remove it if that is settled"
        )
      }
    }
  }
}

extension Claim {
  /// Whether what the claim overrides is overridden: that takes two independent groups of sources, each rated C3 or
  /// better (methodology 1.5, item 8).
  public var canOverride: Bool {
    sources.filter { ("A"..."C").contains($0.reliability) && (1...3).contains($0.credibility) }.independentGroups >= 2
  }
}

extension IPPrefix {
  /// The number of addresses; the catalog holds no prefix of length 0.
  var size: UInt128 { last.bits &- address.bits &+ 1 }
}
