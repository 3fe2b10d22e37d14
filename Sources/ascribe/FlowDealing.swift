import Capture
import Flows
import Packets

/// Hands packets to this thread's flow table and to the threads of others, in trains of parcels.
///
/// Parcels come back and are used again; there are so few that a thread that falls behind is waited for, and memory is
/// bounded. Each keeps the bytes of its frames, which a table reads only of flows that it watches.
struct FlowDealing: ~Copyable {
  /// A parcel with the bytes of its frames.
  struct Handout: Sendable {
    let parcel: PacketParcel
    let bytes: FrameBytes
  }

  /// Handouts in the order of their frames, and what ends with the last one.
  struct Train: Sendable {
    enum End { case stretch, run }

    var handouts: [Handout] = []
    var end: End?
  }

  /// What leads to a thread and back.
  struct Lane: Sendable {
    let filled = Channel<Train>()
    let empty = Channel<[PacketParcel]>()

    init() {
      for _ in 0..<FlowDealing.trainCount {
        empty.send((0..<FlowDealing.trainLength).map { _ in PacketParcel() })
      }
    }

    /// Ends the lane from either side.
    func close() {
      filled.close()
      empty.close()
    }
  }

  /// Parcels of a train: so many that handing one over costs little beside what it holds.
  private static let trainLength = 8
  /// Trains on their way; more take more room in the caches and gain nothing.
  private static let trainCount = 4

  private var dealer: PacketDealer
  private let decoder: Packets.Decoder
  /// What this thread's table takes its packets from.
  private let own = PacketParcel()
  private let lanes: [Lane]
  private var trains: [Train]
  private var spares: [[PacketParcel]]
  private var bytes: FrameBytes?

  /// Makes a dealing.
  ///
  /// - Parameters:
  ///   - lanes: What leads to each of the other tables.
  ///   - decoder: As the tables'.
  init(to lanes: [Lane], decoder: Packets.Decoder) {
    dealer = PacketDealer(tables: lanes.count + 1)
    self.decoder = decoder
    self.lanes = lanes
    trains = lanes.map { _ in Train() }
    spares = lanes.map { _ in [] }
  }

  deinit {
    for lane in lanes { lane.filled.close() }
  }

  /// Says in which bytes the next frames lie.
  mutating func begin(_ bytes: FrameBytes?) {
    guard let bytes, !bytes.isSame(as: self.bytes) else { return }
    for index in lanes.indices { hand(index) }
    self.bytes = bytes
  }

  /// Deals packets.
  ///
  /// - Parameters:
  ///   - batch: The packets.
  ///   - table: This thread's table.
  ///   - bytes: The buffer that holds their frames.
  mutating func deal(_ batch: borrowing PacketBatch, to table: inout FlowTable, _ bytes: RawSpan) {
    var place = 0
    while true {
      place = dealer.deal(batch, from: place)
      if place == batch.count { return }
      if dealer.isFull(0) { endBuffer(to: &table, bytes) }
      for index in lanes.indices where dealer.isFull(index + 1) { hand(index) }
    }
  }

  /// Gives this thread's table what was dealt to it; the buffer may change then.
  mutating func endBuffer(to table: inout FlowTable, _ bytes: RawSpan) {
    dealer.move(0, to: own)
    table.observe(own, bytes: bytes, decoder: decoder)
  }

  /// Sends all that was dealt, and says that a stretch of frames has ended.
  mutating func endStretch(isLast: Bool) {
    for index in lanes.indices {
      hand(index)
      send(index, end: isLast ? .run : .stretch)
    }
  }

  @inline(never)
  private mutating func hand(_ index: Int) {
    guard !dealer.isEmpty(index + 1) else { return }
    guard let bytes else { preconditionFailure("the bytes of frames that are dealt are not kept") }
    if spares[index].isEmpty { spares[index] = lanes[index].empty.receive() ?? [] }
    guard let parcel = spares[index].popLast() else {
      // The lane is closed, for its thread did not start: whoever waits for it is told.
      return dealer.move(index + 1, to: PacketParcel())
    }
    dealer.move(index + 1, to: parcel)
    trains[index].handouts.append(Handout(parcel: parcel, bytes: bytes))
    if trains[index].handouts.count == Self.trainLength { send(index, end: nil) }
  }

  private mutating func send(_ index: Int, end: Train.End?) {
    trains[index].end = end
    lanes[index].filled.send(trains[index])
    trains[index] = Train()
  }
}
