public import Assessment
public import Capture
public import Catalog
public import Packets

/// Everything that a report says, ready to be rendered in any format.
public struct Report: Sendable {
  /// The totals of a run; `packets` = `packetsInFlows` + all of `packetsRejected` + `packetsDropped`.
  public struct Totals: Sendable, Equatable {
    /// Frames read.
    public var packets: UInt64 = 0
    /// Bytes on the wire of the frames read.
    public var bytes: UInt64 = 0
    /// Flows.
    public var flows: UInt64 = 0
    /// Frames that went into flows.
    public var packetsInFlows: UInt64 = 0
    /// Frames that did not, by `RejectReason` name; those that the filter took out among them.
    public var packetsRejected: [String: UInt64] = [:]
    /// Packets inside others (tunnels) that went into flows of their own; their frames are counted with the outer ones.
    public var tunnelledPackets: UInt64 = 0
    /// How many of those were in more tunnels than are told apart.
    public var packetsInOtherTunnels: UInt64 = 0
    /// Packets by protocol or port of a tunnel in which no packet was found, by `RejectReason` name.
    public var tunnelsRejected: [String: UInt64] = [:]
    /// Frames read and lost inside ascribe; 0 in `analyze`.
    public var packetsDropped: UInt64 = 0

    /// Makes zero totals.
    public init() {}
  }

  /// A catalog that took the place of another while a capture went on.
  public struct CatalogChange: Sendable, Equatable {
    /// When.
    public var time: Timestamp
    /// SHA-256 of the catalog before, in hex.
    public var old: String
    /// SHA-256 of the catalog after, in hex.
    public var new: String
    /// Flows that had ended and were assessed again.
    public var reassessedFlows: UInt64
    /// Flows that had ended and are not in the findings any more.
    public var otherFlows: UInt64

    /// Makes a change.
    ///
    /// - Parameters:
    ///   - time: When.
    ///   - old: SHA-256 of the catalog before, in hex.
    ///   - new: SHA-256 of the catalog after, in hex.
    ///   - reassessedFlows: Flows that had ended and were assessed again.
    ///   - otherFlows: Flows that had ended and are not in the findings any more.
    public init(time: Timestamp, old: String, new: String, reassessedFlows: UInt64, otherFlows: UInt64) {
      self.time = time
      self.old = old
      self.new = new
      self.reassessedFlows = reassessedFlows
      self.otherFlows = otherFlows
    }
  }

  /// The program's version.
  public var toolVersion: String
  /// Whether documentation prefixes are claimed: every output is stamped DEMONSTRATION DATA.
  public var demonstrationData: Bool
  /// Whether a signal ended the run before the inputs' end.
  public var interrupted = false
  /// How many threads may write it; its bytes do not depend on it.
  public var threads = 1
  /// The wall-clock time to print, only on request.
  public var reportTime: Timestamp?
  /// How far the captures, and what was made from them, may be shared.
  public var capturesMarking = TLP.clear
  /// The inputs in canonical order.
  public var inputs: [CaptureInput]
  /// The control captures, in canonical order; no flow of theirs is in the totals or the findings.
  public var baselineInputs: [CaptureInput] = []
  /// Files found in folders that are no captures.
  public var skippedInputs: [(name: String, reason: String)] = []
  /// The sensors at which the inputs were captured, each with indexes into `inputs`; empty where none is known.
  public var sensors: [(sensor: Sensor, inputs: [Int])] = []
  /// The catalog that was used.
  public var catalog: Catalog
  /// The sets of the catalog's entries that covered an address of a watched flow: what an excerpt must hold.
  package var covers: Set<PrefixTable.CoverSet> = []
  /// Earliest time of the inputs' first packets; nothing if there are none.
  package var captureStart: Timestamp?
  /// Whether every input is a file, which can be read a second time for its packets.
  package var inputsCanBeReadAgain = false
  /// What took the catalog's place while a live capture went on, in time order.
  public var catalogChanges: [CatalogChange] = []
  /// The totals.
  public var totals: Totals
  /// The findings and the sentences that belong to every report.
  public var result: CaseAssessment.Result

  /// Makes a report.
  ///
  /// - Parameters:
  ///   - toolVersion: The program's version.
  ///   - inputs: The inputs in canonical order.
  ///   - catalog: The catalog that was used.
  ///   - totals: The totals.
  ///   - result: The findings and the sentences that belong to every report.
  public init(
    toolVersion: String, inputs: [CaptureInput], catalog: Catalog, totals: Totals, result: CaseAssessment.Result
  ) {
    self.toolVersion = toolVersion
    self.demonstrationData = catalog.allowsDocumentationRanges
    self.inputs = inputs
    self.catalog = catalog
    self.totals = totals
    self.result = result
  }
}
