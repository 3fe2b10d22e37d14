import Cryptography
import Flows

/// Who receives the flows of a run beside the findings.
struct FlowTap {
  /// Makes equal secrets in the content of flows equal, in this run and others.
  var secretHash: KeyedHash
  /// Whether unwatched flows are wanted too.
  var wantsAllRecords: Bool
  /// Receives each flow.
  var take: (FlowRecord) throws -> Void
}
