public import Catalog
public import Packets

/// How a `FlowTable` is to keep flows.
public struct FlowTableOptions: Sendable {
  /// Nanoseconds without a packet after which a TCP flow ends; Zeek's `tcp_inactivity_timeout`, 5 minutes.
  public var tcpIdleTimeout: Int64 = 300_000_000_000
  /// The same for UDP; Zeek's `udp_inactivity_timeout`, 1 minute.
  public var udpIdleTimeout: Int64 = 60_000_000_000
  /// The same for ICMP; Zeek's `icmp_inactivity_timeout`, 1 minute.
  public var icmpIdleTimeout: Int64 = 60_000_000_000
  /// The same for every other protocol, 1 minute.
  public var otherIdleTimeout: Int64 = 60_000_000_000
  /// Nanoseconds after which a flow is written out and goes on in a new record; 0 for never, as Zeek.
  public var activeTimeout: Int64 = 0
  /// Flows kept at once; when full, the flow idle longest is given up, unwatched ones first, and counted.
  public var maximumFlowCount = Int(UInt32.max)
  /// Our own networks; empty where none was named.
  public var localNetworks: [IPPrefix] = []

  /// Makes the default options.
  public init() {}
}

/// The flow table: packets in, finished flow records out.
///
/// Packet time is its only clock. Not thread-safe: one thread owns a table.
public struct FlowTable: ~Copyable {
  /// What the table counted, for the totals of a run.
  public struct Counts: Sendable, Equatable {
    /// Packets that went into flows.
    public var packets: UInt64 = 0
    /// IP bytes of them.
    public var ipBytes: UInt64 = 0
    /// Flows finished and drained.
    public var flows: UInt64 = 0
    /// Flows given up for lack of room.
    public var evictedFlows: UInt64 = 0

    /// Makes zero counts.
    public init() {}
  }

  /// What the table counted so far.
  public private(set) var counts = Counts()

  /// Makes an empty table.
  ///
  /// - Parameters:
  ///   - options: How to keep flows.
  ///   - prefixes: The catalog's prefixes; each endpoint of a new flow is looked up once.
  ///   - captureStart: Time of the first packet of the whole input (for methodology 2.5).
  public init(options: FlowTableOptions, prefixes: PrefixTable, captureStart: Timestamp) {
  }

  /// Adds one packet to its flow; makes the flow if it is new, and ends flows whose time has come.
  ///
  /// - Parameters:
  ///   - packet: The packet; its checksum flags may be set here, for watched flows.
  ///   - frame: The frame it came from.
  ///   - file: Index of its capture file.
  ///   - number: Its frame number.
  ///   - decoder: Verifies checksums that a grade rests on.
  /// - Complexity: O(1) amortised; allocates only when the table grows.
  public mutating func observe(
    _ packet: inout Packet, frame: RawSpan, file: UInt32, number: UInt64, decoder: Decoder
  ) {
  }

  /// Ends all flows still open.
  public mutating func finish() {
  }

  /// Hands over the flows that ended since the last call, in the order in which they ended.
  ///
  /// - Parameter body: Receives each record.
  public mutating func drain(_ body: (FlowRecord) -> Void) {
  }
}
