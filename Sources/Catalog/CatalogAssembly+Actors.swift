/// Which actor a word means: its id, its name, or an alias.
struct ActorTable {
  private var indexes: [String: Int] = [:]

  /// Adds a word for an actor.
  ///
  /// - Returns: The index of the other actor that has it already.
  mutating func add(_ word: String, for index: Int) -> Int? {
    let key = word.lowercased()
    if let other = indexes[key], other != index { return other }
    indexes[key] = index
    return nil
  }

  /// The actor that a word means.
  func index(of word: String) -> Int? { indexes[word.lowercased()] }

  /// Every word, for suggestions.
  var words: some Sequence<String> { indexes.keys.sorted() }
}

extension CatalogAssembly {
  /// Reads the actors: ids and aliases in one table (methodology 1.5, item 4), parents by id (item 5).
  mutating func readActors(_ elements: [Element]) {
    var drafts: [(actor: ThreatActor, parent: String?, entry: EntryReader)] = []
    var ids = UniqueIDs(what: "actor")
    for element in elements {
      guard
        var entry = EntryReader(
          element.value, what: "an actor", keys: ["id", "name", "level", "aliases", "part_of"],
          place: place(element.file), log: log)
      else { continue }
      let id = entry.id()
      ids.check(id, &entry)
      let name = entry.text("name")
      let level = entry.choice("level", ThreatActor.Level.allCases)
      let aliases = entry.texts("aliases").map(\.text)
      let parent = entry.optionalText("part_of")
      // An actor with other faults is still known by its id, lest each claim that names it be reported too.
      guard let id else { continue }
      let actor = ThreatActor(id: id, name: name ?? id, level: level ?? .countryNetwork, aliases: aliases)
      drafts.append((actor, parent, entry))
    }
    drafts.sort { $0.actor.id < $1.actor.id }
    catalog.actors = drafts.map(\.actor)
    // All ids first, so that an alias that is another's id is reported at the alias.
    for (index, draft) in drafts.enumerated() { _ = actorTable.add(draft.actor.id, for: index) }
    for draft in drafts { catalog.places.actors[draft.actor.id] = draft.entry.kept }
    for (index, draft) in drafts.enumerated() {
      var entry = draft.entry
      for (word, key) in [(draft.actor.name, "name")] + draft.actor.aliases.map({ ($0, "aliases") }) {
        if let other = actorTable.add(word, for: index), catalog.actors[other].id != draft.actor.id {
          entry.complain(
            "'\(Spelling.short(word))' means the actor '\(catalog.actors[other].id)' already; if both are one actor, merge them",
            line: entry.line(of: key), code: .aliasClash)
        }
      }
    }
    for (index, draft) in drafts.enumerated() {
      guard let name = draft.parent else { continue }
      var entry = draft.entry
      guard let parent = actorTable.index(of: name) else {
        entry.complain(
          unknownActor(name, key: "part_of"), line: entry.line(of: "part_of"), code: .unknownReference)
        continue
      }
      catalog.actors[index].parent = parent
    }
    for index in Circles.members(of: catalog.actors.map { $0.parent.map { [$0] } ?? [] }) {
      var entry = drafts[index].entry
      entry.complain(
        "the actor is part of itself; remove one 'part_of' of the circle", line: entry.line(of: "part_of"),
        code: .circle)
    }
  }

  /// What to say of a word that means no actor.
  func unknownActor(_ word: String, key: String) -> String {
    let hint = Spelling.nearest(to: word, in: actorTable.words).map { "did you mean '\($0)'?" }
    return "'\(key)' names no actor: '\(Spelling.short(word))'; \(hint ?? "add it to 'actors'")"
  }
}

/// Finds entries that depend on themselves.
enum Circles {
  /// The nodes of a graph that lie on a circle, or on a way from one circle to another.
  ///
  /// - Parameter edges: The nodes to which each node points.
  /// - Returns: The nodes that remain when those that nothing points to, and those that point to nothing, are taken away
  ///   until there are none; ascending.
  /// - Complexity: O(n) in nodes and edges.
  static func members(of edges: [[Int]]) -> [Int] {
    var reversed = edges.map { _ in [Int]() }
    for (from, targets) in edges.enumerated() {
      for target in targets { reversed[target].append(from) }
    }
    var isGone = edges.map { _ in false }
    for (forward, backward) in [(edges, reversed), (reversed, edges)] {
      var degree = backward.indices.map { node in backward[node].count { !isGone[$0] } }
      var free = edges.indices.filter { !isGone[$0] && degree[$0] == 0 }
      while let node = free.popLast() {
        isGone[node] = true
        for target in forward[node] where !isGone[target] {
          degree[target] -= 1
          if degree[target] == 0 { free.append(target) }
        }
      }
    }
    return edges.indices.filter { !isGone[$0] }
  }
}
