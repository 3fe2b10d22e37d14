/// The formats in which lists of addresses are published; the raw value is the catalog's word for it.
public enum ListFormat: String, Sendable, CaseIterable {
  /// One network a line, or what `ipset save` writes.
  case netset
  /// A column of networks, or two columns with first and last address (RFC 4180).
  case csv
  /// A warninglist of MISP: a JSON object with the networks in `list`.
  case mispWarninglist = "misp-warninglist"
  /// Input of Zeek's intelligence framework: tab-separated, with a `#fields` line.
  case zeekIntel = "zeek-intel"
  /// Input of Suricata's IP reputation: `address,category,reputation`.
  case suricataIPRep = "suricata-iprep"
  /// A STIX 2.1 bundle: address objects, and indicators that state addresses.
  case stix
  /// Delegated statistics of the regional internet registries, plain or extended.
  case rirDelegated = "rir-delegated"
  /// A MaxMind DB file.
  case mmdb
  /// Trails of Maltrail: addresses among names and URLs.
  case maltrail
  /// Any JSON: every text in it that is a network.
  case json

  /// The keys that choose among the list's entries.
  var keys: [String] {
    switch self {
    case .suricataIPRep: ["minimum_reputation", "categories", "categories_path"]
    case .rirDelegated: ["country", "status"]
    case .mmdb: ["match"]
    default: []
    }
  }
}

/// Which entries of a list are meant; all that the format offers if nothing is said.
public struct ListSelection: Sendable, Equatable {
  /// `rir-delegated`: the country code (ISO 3166-1 alpha-2) of the wanted entries.
  public var country: String?
  /// `rir-delegated`: the wanted statuses; allocated and assigned if empty.
  public var status: [String] = []
  /// `suricata-iprep`: the least reputation, 0–127, of the wanted entries.
  public var minimumReputation: Int?
  /// `suricata-iprep`: numbers of the wanted categories, or short names if there is a categories file.
  public var categories: [String] = []
  /// `suricata-iprep`: path of the file that names the categories.
  public var categoriesPath: String?
  /// `mmdb`: `path.of.keys=value`, or the path of a value that must be true.
  public var match: String?

  /// Selects everything.
  public init() {}

  /// The keys that are set.
  private var keys: [String] {
    let isSet = [
      ("country", country != nil), ("status", !status.isEmpty), ("minimum_reputation", minimumReputation != nil),
      ("categories", !categories.isEmpty), ("categories_path", categoriesPath != nil), ("match", match != nil),
    ]
    return isSet.filter(\.1).map(\.0)
  }

  /// The keys that are set but choose nothing in a format.
  func strayKeys(_ format: ListFormat) -> [String] { keys.filter { !format.keys.contains($0) } }

  /// The keys whose value cannot be, each with what is wrong.
  var problems: [(key: String, says: String)] {
    var problems: [(key: String, says: String)] = []
    if let country, country.utf8.count != 2 || !country.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
      problems.append(("country", "must be two capital letters (ISO 3166-1), as KP"))
    }
    for word in status where !DelegationLines.statuses.contains(word) {
      let known = DelegationLines.statuses.joined(separator: ", ")
      problems.append(("status", "cannot be '\(Spelling.short(word))'; allowed are \(known)"))
    }
    if let minimumReputation, !(0...127).contains(minimumReputation) {
      problems.append(("minimum_reputation", "must be a number from 0 to 127"))
    }
    if let match, MaxMindMatch(match) == nil {
      problems.append(("match", "must be keys with dots between them, '=', and a value: country.iso_code=KP"))
    }
    return problems
  }
}
