extension ApplicationFacts {
  /// What the content of a flow says whose packets two captures hold in turn; bounded as the parts are.
  ///
  /// - Parameter next: What the later part says.
  /// - Returns: What both say.
  package func joined(with next: ApplicationFacts) -> ApplicationFacts {
    var whole = self
    whole.services += next.services.filter { !services.contains($0) }
    whole.actions.formUnion(next.actions)
    whole.entries = Array((entries + next.entries).prefix(Self.entryLimit))
    whole.tokens = Array((tokens + next.tokens.filter { !tokens.contains($0) }).prefix(Self.tokenLimit))
    whole.software = Array((software + next.software.filter { !software.contains($0) }).prefix(Self.listLimit))
    whole.omitted += next.omitted + entries.count + next.entries.count - whole.entries.count
    // Chains are counted within a part; those of the later one come after.
    let chains = (hops.map(\.chain).max() ?? -1) + 1
    whole.hops += next.hops.map { hop in
      var later = ForwardedHop(field: hop.field, node: hop.node, chain: hop.chain + chains)
      later.trust = hop.trust
      return later
    }
    whole.hops = Array(whole.hops.prefix(Self.listLimit))
    return whole
  }
}
