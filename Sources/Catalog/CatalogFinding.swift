/// Something that reading or checking a catalog found: where, what, how to mend it.
public struct CatalogFinding: Sendable, Equatable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, CaseIterable {
    /// The catalog may not be used.
    case error
    /// The catalog may be used, but does not say what it seems to say.
    case warning
    /// True and perhaps meant; nothing exclusive depends on it.
    case information
  }

  /// The stable names of all findings.
  public enum Code: String, Sendable, CaseIterable {
    // Errors
    /// A value is missing, unknown, or of the wrong form.
    case invalidEntry = "invalid-entry"
    /// A file or list cannot be read.
    case unreadable
    /// An id is used twice.
    case duplicateID = "duplicate-id"
    /// A name or alias of one actor means another (methodology 1.5, 4).
    case aliasClash = "alias-clash"
    /// An entry names another that does not exist.
    case unknownReference = "unknown-reference"
    /// `overrides` or `part_of` in a circle (X3).
    case circle
    /// No network, or one with host bits, or everything (1.5, 1).
    case malformedPrefix = "malformed-prefix"
    /// Special-purpose or bogon addresses are claimed (1.4).
    case specialPurpose = "special-purpose"
    /// Exclusive use that cannot be: the kind, the size, a single address (1.5, 2; 7 d).
    case exclusiveRefused = "exclusive-refused"
    /// An exception of an overlay that cannot be: not a dated, exclusive, dedicated assignment, or no list of hosting (1.3).
    case overlayException = "overlay-exception"
    /// The validity ends before it begins.
    case emptyValidity = "empty-validity"

    // A claim by itself
    /// Exclusive use of kind unknown was loaded as associated (1.5, 2).
    case kindUnknown = "kind-unknown"
    /// No `valid_from` (1.5, 7).
    case undatedClaim = "undated-claim"
    /// The guard margins leave nothing of the validity (1.2).
    case neverHolds = "never-holds"
    /// Open-ended and older than `max_age` (1.2).
    case staleClaim = "stale-claim"
    /// `valid_until` outlives what an open-ended claim would be believed.
    case endFarAhead = "end-far-ahead"
    /// `as_of` later than `recorded_at`.
    case asOfAfterRecording = "as-of-after-recording"
    /// `as_of` before `valid_from`.
    case asOfBeforeStart = "as-of-before-start"
    /// `as_of` after `valid_until`.
    case asOfAfterEnd = "as-of-after-end"
    /// Wider than its registered allocation.
    case widerThanAllocation = "wider-than-allocation"
    /// A range that no single CIDR says.
    case rangeNotOnePrefix = "range-not-one-prefix"
    /// Routing differs from the claim (X6).
    case routeMismatch = "route-mismatch"

    // Sources
    /// No source of C3 or better (X5).
    case weakSources = "weak-sources"
    /// Registration and geolocation alone (X5).
    case registrationOnly = "registration-only"
    /// One source.
    case singleSource = "single-source"
    /// Several sources, all of one group.
    case oneGroupSources = "one-group-sources"
    /// Credibility 1 without a second independent group (4.3).
    case unconfirmedRating = "unconfirmed-rating"
    /// One group in two spellings.
    case groupSpelling = "group-spelling"
    /// A name that mixes scripts, or differs from another by letters that only look alike (Unicode technical standard 39).
    case lookAlike = "look-alike-name"
    /// One source under two groups.
    case sourceInTwoGroups = "source-in-two-groups"
    /// Claims that cite each other, or themselves.
    case circularSource = "circular-source"
    /// A source that is another entry of the catalog.
    case sourceIsEntry = "source-is-entry"

    // Claims together
    /// Unrelated actors claim the same addresses at the same time (X3).
    case contestedOverlap = "contested-overlap"
    /// An objection is too old to count any longer, what it objects to is not.
    case objectionLapsed = "objection-lapsed"
    /// The same actor, prefix, relation and time twice.
    case duplicateClaim = "duplicate-claim"
    /// The same actor, prefix and time, another relation (1.5, 3).
    case conflictingRelation = "conflicting-relation"
    /// A part of an actor claims more than the actor (1.5, 5).
    case childWiderThanParent = "child-wider-than-parent"
    /// Exclusive for a part, not for the actor that a verdict would name (1.5, 5).
    case parentNotExclusive = "parent-not-exclusive"
    /// Every address of an exclusive claim is carved out, or said to be shared.
    case carvedOut = "carved-out"
    /// Every address of a claim is overridden.
    case overridden
    /// `overrides` without two independent sources (1.5, 8).
    case weakOverride = "weak-override"
    /// More claims on one prefix than are compared.
    case tooManyOverlaps = "too-many-overlaps"

    // Overlays and actors
    /// A list of shared addresses meets an exclusive claim (X4).
    case sharedInside = "shared-infrastructure-inside"
    /// More than 30 days from the time of every claim (1.3).
    case overlayOutOfTime = "overlay-out-of-time"
    /// An overlay without addresses.
    case overlayEmpty = "overlay-empty"
    /// An overlay recorded before its own day.
    case overlayRecordedEarly = "overlay-recorded-early"
    /// Lines of a list that were not used as written.
    case listLines = "list-lines"
    /// Two actors whose names differ only in case, spaces or hyphens (1.5, 4).
    case nearAlias = "near-alias"
  }

  /// Its stable name.
  public var code: Code
  /// How bad it is.
  public var severity: Severity
  /// The file.
  public var file: String
  /// The line, from 1; 0 where the whole file is meant.
  public var line: Int
  /// The entry's id, where it has one.
  public var entry: String?
  /// A sentence: what is wrong and how to mend it.
  public var message: String

  /// `file:line: entry: message`.
  public var description: String { "\(place)\(message)" }

  /// `file:line: entry: [code] severity: message`.
  public var coded: String { "\(place)[\(code.rawValue)] \(severity.rawValue): \(message)" }

  private var place: String { "\(file):\(line): \(entry.map { "\($0): " } ?? "")" }

  /// Makes a finding.
  ///
  /// - Parameters:
  ///   - code: Its stable name.
  ///   - severity: How bad it is.
  ///   - file: The file.
  ///   - line: The line, from 1.
  ///   - entry: The entry's id.
  ///   - message: A sentence: what is wrong and how to mend it.
  public init(code: Code, severity: Severity, file: String, line: Int, entry: String?, message: String) {
    self.code = code
    self.severity = severity
    self.file = file
    self.line = line
    self.entry = entry
    self.message = message
  }
}

extension [CatalogFinding] {
  /// In the order of files and lines; ties keep the order in which they were found.
  func inFileOrder() -> [CatalogFinding] {
    enumerated().sorted {
      ($0.element.file, $0.element.line, $0.offset) < ($1.element.file, $1.element.line, $1.offset)
    }.map(\.element)
  }
}
