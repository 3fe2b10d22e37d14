public import Catalog
public import Packets

/// Where and when two catalogs answer differently on a verified flow.
///
/// The ends of all prefixes of both cut the addresses into pieces with one answer each at any time; the dates of the
/// entries that cover a piece cut its time. Pieces whose entries are the same in both are passed over.
public struct CatalogComparison: Sendable {
  /// An answer, by names, for the indexes of two catalogs cannot be compared.
  public struct Answer: Sendable, Equatable {
    /// The verdict.
    public let verdict: Verdict
    /// Its reason.
    public let reason: VerdictReason
    /// The id of the actor.
    public let actor: String?

    /// Names an assessment.
    ///
    /// - Parameters:
    ///   - assessment: The assessment.
    ///   - catalog: The catalog that it was made with.
    public init(_ assessment: FlowAssessment, in catalog: Catalog) {
      verdict = assessment.verdict
      reason = assessment.reason
      actor = assessment.actor.flatMap { catalog.actors.indices.contains($0) ? catalog.actors[$0].id : nil }
    }
  }

  /// A span of time with two answers.
  public struct Window: Sendable, Equatable {
    /// First moment; nothing for all time before.
    public let from: Timestamp?
    /// First moment after; nothing if there is none.
    public let until: Timestamp?
    /// The answer of the old catalog.
    public let old: Answer
    /// The answer of the new catalog.
    public let new: Answer
  }

  /// Addresses whose answers differ.
  public struct Change: Sendable, Equatable {
    /// The first address.
    public let first: IPAddress
    /// The last address.
    public internal(set) var last: IPAddress
    /// When they differ, in order.
    public let windows: [Window]
  }

  /// The first changes, by address; IPv4 first.
  public private(set) var changes: [Change] = []
  /// How many further ranges of addresses change.
  public private(set) var unlisted = 0

  /// The addresses that are not covered alike, first and last of each range, ascending within a family; the verdict on a
  /// flow can change only if one of its addresses, or of those that it speaks of, is among them.
  package private(set) var ranges: [(first: IPAddress, last: IPAddress)] = []

  private let old: DecisionTable
  private let new: DecisionTable
  /// For each old entry that stands unchanged in the new catalog, its index there.
  private let keptClaims: [Int?]
  private let keptOverlays: [Int?]
  private let limit: Int
  private var last: Change?

  /// Compares two catalogs.
  ///
  /// - Parameters:
  ///   - old: The old catalog.
  ///   - new: The new catalog.
  ///   - limit: How many ranges of addresses are listed; the rest is counted.
  /// - Complexity: O(n log n) in the number of prefixes, and O(k³) in the entries that cover a piece that changes.
  public init(old: Catalog, new: Catalog, limit: Int = 1_000) {
    self.old = DecisionTable(catalog: old)
    self.new = DecisionTable(catalog: new)
    self.limit = limit
    let isOneWorld = old.allowsDocumentationRanges == new.allowsDocumentationRanges
    let claims = Dictionary(new.claims.enumerated().map { ($1.id, $0) }) { first, _ in first }
    keptClaims = old.claims.map { claim in
      guard isOneWorld, let index = claims[claim.id],
        old.bearing(of: claim) == new.bearing(of: new.claims[index])
      else { return nil }
      return index
    }
    let overlays = Dictionary(new.overlays.enumerated().map { ($1.id, $0) }) { first, _ in first }
    keptOverlays = old.overlays.map { overlay in
      guard isOneWorld, let index = overlays[overlay.id], new.overlays[index].kind == overlay.kind,
        new.overlays[index].snapshot == overlay.snapshot
      else { return nil }
      return index
    }
    for isIPv4 in [true, false] {
      let starts = Self.starts(old, new, isIPv4: isIPv4)
      for (position, start) in starts.enumerated() {
        let end = position + 1 < starts.count ? starts[position + 1].bits &- 1 : isIPv4 ? Self.lastIPv4 : UInt128.max
        compare(start, through: IPAddress(bits: end))
      }
    }
    flush()
  }

  private static let lastIPv4 = UInt128(0xFFFF) << 32 | 0xFFFF_FFFF

  /// The first address of each piece, ascending.
  private static func starts(_ old: Catalog, _ new: Catalog, isIPv4: Bool) -> [IPAddress] {
    var starts: Set<IPAddress> = []
    func cut(_ prefix: IPPrefix) {
      guard prefix.address.isIPv4 == isIPv4 else { return }
      starts.insert(prefix.address)
      let (next, overflow) = prefix.last.bits.addingReportingOverflow(1)
      if !overflow, IPAddress(bits: next).isIPv4 == isIPv4 { starts.insert(IPAddress(bits: next)) }
    }
    SpecialPurpose.blocks.forEach(cut)
    for catalog in [old, new] {
      for claim in catalog.claims { claim.prefixes.forEach(cut) }
      for overlay in catalog.overlays { overlay.prefixes.forEach(cut) }
    }
    return starts.sorted()
  }

  private mutating func compare(_ first: IPAddress, through end: IPAddress) {
    let before = old.catalog.prefixes.entries(of: old.catalog.prefixes.covers(of: first))
    let after = new.catalog.prefixes.entries(of: new.catalog.prefixes.covers(of: first))
    guard !isSame(before, after) else { return }
    if let held = ranges.last, held.last.bits &+ 1 == first.bits, held.first.isIPv4 == first.isIPv4 {
      ranges[ranges.count - 1].last = end
    } else {
      ranges.append((first, end))
    }
    let windows = differences(first)
    guard !windows.isEmpty else { return }
    if let held = last, held.windows == windows, held.last.bits &+ 1 == first.bits {
      last?.last = end
    } else {
      flush()
      last = Change(first: first, last: end, windows: windows)
    }
  }

  private mutating func flush() {
    guard let change = last else { return }
    if changes.count < limit { changes.append(change) } else { unlisted += 1 }
    last = nil
  }

  private func isSame(_ before: [PrefixTable.Cover], _ after: [PrefixTable.Cover]) -> Bool {
    guard before.count == after.count else { return false }
    var kept: Set<PrefixTable.Cover> = []
    for cover in before {
      switch cover.entry {
      case .claim(let index):
        guard let index = keptClaims[index] else { return false }
        kept.insert(PrefixTable.Cover(entry: .claim(index), prefix: cover.prefix))
      case .overlay(let index):
        guard let index = keptOverlays[index] else { return false }
        kept.insert(PrefixTable.Cover(entry: .overlay(index), prefix: cover.prefix))
      }
    }
    return kept == Set(after)
  }

  /// Lays two timelines side by side.
  private func differences(_ address: IPAddress) -> [Window] {
    let (before, after) = (old.timeline(of: address), new.timeline(of: address))
    var windows: [Window] = []
    var (i, j) = (0, 0)
    var from: Timestamp?
    while i < before.count, j < after.count {
      let until = [before[i].until, after[j].until].compactMap(\.self).min()
      let one = Answer(before[i].assessment, in: old.catalog)
      let other = Answer(after[j].assessment, in: new.catalog)
      if one != other {
        if let held = windows.last, held.until == from, from != nil, held.old == one, held.new == other {
          windows[windows.count - 1] = Window(from: held.from, until: until, old: one, new: other)
        } else {
          windows.append(Window(from: from, until: until, old: one, new: other))
        }
      }
      guard let until else { break }
      if before[i].until == until { i += 1 }
      if after[j].until == until { j += 1 }
      from = until
    }
    return windows
  }
}

extension Catalog {
  /// Everything of a claim that can bear on a verdict, its actor's ancestors and what it overrides by name.
  fileprivate func bearing(of claim: Claim) -> [String] {
    var family: [String] = []
    var current: Int? = claim.actor
    for _ in actors.indices {
      guard let index = current, actors.indices.contains(index) else { break }
      family.append(actors[index].id)
      current = actors[index].parent
    }
    let terms = ClaimTerms(claim)
    let exceptions = claim.overlayExceptions.map(\.overlay)
    return family + ["|"] + claim.overrides.map { claims[$0].id } + ["|"] + exceptions + [
      "|", "\(terms.use)", "\(terms.isSound) \(claim.canOverride) \(terms.isMisrouted)",
      "\(terms.validFrom) \(terms.validUntil) \(terms.innerFrom) \(terms.innerUntil) \(terms.believedUntil)",
      // Which of two claims is the more specific depends on their whole ranges.
      "\(terms.lowest) \(terms.highest)",
    ]
  }
}
