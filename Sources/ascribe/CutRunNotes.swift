import CaseStore
import Packets

extension CaseStore {
  /// Says which captures had no end, and what is known of flows that they cut.
  func noteCutRuns() {
    for run in cutRuns {
      Console.note(
        "warning: Run \(run.id) of the case, begun \(run.began), has no end; it was written last at "
          + "\(run.written.description). \(run.openFlows) watched flow(s) that went on are kept as they stood then, and are "
          + "joined with what comes of them; \(run.unrecordedFlows) that nothing covered are not recorded.")
    }
  }
}
