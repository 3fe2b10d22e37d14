public import Packets

/// The catalog as it is used: actors, claims, overlays, sensors, and the frozen prefixes of all of them.
///
/// Immutable after loading; safe to read from any thread.
public struct Catalog: Sendable {
  /// The actors; claims refer to them by index.
  public var actors: [ThreatActor] = []
  /// The claims, in the order of their ids.
  public var claims: [Claim] = []
  /// The overlays, in the order of their ids.
  public var overlays: [Overlay] = []
  /// The sensors.
  public var sensors: [Sensor] = []
  /// Whether documentation prefixes may be claimed; every output is then stamped DEMONSTRATION DATA.
  public var allowsDocumentationRanges = false
  /// SHA-256 over the catalog's files in canonical order, lower-case hex.
  public var sha256 = ""
  /// Name and SHA-256 of each file that was read, in the order of names; names are those within the catalog.
  package var files: [(name: String, sha256: String)] = []
  /// Of which catalog this is an excerpt, by its SHA-256; nothing where it is whole.
  ///
  /// An excerpt speaks of the addresses of one report only: of all others it may lack what makes them shared.
  public var excerptOf: String?
  /// Every prefix of claims and overlays, for lookup.
  public var prefixes = PrefixTable()
  /// What loading has to say that is no error (duplicate prefixes, weak sources).
  public var findings: [CatalogFinding] = []
  /// Where the entries stand in their files.
  public var places = EntryPlaces()
  /// What is left out because the catalog is read as of a time in the past; nothing where it is read as it is.
  public var knowledge: Knowledge?

  /// `findings`, a sentence each with file and line.
  public var warnings: [String] { findings.map(\.description) }

  /// Makes an empty catalog.
  public init() {}
}

/// Who a claim speaks of: a network, an organisation, a unit or a group; never a natural person (methodology 7 d).
public struct ThreatActor: Sendable, Equatable {
  /// How narrow the actor is; a report never narrows it (methodology 0.2).
  public enum Level: String, Sendable, CaseIterable {
    /// All users of a country's network.
    case countryNetwork = "country-network"
    /// An organisation.
    case organisation
    /// A unit of an organisation.
    case unit
    /// A group known by its acts.
    case group
  }

  /// The id, `[a-z0-9-]+`.
  public var id: String
  /// The name as it is to be printed.
  public var name: String
  /// How narrow the actor is.
  public var level: Level
  /// Other ids and names of the same actor.
  public var aliases: [String]
  /// Index of the parent actor.
  public var parent: Int?

  /// Makes an actor.
  ///
  /// - Parameters:
  ///   - id: The id, `[a-z0-9-]+`.
  ///   - name: The name as it is to be printed.
  ///   - level: How narrow the actor is.
  ///   - aliases: Other ids and names of the same actor.
  ///   - parent: Index of the parent actor.
  public init(id: String, name: String, level: Level, aliases: [String] = [], parent: Int? = nil) {
    self.id = id
    self.name = name
    self.level = level
    self.aliases = aliases
    self.parent = parent
  }
}

/// How the addresses of a range are used: the methodology's list (1.1), shared by claims and overlays.
public enum UseKind: String, Sendable, CaseIterable {
  /// Allocated by a registry to the actor.
  case dedicatedAllocation = "dedicated-allocation"
  /// Assigned by a carrier to the actor alone.
  case dedicatedAssignment = "dedicated-assignment"
  /// The only provider of a country.
  case soleNationalISP = "sole-national-isp"
  /// Leased; sole use is not documented.
  case leased
  /// Hosting or cloud.
  case hosting
  /// VPN provider.
  case vpn
  /// Open or commercial proxy.
  case proxy
  /// Tor relay or exit.
  case tor
  /// Content delivery network or private relay.
  case cdn
  /// Carrier-grade NAT.
  case cgnat
  /// Mobile carrier.
  case mobile
  /// Satellite provider.
  case satellite
  /// Sinkhole run by defenders.
  case sinkhole
  /// Research scanner.
  case researchScanner = "research-scanner"
  /// Not known.
  case unknown

  /// Whether a claim of this kind may say `exclusive` (methodology X2).
  public var canBeExclusive: Bool {
    self == .dedicatedAllocation || self == .dedicatedAssignment || self == .soleNationalISP
  }
}

/// A sourced, dated statement that an actor uses a range (methodology 1.1).
public struct Claim: Sendable {
  /// What the claim says of the range.
  public enum Relation: String, Sendable, CaseIterable {
    /// Used by the actor alone.
    case exclusive
    /// Used by the actor, perhaps by others.
    case associated
    /// Used by the actor and by others.
    case shared
    /// Carved out: not the actor's, though a wider claim covers it.
    case excluded
  }

  /// What a claim rests on.
  public enum Basis: String, Sendable, CaseIterable {
    /// Registration at a regional internet registry.
    case rirRegistration = "rir-registration"
    /// Routing data.
    case routing
    /// Passive observation of traffic.
    case passiveObservation = "passive-observation"
    /// A statement by an authority.
    case officialStatement = "official-statement"
    /// A report of an incident.
    case incidentReport = "incident-report"
    /// Logs of a victim.
    case victimLog = "victim-log"
    /// Geolocation databases; never enough by itself (X5).
    case geolocation
  }

  /// Whether routing at the time agrees with the claim.
  public enum RouteCheck: String, Sendable, CaseIterable {
    /// Origin and upstream were as expected.
    case match
    /// They were not.
    case mismatch
    /// Nobody looked.
    case unknown
  }

  /// One source with its Admiralty rating (methodology 4.3).
  public struct Source: Sendable, Equatable {
    /// Title, publisher, date, where.
    public var reference: String
    /// Reliability of the source, A–F.
    public var reliability: Character
    /// Credibility of the statement, 1–6.
    public var credibility: Int
    /// Sources of one group count once.
    public var independentGroup: String

    /// The group without case, spaces, punctuation and look-alike letters: two spellings are one group, never two
    /// independent ones.
    public var groupKey: String { Spelling.key(independentGroup) }

    /// Makes a source.
    ///
    /// - Parameters:
    ///   - reference: Title, publisher, date, where.
    ///   - reliability: Reliability of the source, A–F.
    ///   - credibility: Credibility of the statement, 1–6.
    ///   - independentGroup: Sources of one group count once.
    public init(reference: String, reliability: Character, credibility: Int, independentGroup: String) {
      self.reference = reference
      self.reliability = reliability
      self.credibility = credibility
      self.independentGroup = independentGroup
    }
  }

  /// A list that is known to hold the range and does not speak against it, with the reason (methodology 1.3).
  public struct OverlayException: Sendable, Equatable {
    /// The overlay's id.
    public var overlay: String
    /// Why nobody else used the addresses, although the list holds them.
    public var reason: String

    /// Makes an exception.
    ///
    /// - Parameters:
    ///   - overlay: The overlay's id.
    ///   - reason: Why nobody else used the addresses, although the list holds them.
    public init(overlay: String, reason: String) {
      self.overlay = overlay
      self.reason = reason
    }
  }

  /// The id, unique in the catalog.
  public var id: String
  /// The range as written: CIDR or first-last.
  public var rangeText: String
  /// The range as prefixes: one for CIDR, the fewest that cover it exactly for first-last.
  public var prefixes: [IPPrefix]
  /// Index of the actor.
  public var actor: Int
  /// What the claim says.
  public var relation: Relation
  /// How the addresses are used.
  public var kind: UseKind
  /// First moment at which the claim holds; nothing if undated.
  public var validFrom: Timestamp?
  /// First moment at which it no longer holds; nothing if open-ended.
  public var validUntil: Timestamp?
  /// When the claim was last known to hold.
  public var asOf: Timestamp?
  /// When the claim entered the catalog.
  public var recordedAt: Timestamp?
  /// `asOf`, but no later than `recordedAt`: on the day of recording nobody knew what holds later.
  public var lastKnown: Timestamp? { asOf.map { asOf in recordedAt.map { min($0, asOf) } ?? asOf } }
  /// How long after `lastKnown` an open-ended claim is believed, in nanoseconds.
  public var maxAge: Int64
  /// Nanoseconds to keep away from both ends of the validity (methodology 1.2, `g`).
  public var guardMargin: Int64
  /// What it rests on.
  public var basis: [Basis]
  /// Its sources.
  public var sources: [Source]
  /// Indexes of the claims that this one overrides.
  public var overrides: [Int]
  /// Whether routing agrees.
  public var routeCheck: RouteCheck
  /// How far the claim may be shared.
  public var tlp: TLP
  /// The registered allocation in which the range lies, as prefixes; empty if the catalog does not say.
  public var allocation: [IPPrefix] = []
  /// The overlays that do not speak against this claim; only `exception(to:)` says whether they count.
  public var overlayExceptions: [OverlayException] = []

  /// Makes a claim.
  ///
  /// - Parameters:
  ///   - id: The id, unique in the catalog.
  ///   - rangeText: The range as written.
  ///   - prefixes: The range as prefixes.
  ///   - actor: Index of the actor.
  ///   - relation: What the claim says.
  ///   - kind: How the addresses are used.
  ///   - validFrom: First moment at which the claim holds.
  ///   - validUntil: First moment at which it no longer holds.
  ///   - asOf: When the claim was last known to hold.
  ///   - recordedAt: When the claim entered the catalog.
  ///   - maxAge: How long after `asOf` an open-ended claim is believed, in nanoseconds.
  ///   - guardMargin: Nanoseconds to keep away from both ends of the validity.
  ///   - basis: What it rests on.
  ///   - sources: Its sources.
  ///   - overrides: Indexes of the claims that this one overrides.
  ///   - routeCheck: Whether routing agrees.
  ///   - tlp: How far the claim may be shared.
  public init(
    id: String, rangeText: String, prefixes: [IPPrefix], actor: Int, relation: Relation, kind: UseKind,
    validFrom: Timestamp?, validUntil: Timestamp?, asOf: Timestamp?, recordedAt: Timestamp?, maxAge: Int64,
    guardMargin: Int64 = 0, basis: [Basis], sources: [Source], overrides: [Int] = [],
    routeCheck: RouteCheck = .unknown, tlp: TLP = .clear
  ) {
    self.id = id
    self.rangeText = rangeText
    self.prefixes = prefixes
    self.actor = actor
    self.relation = relation
    self.kind = kind
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.asOf = asOf
    self.recordedAt = recordedAt
    self.maxAge = maxAge
    self.guardMargin = guardMargin
    self.basis = basis
    self.sources = sources
    self.overrides = overrides
    self.routeCheck = routeCheck
    self.tlp = tlp
  }
}

extension Claim {
  /// Whether the claim is one that exceptions can be made for: an exclusive, dedicated assignment with both dates.
  var canExcept: Bool {
    relation == .exclusive && kind == .dedicatedAssignment && validFrom != nil && validUntil != nil
  }

  /// The exception that this claim makes of an overlay.
  ///
  /// - Parameter overlay: The overlay.
  /// - Returns: The exception, if the claim names the overlay with a reason, is an exclusive, dedicated assignment with
  ///   start and end, and the overlay is one of hosting: no other kind can be excepted (methodology 1.3).
  public func exception(to overlay: Overlay) -> OverlayException? {
    guard canExcept, overlay.kind == .hosting else { return nil }
    return overlayExceptions.first { $0.overlay == overlay.id && $0.reason.contains { !$0.isWhitespace } }
  }
}

extension Collection<Claim.Source> {
  /// How many independent groups the sources come from; names that can be taken for one another are one group.
  public var independentGroups: Int {
    // Of ASCII names no letter is taken for another.
    let isASCII = allSatisfy { $0.independentGroup.utf8.allSatisfy { $0 < 0x80 } }
    return (isASCII ? [.capital] : LookAlikes.Shape.allCases).map { shape in
      Set(map { Spelling.key($0.independentGroup, lookingLike: shape) }).count
    }.min() ?? 0
  }
}

/// A list of addresses with a use in common, true on one day (methodology 1.3).
public struct Overlay: Sendable {
  /// How far before and after its day an overlay speaks, in nanoseconds: 30 days.
  static let reach = 30 * DurationText.day

  /// The id, unique in the catalog.
  public var id: String
  /// What the addresses are used for.
  public var kind: UseKind
  /// The day of the list, at 00:00 UTC.
  public var snapshot: Timestamp
  /// The prefixes.
  public var prefixes: [IPPrefix]
  /// When the list entered the catalog, where that is said; for knowledge time only.
  public var recordedAt: Timestamp?
  /// How far the list, and what rests on it, may be shared.
  public var tlp = TLP.clear

  /// Makes an overlay.
  ///
  /// - Parameters:
  ///   - id: The id, unique in the catalog.
  ///   - kind: What the addresses are used for.
  ///   - snapshot: The day of the list.
  ///   - prefixes: The prefixes.
  public init(id: String, kind: UseKind, snapshot: Timestamp, prefixes: [IPPrefix]) {
    self.id = id
    self.kind = kind
    self.snapshot = snapshot
    self.prefixes = prefixes
  }
}

/// Where captures were taken, and what the sensor could see.
public struct Sensor: Sendable, Equatable {
  /// What stands between the sensor and the remote end (methodology T16).
  public enum Vantage: String, Sendable, CaseIterable {
    /// On the host itself.
    case direct
    /// A tap on the line.
    case tap
    /// A mirror port.
    case span
    /// Behind a proxy, load balancer or scrubber of ours: grades are capped at E2.
    case proxied
  }

  /// The id.
  public var id: String
  /// What the sensor could see.
  public var vantage: Vantage
  /// Our own networks there.
  public var localNetworks: [IPPrefix]
  /// Proxies of ours whose forwarding headers are believed as `attested`.
  public var trustedProxies: [IPPrefix]
  /// Who runs it; nothing where not recorded.
  public var operatorName: String?
  /// Whose line it sees; nothing where not recorded.
  public var upstream: String?
  /// What its clock was set by, and how far it was from UTC; nothing where not recorded.
  public var clock: Clock?
  /// How far the sensor, and what it saw, may be shared.
  public var tlp = TLP.clear

  /// A capturing clock.
  public struct Clock: Sendable, Equatable {
    /// What it was set by.
    public var source: String
    /// Nanoseconds by which it was ahead of UTC; negative behind.
    public var offset: Int64

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - source: What it was set by.
    ///   - offset: Nanoseconds by which it was ahead of UTC.
    public init(source: String, offset: Int64) {
      self.source = source
      self.offset = offset
    }
  }

  /// Whether another sensor corroborates what this one saw: other operator and other upstream, both recorded
  /// (methodology 6.3).
  ///
  /// - Parameter other: The other sensor.
  /// - Returns: Whether both differ.
  public func isIndependent(of other: Sensor) -> Bool {
    guard let operatorName, let upstream, let otherOperator = other.operatorName, let otherUpstream = other.upstream
    else { return false }
    // Two spellings of one name make nobody independent.
    func differ(_ one: String, _ other: String) -> Bool {
      Set(Spelling.skeletons(one)).isDisjoint(with: Spelling.skeletons(other))
    }
    return differ(operatorName, otherOperator) && differ(upstream, otherUpstream)
  }

  /// Makes a sensor.
  ///
  /// - Parameters:
  ///   - id: The id.
  ///   - vantage: What the sensor could see.
  ///   - localNetworks: Our own networks there.
  ///   - trustedProxies: Proxies of ours.
  public init(id: String, vantage: Vantage, localNetworks: [IPPrefix], trustedProxies: [IPPrefix]) {
    self.id = id
    self.vantage = vantage
    self.localNetworks = localNetworks
    self.trustedProxies = trustedProxies
  }
}
