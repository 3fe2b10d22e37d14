/// How interfaces are captured.
public struct LiveOptions: Sendable {
  /// Which way packets go that are captured.
  public enum Direction: String, Sendable, CaseIterable {
    /// Both ways.
    case both
    /// Those that arrive.
    case `in`
    /// Those that are sent.
    case out
  }

  /// The interfaces, each once; `any` is all of them, without their link layers.
  public var interfaces: [String]
  /// A BPF filter in libpcap's language, which the kernel applies; empty for none.
  public var filter = ""
  /// Bytes of a packet that are captured at most.
  public var snapLength = 262_144
  /// Bytes of the ring that the kernel fills, for each interface and thread.
  public var ringLength = 64 << 20
  /// Whether frames for others are captured too.
  public var isPromiscuous = true
  /// Which way packets go.
  public var direction = Direction.both
  /// What stamps packets with their times, by libpcap's name (pcap-tstamp(7)); nothing for the host.
  public var timestampType: String?
  /// Threads of each interface; the kernel gives all packets of a flow to one of them (`PACKET_FANOUT_HASH`).
  public var threads = 1
  /// Bytes of packets that may wait between kernel and analysis, all interfaces together.
  public var queueLength = 64 << 20

  /// Whether times are those of a clock that nothing holds to the host's.
  public var hasForeignClock: Bool { timestampType?.hasSuffix("_unsynced") ?? false }

  /// Makes the default options.
  ///
  /// - Parameter interfaces: The interfaces.
  public init(interfaces: [String]) { self.interfaces = interfaces }
}
