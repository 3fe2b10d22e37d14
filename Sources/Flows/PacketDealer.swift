public import Packets

/// Deals the packets of a run out to several tables: each frame is decoded once, and its packet goes to the table to whose
/// share its flow falls; the others are told its time.
///
/// ```
///   frame ──► packet ──► batch of table 0, on this thread
///                  └───► batch of table 1 ──► parcel ──► another thread
/// ```
/// Not thread-safe: one thread deals.
@safe
public struct PacketDealer: ~Copyable {
  /// Tables beside the first.
  public let count: Int
  /// The batches of those tables.
  private let batches: UnsafeMutablePointer<PacketBatch>
  private let shares: [FlowShare]
  private let decoder: Decoder
  private var packet = Packet()

  /// Makes a dealer.
  ///
  /// - Parameters:
  ///   - tables: How many there are, the first included, each with the share that `FlowShare` gives it.
  ///   - options: As those of the tables, whose hash has the same key.
  ///   - decoder: Decodes frames.
  public init(tables: Int, options: FlowTableOptions, decoder: Decoder) {
    count = tables - 1
    shares = (0..<tables).map { FlowShare(index: $0, of: tables) }
    self.decoder = decoder
    unsafe batches = .allocate(capacity: max(count, 1))
    for index in 0..<count {
      // Below `count`, for which there is room; each is initialised once.
      unsafe (batches + index).initialize(
        to: PacketBatch(
          decoder: decoder, seed: options.seed, share: shares[index + 1],
          clock: FrameClock(shortestTimeout: options.shortestTimeout)))
    }
  }

  deinit {
    unsafe batches.deinitialize(count: count)
    unsafe batches.deallocate()
  }

  /// Whether the packets of a table beside the first must be moved to a parcel before more frames are dealt.
  ///
  /// - Parameter index: Which of those tables, from 0.
  /// - Returns: Whether there is room for no more.
  @inline(__always)
  public func isFull(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    // Checked by the line above, and initialised.
    return unsafe batches[index].isFull
  }

  /// Decodes a frame and deals its packet.
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
  ///   - own: The batch of the first table.
  /// - Returns: Nothing if the frame is a packet, else why it is not.
  /// - Complexity: O(k) in the tables; no batch may be full (a precondition).
  @inline(__always)
  public mutating func deal(
    _ frame: RawSpan, at offset: Int, linkType: LinkType, wireLength: UInt32, timestamp: Timestamp, file: UInt32,
    number: UInt64, sensor: Int, own: inout PacketBatch
  ) -> RejectReason? {
    let reason = decoder.decode(frame, linkType: linkType, wireLength: wireLength, into: &packet)
    let part = reason == nil ? FlowShare.part(of: packet) : -1
    if shares[0].keeps(part: part) {
      own.add(
        packet, at: offset, capturedLength: frame.byteCount, timestamp: timestamp, file: file, number: number,
        sensor: sensor)
    } else {
      own.pass(timestamp, file: file)
    }
    for index in 0..<count {
      // Below `count`: initialised.
      if shares[index &+ 1].keeps(part: part) {
        unsafe batches[index].add(
          packet, at: offset, capturedLength: frame.byteCount, timestamp: timestamp, file: file, number: number,
          sensor: sensor)
      } else {
        unsafe batches[index].pass(timestamp, file: file)
      }
    }
    return reason
  }

  /// Hands the packets dealt to a table beside the first over to a parcel.
  ///
  /// - Parameters:
  ///   - index: Which of those tables, from 0.
  ///   - parcel: Receives them in place of what it had.
  public mutating func move(_ index: Int, to parcel: PacketParcel) {
    precondition(index >= 0 && index < count)
    // Checked by the line above, and initialised.
    unsafe batches[index].move(to: parcel)
  }

  /// Whether nothing was dealt to a table beside the first since its packets were moved.
  ///
  /// - Parameter index: Which of those tables, from 0.
  /// - Returns: Whether there is nothing to move.
  public func isEmpty(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    // As above.
    return unsafe batches[index].isEmpty
  }
}
