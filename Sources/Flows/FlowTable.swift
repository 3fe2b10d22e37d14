public import Catalog
public import Cryptography
import Inspection
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
  /// Watched flows among them; when full, the watched one idle longest is given up, and counted.
  public var maximumWatchedFlowCount = Int(UInt32.max)
  /// Our own networks, at every sensor; if empty, those of each sensor are.
  public var localNetworks: [IPPrefix] = []
  /// The sensors at which packets are seen; empty where none was named.
  ///
  /// What a sensor's trusted proxies say of whom they forward for is kept as attested (methodology 3); their flows are
  /// watched.
  public var sensors: [Sensor] = []
  /// Tunnels that are told apart, below 65,536; packets of others share a scope of which nothing is known.
  public var maximumTunnelCount = 65_536
  /// Which flows fall to this table, of several that are told of the same frames.
  public internal(set) var share = FlowShare.whole

  /// Bytes of each direction of a watched flow whose content is read; 0 if none are, which changes no grade.
  public var contentLimit = 16_384
  /// Whether `FlowTable.takeProgress` is asked now and then, as live capture does.
  public var tellsProgress = false
  /// Whether `FlowTable.takeCheckpoints` is asked now and then; with `tellsProgress` only.
  public var tellsCheckpoints = false
  /// Whether `FlowTable.takeWatchedFrames` is asked after each batch.
  public var tellsWatchedFrames = false
  /// Makes equal secrets in the content of flows equal; tables with different ones cannot be compared.
  public var secretHash = KeyedHash()
  /// Keys the hash of flows; one for all tables that share the work, and no result depends on it.
  var seed = UInt64.random(in: .min ... .max)

  /// Makes the default options.
  public init() {}

  /// Makes them those of one of several tables.
  ///
  /// - Parameter share: Which flows fall to it; what all tables together may hold is divided likewise.
  public mutating func join(_ share: FlowShare) {
    self.share = share
    maximumFlowCount = share.portion(of: maximumFlowCount)
    maximumWatchedFlowCount = share.portion(of: maximumWatchedFlowCount)
  }

  /// Bytes of memory of an unwatched flow, with its place in the index.
  static let flowBytes = 576
  /// Bytes that a watched flow takes besides; what is kept of its content has a bound of its own.
  static let watchBytes = 2_048

  /// Keeps no more flows than fit into memory: two thirds of it hold flows, one third what is kept of watched ones.
  ///
  /// - Parameter memory: Bytes.
  public mutating func fit(memory: Int) {
    maximumFlowCount = min(max(memory / 3 * 2 / Self.flowBytes, 100_000), Int(UInt32.max) / 2)
    maximumWatchedFlowCount = min(max(memory / 3 / Self.watchBytes, 10_000), maximumFlowCount)
  }

  /// The shortest of the idle timeouts, and of those that follow from how far a flow is.
  var shortestTimeout: Int64 {
    min(tcpIdleTimeout, udpIdleTimeout, icmpIdleTimeout, otherIdleTimeout, FlowTable.shortTCPTimeout)
  }

  /// The longest of the idle timeouts.
  var longestTimeout: Int64 { max(tcpIdleTimeout, udpIdleTimeout, icmpIdleTimeout, otherIdleTimeout) }
}

/// The flow table: packets in, finished flow records out.
///
/// Packet time is its only clock. Not thread-safe: one thread owns a table.
public struct FlowTable: ~Copyable {
  /// What the table counted of its share, for the totals of a run.
  public struct Counts: Sendable, Equatable {
    /// Packets that went into flows; of those inside others only the outer one, so that each frame counts once.
    public var packets: UInt64 = 0
    /// IP bytes of them.
    public var ipBytes: UInt64 = 0
    /// Packets inside others that went into flows too.
    public var tunnelledPackets: UInt64 = 0
    /// How many of those were in tunnels beyond `FlowTableOptions.maximumTunnelCount`.
    public var packetsInOtherTunnels: UInt64 = 0
    /// Packets by protocol or port of a tunnel in which no packet was found, by reason.
    public var rejectedInTunnels: [RejectReason: UInt64] = [:]
    /// Flows finished and drained.
    public var flows: UInt64 = 0
    /// Flows given up for lack of room.
    public var evictedFlows: UInt64 = 0
    /// Watched flows whose content was not read on for lack of room.
    public var cutStreams: UInt64 = 0
    /// Wrong acknowledgements for which there was no record (T10): flows until a minute later may be graded too low.
    public var unrecordedGuesses: UInt64 = 0

    /// Makes zero counts.
    public init() {}

    /// Adds what another table counted.
    ///
    /// - Parameter other: Its counts.
    public mutating func add(_ other: Counts) {
      packets &+= other.packets
      ipBytes &+= other.ipBytes
      tunnelledPackets &+= other.tunnelledPackets
      packetsInOtherTunnels &+= other.packetsInOtherTunnels
      rejectedInTunnels.merge(other.rejectedInTunnels, uniquingKeysWith: &+)
      flows &+= other.flows
      evictedFlows &+= other.evictedFlows
      cutStreams &+= other.cutStreams
      unrecordedGuesses &+= other.unrecordedGuesses
    }
  }

  /// What the table counted so far.
  public internal(set) var counts = Counts()

  let options: FlowTableOptions
  var prefixes: PrefixTable
  /// What is to take their place.
  var coming: ComingPrefixes?
  let seed: UInt64
  let share: FlowShare
  let capacity: Int
  let watchCapacity: Int
  var flows = Slab<Flow>()
  var states = Slab<FlowState>()
  var pools = TCPPools()
  var watches = Slab<Watch>()
  /// Watched flows that go on; `watches` holds those that ended and were not drained, too.
  var openWatches = 0
  var tunnels = Slab<TunnelledFlow>()
  var scopes: ScopeTable
  /// Our own networks, by sensor.
  let localNetworks: [NetworkSet]
  /// Proxies of ours, by sensor.
  let trustedProxies: [NetworkSet]
  var uid = FlowUID()
  var exchanges = Slab<DatagramExchange>()
  var paths = PathLedger()
  let reader: ContentReader
  var streams = ContentPool<StreamInspection>(limit: ContentReader.poolLimit)
  var datagrams = ContentPool<DatagramContent>(limit: ContentReader.poolLimit / 4)
  var index = FlowIndex()
  var wheel: TimeWheel
  var coverage: CaptureStart
  var guesses = GuessLedger()
  /// Acknowledgements that were refused by sides of which nothing else was captured: a client of a server that
  /// restarted sends them too, so that they count against no handshake.
  var refusals = GuessLedger()
  /// Addresses of watched flows that were given up for lack of room.
  var givenUp = GivenUpLedger()
  var floods = FloodMeter()
  /// What the flood meter is to learn of this table's flows.
  var floodMarks: [FloodMeter.Mark] = []
  /// Which of `ended` may be part of a flood, and when that is to be judged.
  var floodQuestions: [(frame: UInt64, place: Int)] = []
  /// What ended and was not drained yet, in the order in which it did.
  var ended: [Ended] = []
  /// Flows of the slot of the wheel that is being passed.
  var passed: [UInt32] = []
  /// Those of them whose time has come, with the hashes of their keys.
  var due: [(handle: UInt32, hash: UInt32)] = []
  /// Records of flows that go on.
  var splits: [FlowRecord] = []
  /// Whether the frame that the table works on belongs to a watched flow, if anybody wants to know.
  var isWatchedFrame = false
  /// Places of frames that belong to watched flows, since `takeWatchedFrames`.
  var watchedFrames: [UInt64] = []
  /// Where the buffer of the next batch begins in all that is recorded: a frame's place is this and its offset.
  public var bufferStart: UInt64 = 0
  /// The place of the frame that the table works on.
  var place: UInt64 = 0
  /// Fragments, which may belong to watched flows without saying so.
  var fragments = FragmentLedger()
  /// Watched flows of which packets may have proved more since `takeProgress` was asked.
  var progressed: [UInt32] = []
  /// Handles under which there may be watched flows of which `takeProgress` told by the catalog before.
  var toldBefore: Range<UInt64> = 0..<0
  /// Watched flows to which packets came since `takeCheckpoints` gave them.
  var changed: [UInt32] = []
  /// How many records have a number of their own for checkpoints.
  var checkpointCount: UInt64 = 0
  let shortestTimeout: Int64
  /// Latest packet time of all, even if time fell back since.
  var latest = Timestamp(nanoseconds: .min)
  /// Latest packet time at which a flow was given up.
  var lastGivenUp = Timestamp(nanoseconds: .min)
  /// The times of packets that are shown to the table one by one.
  var clock: FrameClock
  /// Which frame of the run the table works on.
  var frame: UInt64 = 0
  /// How often time fell back by more than a turn of the wheel, up to a limit.
  var falls: UInt32 = 0
  /// Before this time flows may lie ahead, because time fell back from it; all of them are visited with each turn.
  var aheadUntil = Timestamp(nanoseconds: .min)
  /// Slots passed before that time, modulo a turn.
  var passedBehind = 0

  /// Makes an empty table.
  ///
  /// - Parameters:
  ///   - options: How to keep flows.
  ///   - prefixes: The catalog's prefixes; each endpoint of a new flow is looked up, and those of watched ones again.
  ///   - captureStart: Since when the input shows what passed the sensor (for methodology 2.5); nothing where no clock but
  ///     that of its packets tells: since the first of them.
  public init(options: FlowTableOptions, prefixes: PrefixTable, captureStart: Timestamp?) {
    self.init(options: options, prefixes: prefixes, captureStart: captureStart, seed: options.seed)
  }

  /// Makes an empty table whose hash has a given key; no result depends on it.
  init(options: FlowTableOptions, prefixes: PrefixTable, captureStart: Timestamp?, seed: UInt64) {
    self.options = options
    self.prefixes = prefixes
    self.seed = seed
    share = options.share
    reader = ContentReader(limit: options.contentLimit, hash: options.secretHash)
    // Handles are 32 bits wide, and as many flows again may have ended and not be drained.
    capacity = min(max(options.maximumFlowCount, 1), 1 << 31)
    watchCapacity = min(max(options.maximumWatchedFlowCount, 1), capacity)
    shortestTimeout = options.shortestTimeout
    clock = FrameClock(shortestTimeout: shortestTimeout)
    wheel = TimeWheel(
      start: captureStart ?? Timestamp(nanoseconds: 0), longestTimeout: options.longestTimeout)
    scopes = ScopeTable(sensors: options.sensors.map(\.id), limit: options.maximumTunnelCount)
    localNetworks =
      options.localNetworks.isEmpty && !options.sensors.isEmpty
      ? options.sensors.map { NetworkSet($0.localNetworks) }
      : Array(repeating: NetworkSet(options.localNetworks), count: max(1, options.sensors.count))
    trustedProxies = options.sensors.isEmpty ? [NetworkSet([])] : options.sensors.map { NetworkSet($0.trustedProxies) }
    coverage = CaptureStart(start: captureStart)
  }

  /// Adds one packet to its flow, and what is inside it to another; makes flows that are new, and ends those whose time
  /// has come.
  ///
  /// - Parameters:
  ///   - packet: The packet; its checksum flags may be set here, for watched flows.
  ///   - frame: The frame it came from.
  ///   - file: Index of its capture file.
  ///   - number: Its frame number.
  ///   - decoder: Verifies checksums that a grade rests on, and decodes what is inside.
  ///   - scope: Where it was seen.
  /// - Complexity: O(1) amortised; allocates only when the table grows.
  public mutating func observe(
    _ packet: inout Packet, frame: RawSpan, file: UInt32, number: UInt64, decoder: Decoder,
    scope: PacketScope = PacketScope()
  ) {
    let hash = FlowKey(packet, scope: scope.number).hash(seed: seed)
    let isLate = clock.take(packet.timestamp)
    self.frame &+= 1
    guard share.keeps(packet) else { return pass(packet.timestamp, file: file) }
    observe(
      &packet, hash: hash, isLate: isLate, frame: frame, file: file, number: number, decoder: decoder, scope: scope)
  }

  /// Takes the time of a frame into account that is no packet, or one of another table's.
  mutating func pass(_ time: Timestamp, file: UInt32) {
    advance(to: time)
    latest = max(latest, time)
    coverage.observe(time, file: file)
  }

  /// The same for a packet whose flow's hash is known, and perhaps the flow.
  @inline(__always)
  mutating func observe(
    _ packet: inout Packet, hash: UInt32, guess: UInt32 = 0, isLate: Bool, frame: RawSpan, file: UInt32, number: UInt64,
    decoder: Decoder, scope: PacketScope
  ) {
    pass(packet.timestamp, file: file)
    if scope.depth == 0, share.owns(packet.source, packet.destination) {
      counts.packets &+= 1
      counts.ipBytes &+= UInt64(packet.ipLength)
    }
    let key = FlowKey(packet, scope: scope.number)
    var handle = find(key, hash, guess: guess)
    var ordinal: UInt32 = 0
    if handle != 0, mayEnd(handle, before: packet), let reason = reasonToEnd(handle, before: packet, key: key) {
      ordinal = ordinalAfter(handle, at: packet.timestamp, file: file, number: number)
      end(handle, hash: hash, reason)
      handle = 0
    }
    filing: do {
      if handle == 0 {
        handle = begin(&packet, key: key, hash: hash, file: file, number: number, scope: scope)
        if ordinal == 0, isLate || packet.timestamp <= lastGivenUp {
          ordinal = Flow.ordinal(ofFrame: number, file: file)
        }
        flows[handle].ordinal = ordinal
        // Unwatched, a flow of one packet is that packet: the rest is made of it when a second comes.
        if flows[handle].watch == 0 { break filing }
        makeState(handle)
      } else if flows[handle].state == 0 {
        makeStateAfterFirst(handle)
      }
      // Never a watched one: a part that ends before a claim does would be EXCLUSIVE, whatever the whole flow is
      // (methodology 1.5, case 6).
      if options.activeTimeout > 0, flows[handle].watch == 0 { splitActive(handle, at: packet.timestamp) }
      let watch = flows[handle].watch
      if watch != 0 { decoder.verifyTransportChecksum(of: &packet, in: frame) }
      let isForward = flows[handle].isForward(key)
      if scope.depth > 0 { noteEnds(scope, of: handle, isForward: isForward) }
      let events = take(&packet, into: handle, isForward: isForward)
      if watch != 0 {
        cite(events, of: handle, isForward: isForward, file: file, number: number)
        if packet.ipProtocol == .tcp, packet.tcp.flags.contains(.syn) { readSYN(packet, frame: frame, in: watch) }
        inspect(packet, frame: frame, in: handle, isForward: isForward)
        if options.tellsProgress { noteProgress(of: handle, packet, events) }
        if options.tellsCheckpoints { noteChange(of: handle) }
        if options.tellsWatchedFrames { isWatchedFrame = true }
      }
    }
    guard packet.flags.contains(.mayBeTunnel) else { return }
    observeInside(
      packet, in: handle, isLate: isLate, frame: frame, file: file, number: number, decoder: decoder, scope: scope)
  }

  /// What tells a flow from those of the same endpoints that began at the same moment, of which one ends now.
  ///
  /// Mutating, for the table would be copied to be asked out of line.
  @inline(never)
  private mutating func ordinalAfter(_ handle: UInt32, at time: Timestamp, file: UInt32, number: UInt64) -> UInt32 {
    let (start, ordinal) = (flows[handle].start, flows[handle].ordinal)
    // Once time fell back between two of them, those that follow may begin when one before the last did.
    if time < start || Flow.isOfFrame(ordinal) { return Flow.ordinal(ofFrame: number, file: file) }
    return time == start ? ordinal &+ 1 : 0
  }

  /// Ends all flows still open; the table takes no more packets.
  ///
  /// - Parameters:
  ///   - all: Whether records are to be built of flows that nothing covers, too.
  ///   - unwatched: Receives such flows if not, in no order.
  public mutating func finish(ofAll all: Bool = true, unwatched: (UnwatchedFlow) -> Void = { _ in }) {
    index = FlowIndex()
    frame = .max
    for distance in 1...Int64(TimeWheel.turn) {
      let slot = wheel.slot(at: distance, isWatched: false)
      if all { endAll(of: slot) } else { count(slot, unwatched) }
      endAll(of: wheel.slot(at: distance, isWatched: true))
    }
  }
}
