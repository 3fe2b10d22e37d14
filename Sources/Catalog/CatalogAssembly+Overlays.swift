import Packets
import Yams

extension CatalogAssembly {
  /// The list formats of overlays, with those that are named but cannot be read yet.
  private enum Format: String, CaseIterable {
    case netset
    case csv
    case mispWarninglist = "misp-warninglist"
    case zeekIntel = "zeek-intel"
    case suricataIPRep = "suricata-iprep"
    case stix
    case rirDelegated = "rir-delegated"
    case mmdb
  }

  private static let overlayKinds: [UseKind] = [
    .vpn, .proxy, .tor, .hosting, .cdn, .cgnat, .mobile, .satellite, .sinkhole, .researchScanner,
  ]

  /// Reads the overlays with the lists that they name (methodology 1.3).
  mutating func readOverlays(_ elements: [Element]) {
    var ids = UniqueIDs(what: "overlay")
    for element in elements {
      guard
        var entry = EntryReader(
          element.node, what: "an overlay", keys: ["id", "kind", "snapshot", "format", "path", "entries"],
          place: place(element.file), log: log)
      else { continue }
      let id = entry.id()
      ids.check(id, &entry)
      let kind = entry.choice("kind", Self.overlayKinds)
      let snapshot = entry.time("snapshot", required: true)?.time
      let format = entry.has("format") ? entry.choice("format", Format.allCases) : nil
      let path = entry.optionalText("path")
      var prefixes: [IPPrefix] = []
      switch (path, entry.has("entries")) {
      case (let path?, false):
        if let format {
          prefixes = readList(path, format, &entry)
        } else if !entry.has("format") {
          entry.complain("'format' is missing; say how \(Spelling.short(path)) is written: netset or csv")
        }
      case (nil, true):
        prefixes = entry.networks("entries")
        if prefixes.isEmpty, entry.isSound { entry.complain("'entries' is empty", line: entry.line(of: "entries")) }
      case (.some, true):
        entry.complain("has both 'path' and 'entries'; keep one of them")
      case (nil, false):
        if entry.isSound { entry.complain("has neither 'path' nor 'entries'; add one of them") }
      }
      guard let id, let kind, let snapshot, entry.isSound else { continue }
      catalog.overlays.append(Overlay(id: id, kind: kind, snapshot: snapshot, prefixes: prefixes))
    }
    catalog.overlays.sort { $0.id < $1.id }
  }

  private mutating func readList(_ path: String, _ format: Format, _ entry: inout EntryReader) -> [IPPrefix] {
    guard format == .netset || format == .csv else {
      entry.complain(
        "the format '\(format.rawValue)' is not built yet; convert the list to netset (one network a line)",
        line: entry.line(of: "format"))
      return []
    }
    let file = CatalogFiles.path(path, besides: entry.place.file)
    var list = NetworkList(isCSV: format == .csv)
    if let fault = files.read(file, name: path, body: { list.append($0) }) {
      entry.complain("\(Spelling.short(path)): \(fault)", line: entry.line(of: "path"))
      return []
    }
    list.finish()
    for fault in list.faults {
      var place = entry.place
      place.file = file
      place.line = fault.lines.first ?? 0
      log.warning(fault.description, at: place)
    }
    if list.isFull {
      entry.complain(
        "\(Spelling.short(path)) has more than \(NetworkList.mostPrefixes) networks; split it, or aggregate them",
        line: entry.line(of: "path"))
    } else if list.prefixes.isEmpty {
      // An empty list would silently leave shared addresses unmarked.
      entry.complain(
        "\(Spelling.short(path)) holds no usable network; check the file and its format", line: entry.line(of: "path"))
    }
    return list.prefixes
  }
}
