public import Packets

/// Frames of one buffer and the packets that they are, on their way into a flow table.
///
/// What is done with a frame is done with all of a batch before the next thing is: finding, decoding, hashing. A batch knows
/// which flows its packets belong to before the table is asked, so that the table can have the cache lines of the next
/// packets loaded while it works on one. Not thread-safe; for tables on other threads, see `PacketDealer`.
public struct PacketBatch: ~Copyable {
  /// What is known of a packet's flow before the table is asked.
  struct Mark: BitwiseCopyable {
    /// The hash of its flow's key.
    var hash: UInt32 = 0
    /// The flow that it most likely belongs to, as the table stood some packets before.
    var flow: UInt32 = 0
    /// Its place among the frames since `Content.firstFrame`.
    var frame: UInt32 = 0
    /// Index of the sensor.
    var sensor: UInt16 = 0
    var kind = Kind.packet
  }

  enum Kind: UInt8 {
    case packet
    /// A packet whose flow may have begun before, as time fell back.
    case latePacket
    /// No more than the time of a frame that is not the table's.
    case time
    /// A fragment without ports, which is no packet.
    case fragment

    var isPacket: Bool { self == .packet || self == .latePacket }
  }

  /// Packets with their frames.
  struct Content: ~Copyable {
    var frames = Array(repeating: Frame(), count: PacketBatch.capacity)
    var packets = Array(repeating: Packet(), count: PacketBatch.capacity)
    /// Those behind the last packet are old ones, or empty; the table looks ahead without asking where the batch ends.
    var marks = Array(repeating: Mark(), count: PacketBatch.capacity + 2 * FlowTable.ahead)
    var count = 0
    /// Which frame of the run was the first since the batch was empty.
    var firstFrame: UInt64 = 0
    /// The latest time of the frames since the last packet that are not the table's, if they are of its file and about
    /// its time.
    var pending: Timestamp?
    var file: UInt32 = 0
  }

  /// Most frames of a batch.
  public static let capacity = 128

  fileprivate(set) var content = Content()
  private var reasons = [RejectReason?](repeating: nil, count: PacketBatch.capacity)
  private var rejectedCount = 0
  /// Bytes of its frames on the wire.
  public private(set) var byteCount: UInt64 = 0
  private var clock: FrameClock
  let decoder: Decoder
  private let seed: UInt64

  init(decoder: Decoder, seed: UInt64, clock: FrameClock) {
    self.decoder = decoder
    self.seed = seed
    self.clock = clock
  }

  /// How many frames there are.
  public var count: Int { content.count }

  /// Decodes the next frames of a buffer, in place of those that were there.
  ///
  /// The table is to be shown every frame, for each moves its time on.
  ///
  /// - Parameters:
  ///   - bytes: The buffer.
  ///   - sensor: Index of the sensor, below 2^16.
  ///   - find: Writes frames of that sensor, from the first place on, and gives how many there are.
  /// - Returns: How many there are.
  /// - Complexity: O(n), for each as `Decoder.decode`; allocates nothing.
  public mutating func fill(
    from bytes: RawSpan, sensor: Int, _ find: (_ frames: inout MutableSpan<Frame>) -> Int
  ) -> Int {
    content.firstFrame &+= UInt64(truncatingIfNeeded: content.count)
    content.count = Self.find(&content.frames, find)
    let count = content.count
    rejectedCount = Self.decode(
      content.frames, count, in: bytes, with: decoder, into: &content.packets, reasons: &reasons)
    byteCount = Self.mark(
      &content.marks, content.packets, of: content.frames, count, sensor: UInt16(sensor), seed: seed,
      clock: &clock)
    if rejectedCount > 0 { markRejected() }
    return count
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
    _ marks: inout [Mark], _ packets: [Packet], of frames: [Frame], _ count: Int, sensor: UInt16, seed: UInt64,
    clock: inout FrameClock
  ) -> UInt64 {
    let (frames, packets) = (frames.span, packets.span)
    var marks = marks.mutableSpan
    // Once, so that it need not be asked for each.
    precondition(count <= min(frames.count, packets.count, marks.count))
    var byteCount: UInt64 = 0
    for place in 0..<count {
      marks[place] = Mark(
        hash: FlowKey(packets[place], scope: UInt32(sensor)).hash(seed: seed), flow: 0,
        frame: UInt32(truncatingIfNeeded: place), sensor: sensor,
        kind: clock.take(frames[place].timestamp) ? .latePacket : .packet)
      byteCount &+= UInt64(frames[place].wireLength)
    }
    return byteCount
  }

  private mutating func markRejected() {
    for place in 0..<content.count {
      guard let reason = reasons[place] else { continue }
      content.marks[place].hash = 0
      content.marks[place].kind = reason == .fragment ? .fragment : .time
    }
  }

  /// Hands over why frames are no packets.
  ///
  /// - Parameter body: Receives the reason of each such frame.
  public func forEachRejected(_ body: (RejectReason) -> Void) {
    guard rejectedCount > 0 else { return }
    for place in 0..<content.count { if let reason = reasons[place] { body(reason) } }
  }
}

extension FlowTable {
  /// How many packets ahead a flow is asked for, and half as many its state; the slots of a batch are asked for at once.
  static var ahead: Int { 10 }

  /// Makes a batch for this table.
  ///
  /// - Parameter decoder: Decodes its frames and what is inside tunnels, and verifies checksums that a grade rests on.
  /// - Returns: An empty batch.
  public func makeBatch(decoder: Decoder) -> PacketBatch {
    PacketBatch(decoder: decoder, seed: seed, clock: clock)
  }

  /// Adds the packets of a batch to their flows, as `observe(_:frame:file:number:decoder:scope:)` does with one.
  ///
  /// - Parameters:
  ///   - batch: The packets; to be filled anew before they are added to any table again.
  ///   - bytes: The buffer that holds their frames.
  /// - Complexity: O(1) amortised for each packet; allocates only when the table grows.
  public mutating func observe(_ batch: inout PacketBatch, bytes: RawSpan) {
    let decoder = batch.decoder
    observe(&batch.content, bytes: bytes, decoder: decoder)
  }

  mutating func observe(_ batch: inout PacketBatch.Content, bytes: RawSpan, decoder: Decoder) {
    observe(
      &batch.packets, &batch.marks, of: batch.frames, batch.count, first: batch.firstFrame, bytes: bytes,
      decoder: decoder)
    if let time = batch.pending { pass(time, file: batch.file) }
  }

  private mutating func observe(
    _ packets: inout [Packet], _ marks: inout [PacketBatch.Mark], of frames: [Frame], _ count: Int, first: UInt64,
    bytes: RawSpan, decoder: Decoder
  ) {
    let frames = frames.span
    var packets = packets.mutableSpan
    var marks = marks.mutableSpan
    // Once, so that it need not be asked for each.
    precondition(count >= 0 && count <= min(frames.count, packets.count, marks.count &- 2 &* Self.ahead))
    var run = Run()
    for place in 0..<2 * Self.ahead { index.prefetch(marks[place].hash) }
    for place in 0..<Self.ahead { prefetchFlow(of: &marks[place]) }
    for place in 0..<count {
      index.prefetch(marks[place &+ 2 &* Self.ahead].hash)
      prefetchFlow(of: &marks[place &+ Self.ahead])
      let flow = marks[place &+ Self.ahead / 2].flow
      if flow != 0 { states.prefetch(flows[flow].state, lines: 5) }
      if follow(&packets[place], marks[place], file: frames[place].file, &run) { continue }
      take(&run)
      frame = first &+ UInt64(marks[place].frame)
      observe(&packets[place], marks[place], of: frames[place], bytes: bytes, decoder: decoder)
    }
    take(&run)
  }

  /// Packets on the short way, one after the other: what they say of the table as a whole.
  private struct Run {
    var packets: UInt64 = 0
    var ipBytes: UInt64 = 0
    var latest = Timestamp(nanoseconds: .min)
    var file: UInt32 = 0
  }

  /// Takes what a run says into account, and begins another.
  @inline(__always)
  private mutating func take(_ run: inout Run) {
    guard run.packets != 0 else { return }
    counts.packets &+= run.packets
    counts.ipBytes &+= run.ipBytes
    latest = max(latest, run.latest)
    wheel.advanceInTick(to: run.latest)
    coverage.observe(run.latest, file: run.file)
    run = Run()
  }

  @inline(__always)
  private func prefetchFlow(of mark: inout PacketBatch.Mark) {
    mark.flow = index.guess(mark.hash)
    flows.prefetch(mark.flow, lines: 1)
  }

  /// Adds what follows from no packets before to a flow, or to the time.
  @inline(never)
  private mutating func observe(
    _ packet: inout Packet, _ mark: PacketBatch.Mark, of frame: Frame, bytes: RawSpan, decoder: Decoder
  ) {
    guard mark.kind.isPacket else {
      pass(frame.timestamp, file: frame.file)
      if mark.kind == .fragment, options.tellsWatchedFrames { observeFragment(packet, of: frame, bytes: bytes) }
      return
    }
    isWatchedFrame = false
    place = bufferStart &+ UInt64(frame.offset)
    let content = bytes.extracting(frame.range)
    observe(
      &packet, hash: mark.hash, guess: mark.flow, isLate: mark.kind == .latePacket, frame: content, file: frame.file,
      number: frame.number, decoder: decoder, scope: PacketScope(sensor: Int(mark.sensor)))
    if isWatchedFrame { noteWatchedFrame(packet, content) }
  }

  /// Takes a packet into account that only goes on with an unwatched flow, and changes nothing but its figures: in a few
  /// steps what `observe` would do.
  ///
  /// - Parameters:
  ///   - packet: The packet; it stays as it is, and is lent so that it need not be copied.
  ///   - mark: What is known of its flow.
  ///   - file: Index of its capture file.
  ///   - run: Takes what it says of the table as a whole.
  /// - Returns: False, and nothing changed, if it may do more.
  @inline(always)
  private mutating func follow(
    _ packet: inout Packet, _ mark: PacketBatch.Mark, file: UInt32, _ run: inout Run
  ) -> Bool {
    let (handle, time) = (mark.flow, packet.timestamp)
    guard handle != 0, mark.kind == .packet, packet.mayGoOn, wheel.isAt(time), options.activeTimeout == 0
    else { return false }
    let state = flows[handle].state
    guard state != 0, flows[handle].watch == 0, flows[handle].isOpen else { return false }
    let (isOwn, isForward) = flows[handle].direction(of: packet, scope: UInt32(mark.sensor))
    guard isOwn else { return false }
    let fromOriginator = isForward != flows[handle].marks.contains(.sourceIsResponder)
    guard
      states[state].follow(
        &packet, isForward: isForward, fromOriginator: fromOriginator, within: shortestTimeout, pools: &pools)
    else { return false }
    if run.file != file {
      take(&run)
      run.file = file
    }
    run.packets &+= 1
    run.ipBytes &+= UInt64(packet.ipLength)
    run.latest = max(run.latest, time)
    return true
  }
}
