public import Packets

/// Frames of one file and buffer and the packets that they are, on their way into a flow table.
///
/// What is done with a frame is done with all of a batch before the next thing is: finding, decoding, hashing. A batch knows
/// which flows its packets belong to before the table is asked, so that the table can have the cache lines of the next
/// packets loaded while it works on one. Not thread-safe; for tables on several threads, see `SharedBatch`.
public struct PacketBatch: ~Copyable {
  /// What is known of a packet's flow before the table is asked.
  struct Mark: BitwiseCopyable {
    /// The hash of its flow's key.
    var hash: UInt32 = 0
    var kind = Kind.packet
  }

  enum Kind: UInt8 {
    case packet
    /// A packet whose flow may have begun before, as time fell back.
    case latePacket
    /// No packet.
    case rejected
    /// A fragment without ports, which is no packet.
    case fragment

    var isPacket: Bool { self == .packet || self == .latePacket }
  }

  /// Most frames of a batch.
  public static let capacity = 256
  /// Places behind those of packets, which are asked for and not looked at.
  static let margin = 2 * FlowTable.ahead
  static let allPlaces = (0..<capacity + margin).map { UInt8($0 % capacity) }

  private(set) var frames = Array(repeating: Frame(), count: capacity)
  private(set) var packets = Array(repeating: Packet(), count: capacity)
  private(set) var marks = Array(repeating: Mark(), count: capacity)
  /// How many frames there are.
  public private(set) var count = 0
  /// Index of their sensor.
  private(set) var sensor = 0
  /// Index of the file that its frames are of; there must be some.
  public var file: UInt32 { frames[0].file }
  /// Which frame of the run is the first.
  private(set) var firstFrame: UInt64 = 0
  /// Where the next frames stand in the run.
  var sequence: FrameSequence
  private var reasons = [RejectReason?](repeating: nil, count: capacity)
  private var rejectedCount = 0
  /// Bytes of its frames on the wire.
  public private(set) var byteCount: UInt64 = 0
  let decoder: Decoder
  private let seed: UInt64

  init(decoder: Decoder, seed: UInt64, sequence: FrameSequence) {
    self.decoder = decoder
    self.seed = seed
    self.sequence = sequence
  }

  /// Decodes the next frames of a buffer, in place of those that were there.
  ///
  /// The table is to be shown every frame, for each moves its time on.
  ///
  /// - Parameters:
  ///   - bytes: The buffer.
  ///   - sensor: Index of the sensor, below 2^16.
  ///   - find: Writes frames of one file, of that sensor, from the first place on, and gives how many there are.
  /// - Returns: How many there are.
  /// - Complexity: O(n), for each as `Decoder.decode`; allocates nothing.
  public mutating func fill(
    from bytes: RawSpan, sensor: Int, _ find: (_ frames: inout MutableSpan<Frame>) -> Int
  ) -> Int {
    guard self.find(find) > 0 else { return 0 }
    decode(from: bytes, sensor: sensor)
    return count
  }

  /// Finds the next frames, in place of those that were there.
  ///
  /// - Parameter find: As that of `fill`.
  /// - Returns: How many there are.
  mutating func find(_ find: (_ frames: inout MutableSpan<Frame>) -> Int) -> Int {
    count = Self.find(&frames, find)
    return count
  }

  /// Decodes the frames that were found.
  ///
  /// - Parameters:
  ///   - bytes: The buffer that holds them.
  ///   - sensor: As that of `fill`.
  mutating func decode(from bytes: RawSpan, sensor: Int) {
    self.sensor = sensor
    firstFrame = sequence.count
    rejectedCount = Self.decode(frames, count, in: bytes, with: decoder, into: &packets, reasons: &reasons)
    byteCount = Self.mark(&marks, packets, of: frames, count, sensor: sensor, seed: seed, clock: &sequence.clock)
    sequence.count &+= UInt64(truncatingIfNeeded: count)
    if rejectedCount > 0 { markRejected() }
  }

  // Each of these has what it works on lent: spans of two properties cannot be had of one value at a time.

  private static func find(_ frames: inout [Frame], _ find: (inout MutableSpan<Frame>) -> Int) -> Int {
    var frames = frames.mutableSpan
    return find(&frames)
  }

  private static func decode(
    _ frames: [Frame], _ count: Int, in bytes: RawSpan, with decoder: Decoder, into packets: inout [Packet],
    reasons: inout [RejectReason?]
  ) -> Int {
    let frames = frames.span.extracting(first: count)
    var packets = packets.mutableSpan
    var reasons = reasons.mutableSpan
    return decoder.decode(frames, in: bytes, into: &packets, reasons: &reasons)
  }

  /// - Returns: Bytes of the frames on the wire.
  private static func mark(
    _ marks: inout [Mark], _ packets: [Packet], of frames: [Frame], _ count: Int, sensor: Int, seed: UInt64,
    clock: inout FrameClock
  ) -> UInt64 {
    let (frames, packets) = (frames.span, packets.span)
    var marks = marks.mutableSpan
    let scope = UInt32(sensor)
    // Once, so that it need not be asked for each.
    precondition(count <= min(frames.count, packets.count, marks.count))
    var byteCount: UInt64 = 0
    for place in 0..<count {
      marks[place] = Mark(
        hash: FlowKey(packets[place], scope: scope).hash(seed: seed),
        kind: clock.take(frames[place].timestamp) ? .latePacket : .packet)
      byteCount &+= UInt64(frames[place].wireLength)
    }
    return byteCount
  }

  private mutating func markRejected() {
    for place in 0..<count {
      guard let reason = reasons[place] else { continue }
      marks[place].hash = 0
      marks[place].kind = reason == .fragment ? .fragment : .rejected
    }
  }

  /// Hands over why frames are no packets.
  ///
  /// - Parameter body: Receives the reason of each such frame.
  public func forEachRejected(_ body: (RejectReason) -> Void) {
    guard rejectedCount > 0 else { return }
    for place in 0..<count { if let reason = reasons[place] { body(reason) } }
  }
}

extension FlowTable {
  /// How many packets ahead a flow is asked for, and half as many its state; its slots twice as many.
  static var ahead: Int { 10 }

  /// Where the first frame that the table is shown stands in the run.
  public var frameSequence: FrameSequence { FrameSequence(clock) }

  /// Makes a batch for this table, and for others of the same seed.
  ///
  /// - Parameter decoder: Decodes its frames and what is inside tunnels, and verifies checksums that a grade rests on.
  /// - Returns: An empty batch.
  public func makeBatch(decoder: Decoder) -> PacketBatch {
    PacketBatch(decoder: decoder, seed: seed, sequence: frameSequence)
  }

  /// Adds the packets of a batch to their flows, as `observe(_:frame:file:number:decoder:scope:)` does with one.
  ///
  /// - Parameters:
  ///   - batch: The packets.
  ///   - bytes: The buffer that holds their frames.
  /// - Complexity: O(1) amortised for each packet; allocates only when the table grows.
  public mutating func observe(_ batch: borrowing PacketBatch, bytes: RawSpan) {
    guard batch.count > 0 else { return }
    // Packets on the short way are told of together, by the latest; a file begins with the first.
    coverage.observe(batch.frames[0].timestamp, file: batch.file)
    observe(batch, PacketBatch.allPlaces.span, batch.count, bytes: bytes)
  }

  /// Adds some of the packets of a batch to their flows.
  ///
  /// - Parameters:
  ///   - batch: The packets.
  ///   - places: Where they stand, and `PacketBatch.margin` more, so that nobody need ask where they end.
  ///   - count: How many they are.
  ///   - bytes: The buffer that holds their frames.
  mutating func observe(_ batch: borrowing PacketBatch, _ places: Span<UInt8>, _ count: Int, bytes: RawSpan) {
    guard count > 0 else { return }
    let (packets, marks, frames) = (batch.packets.span, batch.marks.span, batch.frames.span)
    let (first, scope, file) = (batch.firstFrame, UInt32(batch.sensor), batch.file)
    // Once, so that it need not be asked for each: a place is below the capacity.
    precondition(min(packets.count, marks.count, frames.count) >= PacketBatch.capacity)
    precondition(count <= places.count &- PacketBatch.margin)
    func place(_ index: Int) -> Int { Int(places[index]) & (PacketBatch.capacity &- 1) }
    var guesses = Guesses()
    var run = Run()
    for index in 0..<2 * Self.ahead { self.index.prefetch(marks[place(index)].hash) }
    for index in 0..<Self.ahead { prefetchFlow(of: marks[place(index)], &guesses[index]) }
    for index in 0..<count {
      self.index.prefetch(marks[place(index &+ 2 &* Self.ahead)].hash)
      prefetchFlow(of: marks[place(index &+ Self.ahead)], &guesses[index &+ Self.ahead])
      // As in `Slab.prefetch`, the first flow stands for none.
      if flows.top != 0 { states.prefetch(flows[Bits.atLeastOne(guesses[index &+ Self.ahead / 2])].state, lines: 6) }
      let (place, guess) = (place(index), guesses[index])
      if follow(packets[place], marks[place], scope, guess, &run) { continue }
      take(&run, of: file)
      frame = first &+ UInt64(truncatingIfNeeded: place)
      observe(packets, place, marks[place], scope, guess, of: frames, bytes: bytes, decoder: batch.decoder)
    }
    take(&run, of: file)
  }

  /// The flows that the next packets most likely belong to, as the table stood some packets before.
  private struct Guesses {
    private var handles = InlineArray<16, UInt32>(repeating: 0)

    subscript(index: Int) -> UInt32 {
      @inline(__always) get { handles[index & 15] }
      @inline(__always) set { handles[index & 15] = newValue }
    }
  }

  /// Packets on the short way, one after the other: what they say of the table as a whole.
  private struct Run {
    var packets: UInt64 = 0
    var ipBytes: UInt64 = 0
    var latest = Timestamp(nanoseconds: .min)
  }

  /// Takes what a run of a file says into account, and begins another.
  @inline(__always)
  private mutating func take(_ run: inout Run, of file: UInt32) {
    guard run.packets != 0 else { return }
    counts.packets &+= run.packets
    counts.ipBytes &+= run.ipBytes
    latest = max(latest, run.latest)
    wheel.advanceInTick(to: run.latest)
    coverage.observe(run.latest, file: file)
    run = Run()
  }

  @inline(__always)
  private func prefetchFlow(of mark: PacketBatch.Mark, _ guess: inout UInt32) {
    guess = index.guess(mark.hash)
    flows.prefetch(guess, lines: 1)
  }

  /// Adds what follows from no packets before to a flow, or to the time.
  @inline(never)
  private mutating func observe(
    _ packets: Span<Packet>, _ place: Int, _ mark: PacketBatch.Mark, _ sensor: UInt32, _ guess: UInt32,
    of frames: Span<Frame>, bytes: RawSpan, decoder: Decoder
  ) {
    guard mark.kind.isPacket else {
      pass(frames[place].timestamp, file: frames[place].file)
      if mark.kind == .fragment, options.tellsWatchedFrames {
        observeFragment(packets[place], of: frames[place], bytes: bytes)
      }
      return
    }
    isWatchedFrame = false
    self.place = bufferStart &+ UInt64(frames[place].offset)
    let content = bytes.extracting(frames[place].range)
    let (file, number) = (frames[place].file, frames[place].number)
    var packet = packets[place]
    observe(
      &packet, hash: mark.hash, guess: guess, isLate: mark.kind == .latePacket, frame: content, file: file,
      number: number, decoder: decoder, scope: PacketScope(sensor: Int(sensor)))
    if isWatchedFrame { noteWatchedFrame(packet, content) }
  }

  /// Takes a packet into account that only goes on with an unwatched flow, and changes nothing but its figures: in a few
  /// steps what `observe` would do.
  ///
  /// - Parameters:
  ///   - packet: The packet.
  ///   - mark: What is known of its flow.
  ///   - scope: Where it was seen.
  ///   - handle: The flow that it most likely belongs to.
  ///   - run: Takes what it says of the table as a whole.
  /// - Returns: False, and nothing changed, if it may do more.
  @inline(always)
  private mutating func follow(
    _ packet: Packet, _ mark: PacketBatch.Mark, _ scope: UInt32, _ handle: UInt32, _ run: inout Run
  ) -> Bool {
    let time = packet.timestamp
    guard handle != 0, mark.kind == .packet, packet.mayGoOn, wheel.isAt(time), options.activeTimeout == 0
    else { return false }
    let state = flows[handle].state
    guard state != 0, flows[handle].watch == 0, flows[handle].isOpen else { return false }
    let (isOwn, isForward) = flows[handle].direction(of: packet, scope: scope)
    guard isOwn else { return false }
    let fromOriginator = isForward != flows[handle].marks.contains(.sourceIsResponder)
    guard
      states[state].follow(
        packet, isForward: isForward, fromOriginator: fromOriginator, within: shortestTimeout, pools: &pools)
    else { return false }
    run.packets &+= 1
    run.ipBytes &+= UInt64(packet.ipLength)
    run.latest = max(run.latest, time)
    return true
  }
}
