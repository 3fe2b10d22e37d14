import ArgumentParser
import Assessment
import Capture
import CaseStore
import Catalog
import Flows

/// How a live capture fills its case.
extension LiveRun {
  /// Why the case lacks something, once the capture has ended.
  var storeFailure: ExitCode? { store?.failure }

  /// Commits to the case what came since the last time, if it is time.
  func fillStore(at time: ContinuousClock.Instant) {
    guard let store, store.isDue(at: time) else { return }
    let limit = store.checkpointLimit
    let judge = assessment.judge
    var count = 0
    intake.table.takeCheckpoints(limit: limit) {
      store.stand($0, judge.assess($0))
      count += 1
    }
    store.commit(
      storedFacts, inputs, unrecordedFlows: intake.table.standingFlowCount - intake.table.watchedFlowCount,
      hasMore: count == limit)
  }

  /// What the case keeps of the capture by now.
  var storedFacts: RunFacts {
    describe(inputs)
    return RunFacts(totals, assessment.context, sensors: sensors.sensors.map(\.id))
  }
}
