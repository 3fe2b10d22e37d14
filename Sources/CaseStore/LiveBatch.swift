package import Assessment
package import Capture
package import Catalog
package import Flows

/// What a live run commits at once.
package struct LiveBatch: Sendable {
  /// A watched or unwatched flow, as it ended or as it stands.
  package struct Flow: Sendable {
    let row: FlowRow
    /// `FlowRecord.checkpoint`.
    let checkpoint: UInt64
    let goesOn: Bool
    let verdict: (verdict: Verdict, reason: VerdictReason, actor: String?)?

    /// Takes a flow.
    ///
    /// - Parameters:
    ///   - record: The flow.
    ///   - goesOn: Whether it goes on: then another record takes the place of this one.
    ///   - verdict: What was said of a watched flow.
    package init(
      _ record: FlowRecord, goesOn: Bool, verdict: (verdict: Verdict, reason: VerdictReason, actor: String?)?
    ) {
      (row, checkpoint) = (FlowRow(record), record.checkpoint)
      (self.goesOn, self.verdict) = (goesOn, verdict)
    }
  }

  /// What was counted up to a moment.
  package struct Figures: Sendable {
    /// What a report says of the run; its flows are counted by the writer.
    package var facts: RunFacts
    /// The interfaces, in the order in which they were named.
    package var inputs: [CaptureInput]
    /// Flows that ended and are not kept one by one.
    package var flowsKeptAsSum: UInt64

    /// Makes figures.
    package init(facts: RunFacts, inputs: [CaptureInput], flowsKeptAsSum: UInt64) {
      (self.facts, self.inputs, self.flowsKeptAsSum) = (facts, inputs, flowsKeptAsSum)
    }
  }

  /// The flows, in the order in which they were seen.
  package var flows: [Flow] = []
  /// The figures; those of the batch before still hold where there are none.
  package var figures: Figures?
  /// A catalog that took the place of the one before.
  package var catalog: (new: Catalog, replacement: CatalogReplacement)?
  /// Whether the run is complete with it.
  package var isLast = false

  /// Makes an empty batch.
  package init() {}
}
