public import Packets

/// Packets on their way into a flow table, decoded from the frames of one buffer.
///
/// A batch knows which flows its packets belong to before the table is asked, so that the table can have the cache lines
/// of the next packets loaded while it works on one. Not thread-safe; for a table on another thread, see `PacketDealer`.
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

  /// The packets of a batch without what the next ones depend on.
  struct Content: ~Copyable {
    /// Those behind the last packet are old ones, or empty; the table looks ahead without asking where the batch ends.
    var elements = Storage(repeating: Element(), count: PacketBatch.capacity + FlowTable.ahead)
    var count = 0
    /// Which frame of the run was the first since the batch was empty.
    var firstFrame: UInt64 = 0
    /// The latest time of the frames since the last element that are not the table's, if they are of its file and about
    /// its time.
    var pending: Timestamp?
    var file: UInt32 = 0
  }

  /// Most packets of a batch.
  public static let capacity = 128

  fileprivate var content = Content()
  /// Whether the table must take the packets before more frames can be added; stored, for the batch would be copied to be
  /// asked.
  public private(set) var isFull = false
  private var frameCount: UInt64 = 0
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

  /// Whether there is nothing to tell the table.
  var isEmpty: Bool { content.count == 0 && content.pending == nil }

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
    let step = advance(to: timestamp, file: file)
    let place = content.count
    let reason = decoder.decode(
      frame, linkType: linkType, wireLength: wireLength, into: &content.elements[place].packet)
    // Asked of a whole share, the packet would be copied to be asked of.
    guard reason == nil, share.isWhole || share.keeps(content.elements[place].packet) else {
      pass(timestamp, step)
      return reason
    }
    Self.complete(
      &content.elements[place], step, at: offset, capturedLength: frame.byteCount, timestamp: timestamp, file: file,
      number: number, sensor: sensor, seed: seed)
    grow()
    return nil
  }

  /// Adds a packet that was decoded, whose flow falls to the table; the same as `add` does with its frame.
  @inline(__always)
  mutating func add(
    _ packet: borrowing Packet, at offset: Int, capturedLength: Int, timestamp: Timestamp, file: UInt32, number: UInt64,
    sensor: Int
  ) {
    let step = advance(to: timestamp, file: file)
    let place = content.count
    content.elements[place].packet = copy packet
    Self.complete(
      &content.elements[place], step, at: offset, capturedLength: capturedLength, timestamp: timestamp, file: file,
      number: number, sensor: sensor, seed: seed)
    grow()
  }

  /// Takes a frame into account that is no packet, or whose flow falls to another table.
  @inline(__always)
  mutating func pass(_ time: Timestamp, file: UInt32) { pass(time, advance(to: time, file: file)) }

  /// What a frame's place among the others says.
  private struct Step {
    let isLate: Bool
    /// Its place since `Content.firstFrame`.
    let order: UInt32
    /// Whether it is of the file of the one before, and about its time.
    let isSame: Bool
  }

  @inline(__always)
  private mutating func advance(to time: Timestamp, file: UInt32) -> Step {
    let isLate = clock.take(time)
    let order = UInt32(truncatingIfNeeded: frameCount &- content.firstFrame)
    frameCount &+= 1
    let isSame = file == content.file && TimeWheel.tick(time) == tick
    if !isSame { change(to: file, time, order) }
    return Step(isLate: isLate, order: order, isSame: isSame)
  }

  @inline(__always)
  private static func complete(
    _ element: inout Element, _ step: Step, at offset: Int, capturedLength: Int, timestamp: Timestamp, file: UInt32,
    number: UInt64, sensor: Int, seed: UInt64
  ) {
    element.packet.timestamp = timestamp
    element.offset = offset
    element.number = number
    element.capturedLength = UInt32(truncatingIfNeeded: capturedLength)
    element.file = file
    element.sensor = UInt32(truncatingIfNeeded: sensor)
    element.hash = FlowKey(element.packet, scope: element.sensor).hash(seed: seed)
    element.frame = step.order
    element.kind = step.isLate ? .latePacket : .packet
  }

  @inline(__always)
  private mutating func pass(_ time: Timestamp, _ step: Step) {
    if step.isSame {
      content.pending = content.pending.map { max($0, time) } ?? time
    } else {
      addTime(time, step.order)
    }
  }

  /// Goes over to another file or another second or so.
  @inline(never)
  private mutating func change(to file: UInt32, _ time: Timestamp, _ order: UInt32) {
    if let pending = content.pending { addTime(pending, order) }
    content.pending = nil
    content.file = file
    tick = TimeWheel.tick(time)
  }

  private mutating func addTime(_ time: Timestamp, _ order: UInt32) {
    let place = content.count
    content.elements[place].packet.timestamp = time
    content.elements[place].file = content.file
    content.elements[place].frame = order
    content.elements[place].hash = 0
    content.elements[place].kind = .time
    grow()
  }

  @inline(__always)
  private mutating func grow() {
    content.count &+= 1
    // A frame adds one packet, and the time of those before.
    isFull = content.count >= Self.capacity - 1
  }

  /// Empties the batch.
  fileprivate mutating func clear() {
    content.count = 0
    content.pending = nil
    content.firstFrame = frameCount
    isFull = false
  }

  /// Hands the packets over to a parcel, and leaves the batch empty.
  ///
  /// - Parameter parcel: Receives them in place of what it had.
  mutating func move(to parcel: PacketParcel) {
    swap(&content, &parcel.content)
    content.file = parcel.content.file
    clear()
  }
}

/// The packets of a batch on their way to a table on another thread.
///
/// Owned by one thread at a time.
public final class PacketParcel: @unchecked Sendable {
  fileprivate var content = PacketBatch.Content()

  /// Makes an empty parcel.
  public init() {}
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
    let decoder = batch.decoder
    observe(&batch.content, bytes: bytes, decoder: decoder)
    batch.clear()
  }

  /// The same for the packets of a parcel.
  ///
  /// - Parameters:
  ///   - parcel: The packets; what it holds afterwards is of no use.
  ///   - bytes: The buffer that holds their frames.
  ///   - decoder: As that of `makeBatch`.
  public mutating func observe(_ parcel: PacketParcel, bytes: RawSpan, decoder: Decoder) {
    observe(&parcel.content, bytes: bytes, decoder: decoder)
  }

  private mutating func observe(_ batch: inout PacketBatch.Content, bytes: RawSpan, decoder: Decoder) {
    let count = batch.count
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
