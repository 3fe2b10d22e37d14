public import Packets

/// Packets on their way into a flow table, decoded from the frames of one buffer.
///
/// A batch knows which flows its packets belong to before the table is asked, so that the table can have the cache lines
/// of the next packets loaded while it works on one. Not thread-safe; may be filled on one thread and used on another.
public struct PacketBatch: ~Copyable {
  /// A packet and where it came from.
  struct Element: BitwiseCopyable {
    var packet = Packet()
    /// Where its frame stands in the buffer.
    var offset = 0
    var number: UInt64 = 0
    var capturedLength: UInt32 = 0
    var file: UInt32 = 0
    /// The hash of its flow's key.
    var hash: UInt32 = 0
    /// Index of the sensor.
    var sensor: UInt32 = 0
    /// The flow that it most likely belongs to, as the table stood some packets before.
    var flow: UInt32 = 0
    /// Its place among the frames since `PacketBatch.firstFrame`.
    var frame: UInt32 = 0
    var kind = Kind.packet
  }

  enum Kind: UInt8 {
    case packet
    /// A packet whose flow may have begun before, as time fell back.
    case latePacket
    /// No more than the time of a frame that is not the table's.
    case time
  }

  /// Most packets of a batch.
  public static let capacity = 128

  /// Those behind the last packet are old ones, or empty; the table looks ahead without asking where the batch ends.
  var elements = Storage(repeating: Element(), count: PacketBatch.capacity + FlowTable.ahead)
  private(set) var count = 0
  /// Which frame of the run was the first since the batch was empty.
  private(set) var firstFrame: UInt64 = 0
  private var frameCount: UInt64 = 0
  /// The latest time of the frames since the last element that are not the table's, if they are of its file and about
  /// its time.
  private(set) var pending: Timestamp?
  private(set) var file: UInt32 = 0
  private var tick = Int64.min
  private var clock: FrameClock
  let decoder: Decoder
  private let seed: UInt64
  private let share: FlowShare

  init(decoder: Decoder, seed: UInt64, share: FlowShare, clock: FrameClock) {
    self.decoder = decoder
    self.seed = seed
    self.share = share
    self.clock = clock
  }

  /// Whether the table must take the packets before more frames can be added.
  @inline(__always)
  public var isFull: Bool { count >= Self.capacity - 1 }

  /// Decodes a frame, and adds the packet if it is one and its flow falls to the table.
  ///
  /// The table is to be shown every frame, for each moves its time on.
  ///
  /// - Parameters:
  ///   - frame: The captured bytes.
  ///   - offset: Where they stand in the buffer that `FlowTable.observe` will be given.
  ///   - linkType: The interface's link type.
  ///   - wireLength: Bytes of the frame on the wire.
  ///   - timestamp: When it was captured.
  ///   - file: Index of its capture file.
  ///   - number: Its frame number.
  ///   - sensor: Index of the sensor.
  /// - Returns: Nothing if the frame is a packet, else why it is not.
  /// - Complexity: O(1), as `Decoder.decode`; a full batch takes no more (a precondition).
  @inline(__always)
  public mutating func add(
    _ frame: RawSpan, at offset: Int, linkType: LinkType, wireLength: UInt32, timestamp: Timestamp, file: UInt32,
    number: UInt64, sensor: Int
  ) -> RejectReason? {
    let isLate = clock.take(timestamp)
    let order = UInt32(truncatingIfNeeded: frameCount &- firstFrame)
    frameCount &+= 1
    let isSame = file == self.file && TimeWheel.tick(timestamp) == tick
    if !isSame { change(to: file, timestamp, order) }
    let place = count
    if !share.isWhole, linkType == .ethernet, let pair = Decoder.plainAddresses(frame),
      !share.owns(pair.source, pair.destination)
    {
      pass(timestamp, isSame: isSame, order)
      return nil
    }
    let reason = decoder.decode(frame, linkType: linkType, wireLength: wireLength, into: &elements[place].packet)
    guard reason == nil, share.keeps(elements[place].packet) else {
      pass(timestamp, isSame: isSame, order)
      return reason
    }
    elements[place].packet.timestamp = timestamp
    elements[place].offset = offset
    elements[place].number = number
    elements[place].capturedLength = UInt32(truncatingIfNeeded: frame.byteCount)
    elements[place].file = file
    elements[place].sensor = UInt32(truncatingIfNeeded: sensor)
    elements[place].hash = FlowKey(elements[place].packet, scope: UInt32(truncatingIfNeeded: sensor)).hash(seed: seed)
    elements[place].frame = order
    elements[place].kind = isLate ? .latePacket : .packet
    count = place &+ 1
    return nil
  }

  /// Takes the time of a frame into account that is not the table's.
  @inline(__always)
  private mutating func pass(_ time: Timestamp, isSame: Bool, _ order: UInt32) {
    if isSame {
      pending = pending.map { max($0, time) } ?? time
    } else {
      addTime(time, order)
    }
  }

  /// Goes over to another file or another second or so.
  @inline(never)
  private mutating func change(to file: UInt32, _ time: Timestamp, _ order: UInt32) {
    if let pending { addTime(pending, order) }
    pending = nil
    self.file = file
    tick = TimeWheel.tick(time)
  }

  private mutating func addTime(_ time: Timestamp, _ order: UInt32) {
    elements[count].packet.timestamp = time
    elements[count].file = file
    elements[count].frame = order
    elements[count].hash = 0
    elements[count].kind = .time
    count &+= 1
  }

  /// Empties the batch.
  fileprivate mutating func clear() {
    count = 0
    pending = nil
    firstFrame = frameCount
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
    PacketBatch(decoder: decoder, seed: seed, share: share, clock: clock)
  }

  /// Adds the packets of a batch to their flows, as `observe(_:frame:file:number:decoder:scope:)` does with one.
  ///
  /// - Parameters:
  ///   - batch: The packets; empty afterwards.
  ///   - bytes: The buffer that holds their frames.
  /// - Complexity: O(1) amortised for each packet; allocates only when the table grows.
  public mutating func observe(_ batch: inout PacketBatch, bytes: RawSpan) {
    let (count, decoder) = (batch.count, batch.decoder)
    for place in 0..<count { index.prefetch(batch.elements[place].hash) }
    for place in 0..<Self.ahead { prefetchFlow(of: &batch.elements[place]) }
    for place in 0..<count {
      prefetchFlow(of: &batch.elements[place &+ Self.ahead])
      let flow = batch.elements[place &+ Self.ahead / 2].flow
      if flow != 0 { states.prefetch(flows[flow].state, lines: 5) }
      if follow(&batch.elements[place]) { continue }
      frame = batch.firstFrame &+ UInt64(batch.elements[place].frame)
      observe(&batch.elements[place], bytes: bytes, decoder: decoder)
    }
    if let time = batch.pending { pass(time, file: batch.file) }
    batch.clear()
  }

  @inline(__always)
  private func prefetchFlow(of element: inout PacketBatch.Element) {
    element.flow = index.guess(element.hash)
    flows.prefetch(element.flow, lines: 1)
  }

  /// Adds what follows from no packets before to a flow, or to the time.
  @inline(never)
  private mutating func observe(_ element: inout PacketBatch.Element, bytes: RawSpan, decoder: Decoder) {
    guard element.kind != .time else { return pass(element.packet.timestamp, file: element.file) }
    isWatchedFrame = false
    place = bufferStart &+ UInt64(element.offset)
    observe(
      &element.packet, hash: element.hash, guess: element.flow, isLate: element.kind == .latePacket,
      frame: bytes.extracting(element.offset..<element.offset &+ Int(element.capturedLength)), file: element.file,
      number: element.number, decoder: decoder, scope: PacketScope(sensor: Int(element.sensor)))
    if isWatchedFrame {
      noteWatchedFrame(element.packet, bytes.extracting(element.offset..<element.offset &+ Int(element.capturedLength)))
    }
  }

  /// Takes a packet into account that only goes on with an unwatched flow, and changes nothing but its figures: in a few
  /// steps what `observe` would do.
  ///
  /// - Returns: False, and nothing changed, if it may do more.
  @inline(always)
  private mutating func follow(_ element: inout PacketBatch.Element) -> Bool {
    let (handle, time) = (element.flow, element.packet.timestamp)
    guard handle != 0, element.kind == .packet, element.packet.mayGoOn, wheel.isAt(time), options.activeTimeout == 0
    else { return false }
    let state = flows[handle].state
    guard state != 0, flows[handle].watch == 0, flows[handle].isOpen else { return false }
    let (isOwn, isForward) = flows[handle].direction(of: element.packet, scope: element.sensor)
    guard isOwn else { return false }
    let fromOriginator = isForward != flows[handle].marks.contains(.sourceIsResponder)
    guard
      states[state].follow(
        &element.packet, isForward: isForward, fromOriginator: fromOriginator, within: shortestTimeout, pools: &pools)
    else { return false }
    latest = max(latest, time)
    coverage.observe(time, file: element.file)
    counts.packets &+= 1
    counts.ipBytes &+= UInt64(element.packet.ipLength)
    wheel.advanceInTick(to: time)
    return true
  }
}
