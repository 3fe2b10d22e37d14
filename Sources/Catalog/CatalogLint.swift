public import Packets

extension Catalog {
  /// The newest day that the catalog speaks of: the last `as_of`, `recorded_at` or snapshot.
  ///
  /// A check asks for this day unless told another: the machine's clock would make two runs differ.
  public var newestDate: Timestamp? {
    (claims.flatMap { [$0.asOf, $0.recordedAt] } + overlays.map(\.snapshot)).compactMap(\.self).max()
  }

  /// Looks for what is doubtful about the catalog beyond the rules that loading enforces.
  ///
  /// - Parameter time: The day on which claims must not be stale; `newestDate` if nothing.
  /// - Returns: The findings in the order of files and lines.
  /// - Complexity: O(n log n) in the number of prefixes.
  public func lint(at time: Timestamp? = nil) -> [CatalogFinding] {
    var lint = CatalogLint(self, at: time ?? newestDate ?? Timestamp(nanoseconds: 0))
    lint.checkActors()
    lint.checkClaims()
    lint.checkSources()
    lint.checkOverlays()
    lint.sweep()
    return lint.findings.inFileOrder()
  }
}

/// A check of a catalog in progress.
struct CatalogLint {
  let catalog: Catalog
  /// The day for which the catalog is checked.
  let time: Timestamp
  /// When each claim may count.
  let windows: [Window]
  private(set) var findings: [CatalogFinding] = []

  init(_ catalog: Catalog, at time: Timestamp) {
    self.catalog = catalog
    self.time = time
    windows = catalog.claims.map(Window.init)
  }

  /// A half-open span of time.
  struct Window: Equatable {
    var from: Timestamp
    var until: Timestamp

    /// When a claim may count: its validity, if open-ended until it is no longer believed.
    init(_ claim: Claim) {
      from = claim.validFrom ?? Timestamp(nanoseconds: .min)
      until = claim.validUntil ?? claim.lastKnown?.adding(claim.maxAge).adding(1) ?? Timestamp(nanoseconds: .max)
    }

    /// When an overlay speaks: 30 days around its day (methodology 1.3).
    init(_ overlay: Overlay) {
      from = overlay.snapshot.adding(-Overlay.reach)
      until = overlay.snapshot.adding(Overlay.reach).adding(1)
    }

    func meets(_ other: Window) -> Bool { max(from, other.from) < min(until, other.until) }

    func holds(_ other: Window) -> Bool { from <= other.from && other.until <= until }

    /// The days that two windows have in common, for a message.
    func days(with other: Window) -> String {
      let (start, end) = (max(from, other.from), min(until, other.until))
      let first = start.nanoseconds == .min ? "any time" : start.day
      return end.nanoseconds == .max ? "from \(first) on" : "from \(first) until \(end.day)"
    }
  }

  /// Adds a finding on a claim.
  mutating func add(
    _ code: CatalogFinding.Code, _ severity: CatalogFinding.Severity, claim index: Int, _ key: String, _ message: String
  ) {
    let id = catalog.claims[index].id
    add(code, severity, id, catalog.places.claims[id], key, message)
  }

  /// Adds a finding on any entry.
  mutating func add(
    _ code: CatalogFinding.Code, _ severity: CatalogFinding.Severity, _ entry: String, _ place: EntryPlace?,
    _ key: String, _ message: String
  ) {
    findings.append(
      CatalogFinding(
        code: code, severity: severity, file: place?.file ?? "catalog", line: place?.line(of: key) ?? 0, entry: entry,
        message: message))
  }

  /// Whether an actor stands above another; a circle of parents ends the walk.
  func isAncestor(_ ancestor: Int, of actor: Int) -> Bool {
    var current = actor
    for _ in catalog.actors.indices {
      guard catalog.actors.indices.contains(current), let parent = catalog.actors[current].parent else { return false }
      if parent == ancestor { return true }
      current = parent
    }
    return false
  }

  /// Whether a claim is too old to count on the day of the check.
  func isStale(_ index: Int) -> Bool {
    catalog.claims[index].validUntil == nil && catalog.claims[index].asOf != nil && windows[index].until <= time
  }
}

extension Timestamp {
  /// The day, UTC: `2014-11-24`.
  var day: String { String(description.prefix(10)) }

  /// The moment so many nanoseconds later; saturates at the ends of `Int64`.
  func adding(_ nanoseconds: Int64) -> Timestamp {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return Timestamp(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
  }
}
