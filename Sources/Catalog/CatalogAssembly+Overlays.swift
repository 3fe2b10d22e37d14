import Packets

extension CatalogAssembly {
  static let overlayKinds: [UseKind] = [
    .vpn, .proxy, .tor, .hosting, .cdn, .cgnat, .mobile, .satellite, .sinkhole, .researchScanner,
  ]

  /// Reads the overlays with the lists that they name (methodology 1.3).
  mutating func readOverlays(_ elements: [Element]) {
    var ids = UniqueIDs(what: "overlay")
    for element in elements {
      guard
        var entry = EntryReader(
          element.value, what: "an overlay", keys: Self.overlayKeys + Self.selectionKeys,
          place: place(element.file), log: log)
      else { continue }
      let id = entry.id()
      ids.check(id, &entry)
      let kind = entry.choice("kind", Self.overlayKinds)
      if let id { overlayKinds[id] = kind }
      let snapshot = entry.time("snapshot", required: true)?.time
      let format = entry.has("format") ? entry.choice("format", ListFormat.allCases) : nil
      let selection = readSelection(format, &entry)
      let recordedAt = entry.time("recorded_at")?.time
      // Where the list comes from, for people.
      _ = entry.optionalText("source")
      let tlp = entry.choice("tlp", TLP.allCases, default: .clear)
      let path = entry.optionalText("path")
      var prefixes: [IPPrefix] = []
      switch (path, entry.has("entries")) {
      case (let path?, false):
        if let format {
          prefixes = readList(path, format, selection, from: snapshot?.adding(-Overlay.reach), &entry)
        } else if !entry.has("format") {
          entry.complain(
            "'format' is missing; say how \(Spelling.short(path)) is written: "
              + ListFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
      case (nil, true):
        prefixes = entry.networks("entries")
        if prefixes.isEmpty, entry.isSound { entry.complain("'entries' is empty", line: entry.line(of: "entries")) }
      case (.some, true):
        entry.complain("has both 'path' and 'entries'; keep one of them")
      case (nil, false):
        if entry.isSound { entry.complain("has neither 'path' nor 'entries'; add one of them") }
      }
      guard let id, let kind, let snapshot, let tlp, entry.isSound else { continue }
      catalog.overlays.append(Overlay(id: id, kind: kind, snapshot: snapshot, prefixes: prefixes))
      catalog.overlays[catalog.overlays.count - 1].recordedAt = recordedAt
      catalog.overlays[catalog.overlays.count - 1].tlp = tlp
      catalog.places.overlays[id] = entry.kept
    }
    catalog.overlays.sort { $0.id < $1.id }
  }

  /// Holds the exceptions of claims against the overlays that they name.
  func checkExceptions() {
    for (id, place) in namedOverlays {
      guard let kind = overlayKinds[id] else {
        let hint = Spelling.nearest(to: id, in: overlayKinds.keys.sorted()).map { "did you mean '\($0)'?" }
        log.problem(
          "'overlay_exceptions' names no overlay: '\(Spelling.short(id))'; \(hint ?? "add it, or remove it here")",
          code: .unknownReference, at: place)
        continue
      }
      if let kind, kind != .hosting {
        log.problem(
          "'\(id)' is a list of kind '\(kind.rawValue)', of which there is no exception; only lists of kind 'hosting' can be "
            + "excepted", code: .overlayException, at: place)
      }
    }
  }

  private static let overlayKeys = [
    "id", "kind", "snapshot", "format", "path", "entries", "source", "recorded_at", "tlp",
  ]
  private static let selectionKeys = ListFormat.allCases.flatMap(\.keys)

  /// Reads the keys that choose among the list's entries.
  private func readSelection(_ format: ListFormat?, _ entry: inout EntryReader) -> ListSelection {
    if format != nil || !entry.has("format") {
      for key in Self.selectionKeys where entry.has(key) && format?.keys.contains(key) != true {
        let place = format.map { "in the format \($0.rawValue)" } ?? "without a list file"
        entry.complain("'\(key)' says nothing \(place); remove it", line: entry.line(of: key))
      }
    }
    var selection = ListSelection()
    selection.country = entry.optionalText("country")
    selection.status = entry.texts("status").map(\.text)
    selection.categories = entry.texts("categories").map(\.text)
    selection.categoriesPath = entry.optionalText("categories_path")
    selection.match = entry.optionalText("match")
    if let text = entry.optionalText("minimum_reputation") { selection.minimumReputation = Int(text) ?? -1 }
    for problem in selection.problems {
      entry.complain("'\(problem.key)' \(problem.says)", line: entry.line(of: problem.key))
    }
    return selection
  }

  private mutating func readList(
    _ path: String, _ format: ListFormat, _ selection: ListSelection, from start: Timestamp?, _ entry: inout EntryReader
  ) -> [IPPrefix] {
    guard selection.problems.isEmpty else { return [] }
    let file = CatalogFiles.path(path, besides: entry.place.file)
    let result = files.readList(
      file, name: path, format, selection, besides: entry.place.file, .overlay, from: start)
    for fault in result.list.faults {
      var place = entry.place
      place.file = file
      place.line = fault.lines.first ?? 0
      log.warning(fault.description, at: place)
    }
    if let failure = result.failure { entry.complain(failure, line: entry.line(of: "path")) }
    return result.list.prefixes
  }
}
