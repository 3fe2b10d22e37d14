public import Packets

/// Deals the packets of a run out to several tables: each frame is decoded once, and its packet goes to the table to whose
/// share its flow falls; the others are told its time.
///
/// ```
///   batch of all ──► packets of table 0, on this thread
///           └──────► packets of table 1 ──► parcel ──► another thread
/// ```
/// Not thread-safe: one thread deals.
@safe
public struct PacketDealer: ~Copyable {
  /// How many tables there are.
  public let count: Int
  private let hands: UnsafeMutablePointer<DealtPackets>
  private let shares: [FlowShare]
  /// Whether those of any table are full.
  private var isAnyFull = false

  /// Makes a dealer.
  ///
  /// - Parameter tables: How many there are, each with the share that `FlowShare` gives it.
  public init(tables: Int) {
    count = tables
    shares = (0..<tables).map { FlowShare(index: $0, of: tables) }
    unsafe hands = .allocate(capacity: tables)
    // Below `count`, for which there is room; each is initialised once.
    for index in 0..<tables { unsafe (hands + index).initialize(to: DealtPackets()) }
  }

  deinit {
    unsafe hands.deinitialize(count: count)
    unsafe hands.deallocate()
  }

  /// Whether the packets of a table must be taken before more are dealt.
  ///
  /// - Parameter index: Which table, from 0.
  /// - Returns: Whether there is room for no more.
  public func isFull(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    // Checked by the line above, and initialised.
    return unsafe hands[index].isFull
  }

  /// Whether nothing was dealt to a table since its packets were taken.
  ///
  /// - Parameter index: Which table, from 0.
  /// - Returns: Whether there is nothing to take.
  public func isEmpty(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    // As above.
    return unsafe hands[index].isEmpty
  }

  /// Deals the packets of a batch, until there is room for no more of a table's.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - start: The first place that was not dealt yet.
  /// - Returns: The first place that was not dealt; the number of places if all were.
  /// - Complexity: O(kn) in tables and packets.
  public mutating func deal(_ batch: borrowing PacketBatch, from start: Int) -> Int {
    var place = start
    while place < batch.content.count, !isAnyFull {
      let part = batch.part(at: place)
      for index in 0..<count {
        // Below `count`: initialised.
        unsafe hands[index].take(batch, place, isPacket: shares[index].keeps(part: part))
        if unsafe hands[index].isFull { isAnyFull = true }
      }
      place &+= 1
    }
    return place
  }

  /// Hands the packets dealt to a table over to a parcel.
  ///
  /// - Parameters:
  ///   - index: Which table, from 0.
  ///   - parcel: Receives them in place of what it had.
  public mutating func move(_ index: Int, to parcel: PacketParcel) {
    precondition(index >= 0 && index < count)
    // Checked by the line above, and initialised.
    unsafe hands[index].move(to: parcel)
    isAnyFull = (0..<count).contains { isFull($0) }
  }
}

/// The packets dealt to one table, and the times of the frames between them.
private struct DealtPackets: ~Copyable {
  private var content = PacketBatch.Content()
  private var frameCount: UInt64 = 0
  private var tick = Int64.min

  /// Whether there is nothing to tell the table.
  var isEmpty: Bool { content.count == 0 && content.pending == nil }

  /// Whether there is room for no more: a frame adds one packet, and the time of those before.
  var isFull: Bool { content.count >= PacketBatch.capacity - 1 }

  /// Takes a packet, or the time of a frame that is none of the table's.
  mutating func take(_ batch: borrowing PacketBatch, _ place: Int, isPacket: Bool) {
    let (time, file) = (batch.content.frames[place].timestamp, batch.content.frames[place].file)
    let order = UInt32(truncatingIfNeeded: frameCount &- content.firstFrame)
    frameCount &+= 1
    let isSame = file == content.file && TimeWheel.tick(time) == tick
    if !isSame { change(to: file, time, order) }
    if isPacket {
      content.frames[content.count] = batch.content.frames[place]
      content.packets[content.count] = batch.content.packets[place]
      content.marks[content.count] = batch.content.marks[place]
      content.marks[content.count].frame = order
      content.count &+= 1
    } else if isSame {
      content.pending = content.pending.map { max($0, time) } ?? time
    } else {
      addTime(time, order)
    }
  }

  /// Goes over to another file or another second or so.
  private mutating func change(to file: UInt32, _ time: Timestamp, _ order: UInt32) {
    if let pending = content.pending { addTime(pending, order) }
    content.pending = nil
    content.file = file
    tick = TimeWheel.tick(time)
  }

  private mutating func addTime(_ time: Timestamp, _ order: UInt32) {
    content.frames[content.count].timestamp = time
    content.frames[content.count].file = content.file
    content.marks[content.count] = PacketBatch.Mark(frame: order, kind: .time)
    content.count &+= 1
  }

  /// Hands the packets over to a parcel, and goes on without any.
  mutating func move(to parcel: PacketParcel) {
    swap(&content, &parcel.content)
    content.file = parcel.content.file
    content.count = 0
    content.pending = nil
    content.firstFrame = frameCount
  }
}

/// The packets dealt to a table, on their way to it.
///
/// Owned by one thread at a time.
public final class PacketParcel: @unchecked Sendable {
  fileprivate var content = PacketBatch.Content()

  /// Makes an empty parcel.
  public init() {}
}

extension PacketBatch {
  /// The part into which the flow of a packet falls; below the first for what is no packet.
  @inline(__always)
  fileprivate func part(at place: Int) -> Int {
    content.marks[place].kind.isPacket ? FlowShare.part(of: content.packets[place]) : -1
  }
}

extension FlowTable {
  /// Adds the packets of a parcel to their flows, as `observe` does with those of a batch.
  ///
  /// - Parameters:
  ///   - parcel: The packets; what it holds afterwards is of no use.
  ///   - bytes: The buffer that holds their frames.
  ///   - decoder: As that of `makeBatch`.
  public mutating func observe(_ parcel: PacketParcel, bytes: RawSpan, decoder: Decoder) {
    observe(&parcel.content, bytes: bytes, decoder: decoder)
  }
}
