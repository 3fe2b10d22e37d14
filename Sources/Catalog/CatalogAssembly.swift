internal import Packets

/// A catalog while it is read: sections of all files first, then entry by entry, then what only all entries together
/// can show.
struct CatalogAssembly {
  /// An element of a section, with its file.
  typealias Element = (value: YAMLValue, file: String)

  let log = ProblemLog()
  var catalog = Catalog()
  var files = CatalogFiles()
  var actorTable = ActorTable()
  /// The kinds of all overlays by their ids, faulty ones among them.
  var overlayKinds: [String: UseKind?] = [:]
  /// The exceptions that claims make, with the place of the overlay's id.
  var namedOverlays: [(overlay: String, place: ProblemLog.Place)] = []
  private var sections: [Section: [Element]] = [:]
  private var seen: Set<String> = []

  /// The top-level keys of a file.
  enum Section: String, CaseIterable {
    case actors, claims, overlays, sensors, settings
  }

  /// Reads a file, or every YAML file of a folder, into sections.
  mutating func read(_ path: String) {
    guard let paths = CatalogFiles.yamlFiles(at: path) else {
      log.problem("there is no such file or folder; check the path", code: .unreadable, at: place(path))
      return
    }
    if paths.isEmpty { log.problem("the folder has no *.yaml or *.yml file", at: place(path)) }
    // One file named twice is one file.
    for file in paths where seen.insert(CatalogFiles.canonical(file)).inserted { readFile(file) }
  }

  /// Warns of YAML files in folders of a folder, which are not read; to be called when all paths are.
  func warnOfFolders(in path: String) {
    for folder in CatalogFiles.folders(in: path) {
      let files = CatalogFiles.yamlFiles(at: folder) ?? []
      guard files.contains(where: { !seen.contains(CatalogFiles.canonical($0)) }) else { continue }
      log.warning(
        "a folder in a folder is not read, and this one has YAML files; name it as well, or move them up",
        code: .unreadable, at: place(folder))
    }
  }

  private mutating func readFile(_ file: String) {
    var bytes: [UInt8] = []
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let fault = files.read(file, name: name, limit: YAMLDocument.largestFile + 1) { bytes += $0 }
    if let fault {
      log.problem(fault, code: .unreadable, at: place(file))
      return
    }
    readText(bytes, file: file)
  }

  /// Reads the text of a file into sections.
  mutating func readText(_ bytes: [UInt8], file: String) {
    guard let root = YAMLDocument.root(of: bytes, file: file, log: log), !root.isNull else { return }
    guard case .mapping(let members) = root.content else {
      log.problem("must be a mapping with the keys \(sectionNames)", at: place(file, root.line))
      return
    }
    var seenHere: Set<Section> = []
    for member in members where !member.key.isRepeatedKey {
      let (key, value) = (member.key, member.value)
      guard let section = key.text.flatMap(Section.init) else {
        let name = key.text ?? ""
        let hint = Spelling.nearest(to: name, in: Section.allCases.map(\.rawValue)).map { "did you mean '\($0)'?" }
        log.problem(
          "there is no section '\(Spelling.short(name))'; \(hint ?? "the sections are \(sectionNames)")",
          at: place(file, key.line))
        continue
      }
      if !seenHere.insert(section).inserted {
        log.problem(YAMLDocument.repetition(of: section.rawValue), at: place(file, key.line))
      }
      if value.isNull { continue }
      if section == .settings {
        sections[section, default: []].append((value, file))
      } else if case .list(let values) = value.content {
        sections[section, default: []] += values.map { ($0, file) }
      } else {
        log.problem("'\(section.rawValue)' must be a list", at: place(file, value.line))
      }
    }
  }

  /// Checks everything and freezes the prefixes of the sound entries.
  mutating func finish(allowsDocumentationRanges: Bool) -> Catalog {
    catalog.allowsDocumentationRanges = allowsDocumentationRanges
    for element in sections[.settings] ?? [] { readSettings(element) }
    readActors(sections[.actors] ?? [])
    readClaims(sections[.claims] ?? [])
    readOverlays(sections[.overlays] ?? [])
    checkExceptions()
    readSensors(sections[.sensors] ?? [])
    catalog.findings = log.sortedWarnings
    catalog.sha256 = files.sha256
    catalog.files = files.sorted
    // An invalid catalog is only looked at: nobody asks it for an address.
    if log.problems.isEmpty { catalog.freeze() }
    return catalog
  }

  private mutating func readSettings(_ element: Element) {
    guard
      var entry = EntryReader(
        element.value, what: "settings", keys: ["allow_documentation_ranges", "excerpt_of"], place: place(element.file),
        log: log)
    else { return }
    if entry.isOn("allow_documentation_ranges") { catalog.allowsDocumentationRanges = true }
    if let whole = entry.optionalText("excerpt_of") { catalog.excerptOf = whole }
  }

  private mutating func readSensors(_ elements: [Element]) {
    var lines = UniqueIDs(what: "sensor")
    for element in elements {
      guard
        var entry = EntryReader(
          element.value, what: "a sensor",
          keys: ["id", "vantage", "local_networks", "trusted_proxies", "operator", "upstream", "clock", "tlp"],
          place: place(element.file), log: log)
      else { continue }
      let id = entry.id()
      lines.check(id, &entry)
      let vantage = entry.choice("vantage", Sensor.Vantage.allCases)
      let local = entry.networks("local_networks")
      let proxies = entry.networks("trusted_proxies")
      let (operatorName, upstream) = (entry.optionalText("operator"), entry.optionalText("upstream"))
      let clock = readClock(&entry)
      let tlp = entry.choice("tlp", TLP.allCases, default: .clear)
      guard let id, let vantage, let tlp, entry.isSound else { continue }
      var sensor = Sensor(id: id, vantage: vantage, localNetworks: local, trustedProxies: proxies)
      sensor.operatorName = operatorName
      sensor.upstream = upstream
      sensor.clock = clock
      sensor.tlp = tlp
      catalog.sensors.append(sensor)
    }
    catalog.sensors.sort { $0.id < $1.id }
  }

  /// Reads a sensor's clock: what it was set by, and its offset from UTC, which may be negative.
  private func readClock(_ sensor: inout EntryReader) -> Sensor.Clock? {
    guard let node = sensor.node("clock") else { return nil }
    guard var entry = EntryReader(node, what: "a clock", keys: ["source", "offset"], place: sensor.at(nil), log: log)
    else {
      sensor.markUnsound()
      return nil
    }
    let (source, offset) = (entry.text("source"), entry.text("offset"))
    guard let source, let offset, entry.isSound else {
      sensor.markUnsound()
      return nil
    }
    guard let nanoseconds = DurationText.offset(offset) else {
      sensor.complain(
        "'offset' is no duration: '\(Spelling.short(offset))'; write seconds or milliseconds: 0s, -250ms, +2s",
        line: entry.line(of: "offset"))
      return nil
    }
    return Sensor.Clock(source: source, offset: nanoseconds)
  }

  /// A place in a file.
  func place(_ file: String, _ line: Int = 0) -> ProblemLog.Place {
    ProblemLog.Place(file: file, line: line, entry: nil)
  }

  private var sectionNames: String { Section.allCases.map(\.rawValue).joined(separator: ", ") }
}

/// Tells ids that are used twice.
struct UniqueIDs {
  let what: String
  private var first: [String: ProblemLog.Place]

  init(what: String, count: Int = 0) {
    self.what = what
    first = Dictionary(minimumCapacity: count)
  }

  /// Reports an id that an earlier entry has.
  mutating func check(_ id: String?, _ entry: inout EntryReader) {
    guard let id else { return }
    if let other = first[id] {
      entry.complain(
        "the id '\(id)' is used by another \(what) (\(other.file):\(other.line)); give each its own",
        line: entry.line(of: "id"), code: .duplicateID)
    } else {
      first[id] = entry.place
    }
  }
}
