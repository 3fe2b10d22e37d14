package import Assessment
package import Packets

/// What a live capture shows at one moment.
package struct ScreenSnapshot {
  /// An interface.
  package struct Interface {
    package var name: String
    /// Packets and packets dropped, by kernel and interface, since the start.
    package var (packets, dropped): (UInt64, UInt64)
    /// A second's packets, bits on the wire, and packets dropped.
    package var (packetRate, bitRate, dropRate): (Double, Double, Double)
    /// Packets of the last seconds, the latest last.
    package var history: [Double]
    /// Why it gives none; nothing if it gives some.
    package var problem: String?

    package init(
      name: String, packets: UInt64, dropped: UInt64, packetRate: Double, bitRate: Double, dropRate: Double,
      history: [Double], problem: String?
    ) {
      self.name = name
      (self.packets, self.dropped) = (packets, dropped)
      (self.packetRate, self.bitRate, self.dropRate) = (packetRate, bitRate, dropRate)
      self.history = history
      self.problem = problem
    }
  }

  /// An address that an entry of the catalog covers.
  package struct Address {
    package var address: String
    /// The strongest verdict on its flows as they stand, and the best grade among those of it.
    package var (verdict, grade): (Verdict, String)
    package var actor: String?
    package var (flows, bytes): (UInt64, UInt64)
    package var lastSeen: Timestamp

    package init(
      address: String, verdict: Verdict, grade: String, actor: String?, flows: UInt64, bytes: UInt64,
      lastSeen: Timestamp
    ) {
      self.address = address
      (self.verdict, self.grade) = (verdict, grade)
      self.actor = actor
      (self.flows, self.bytes) = (flows, bytes)
      self.lastSeen = lastSeen
    }
  }

  /// A verdict as it was said.
  package struct Event {
    package var time: Timestamp
    package var (verdict, reason, grade): (Verdict, String, String)
    /// Who began, and who answered, with ports.
    package var (originator, responder): (String, String)
    package var actor: String?
    package var isProvisional: Bool

    package init(
      time: Timestamp, verdict: Verdict, reason: String, grade: String, originator: String, responder: String,
      actor: String?, isProvisional: Bool
    ) {
      self.time = time
      (self.verdict, self.reason, self.grade) = (verdict, reason, grade)
      (self.originator, self.responder) = (originator, responder)
      self.actor = actor
      self.isProvisional = isProvisional
    }
  }

  /// What became of packets that are written.
  package struct Recorder {
    package var folder: String
    package var (files, bytes, lostBytes): (UInt64, UInt64, UInt64)
    package var failure: String?

    package init(folder: String, files: UInt64, bytes: UInt64, lostBytes: UInt64, failure: String?) {
      self.folder = folder
      (self.files, self.bytes, self.lostBytes) = (files, bytes, lostBytes)
      self.failure = failure
    }
  }

  /// By what addresses are sorted.
  package enum Order: String, CaseIterable {
    case verdict = "verdict"
    case bytes = "bytes"
    case lastSeen = "last seen"

    /// The one after this.
    package var next: Order {
      switch self {
      case .verdict: .bytes
      case .bytes: .lastSeen
      case .lastSeen: .verdict
      }
    }
  }

  /// The program and its version.
  package var program = ""
  package var time = Timestamp(nanoseconds: 0)
  /// Seconds since the start.
  package var uptime = 0
  package var interfaces: [Interface] = []
  /// Flows that go on, those of them that are watched, those that began in a second, ended, and were given up for room.
  package var (liveFlows, watchedFlows): (UInt64, UInt64) = (0, 0)
  package var newFlowRate = 0.0
  package var (endedFlows, evictedFlows): (UInt64, UInt64) = (0, 0)
  /// Watched addresses, in any order.
  package var addresses: [Address] = []
  package var order = Order.verdict
  /// Verdicts, the latest last, and how many there were.
  package var events: [Event] = []
  package var eventCount: UInt64 = 0
  /// Messages, the latest last.
  package var messages: [String] = []
  package var recorder: Recorder?
  /// SHA-256 of the catalog, and what it holds.
  package var (catalog, claims): (String, Int) = ("", 0)
  package var isDemonstration = false
  /// Bytes of the process in memory.
  package var memory: UInt64 = 0
  package var isPaused = false
  package var showsHelp = false

  /// Makes a snapshot of nothing.
  package init() {}
}
