/// What the table holds at the moment.
extension FlowTable {
  /// Flows that go on.
  public var liveFlows: Int { flows.count }

  /// Those of them of which an entry covers an endpoint.
  public var liveWatchedFlows: Int { watches.count }
}
