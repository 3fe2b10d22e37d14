public import Packets

/// A batch of packets that is decoded once and shown to several tables, each of which takes those of its share.
///
/// ```
///                     ┌──► table 0: places 0 2 5 …
///   frames ──► batch ─┤
///                     └──► table 1: places 1 3 4 …
/// ```
/// One thread at a time finds and decodes; then any number may show it to their tables.
public struct SharedBatch: ~Copyable {
  /// Frames of the same moment of the time wheel, one after the other.
  struct Spell {
    /// The place behind the last.
    var end: Int
    /// The time of the first.
    var first: Timestamp
    /// The latest time.
    var latest: Timestamp

    init(from first: Timestamp) { (end, self.first, latest) = (0, first, first) }
  }

  /// The packets of all tables.
  public private(set) var batch: PacketBatch
  /// For each table, where its packets stand in the batch.
  fileprivate private(set) var places: [UInt8]
  /// For each table, the first of its places that is not taken.
  private var ends: [Int]
  /// For each spell and table, how many of its places there are by its end.
  private var counts: [Int] = []
  fileprivate private(set) var spells: [Spell] = []
  /// Which table keeps a part.
  private let owners: [UInt8]
  private let tables: Int

  /// Makes an empty batch.
  ///
  /// - Parameters:
  ///   - batch: A new batch, made for one of the tables.
  ///   - tables: How many there are.
  public init(_ batch: consuming PacketBatch, tables: Int) {
    self.batch = batch
    self.tables = tables
    places = Array(repeating: 0, count: tables * Self.row)
    ends = Array(repeating: 0, count: tables)
    owners = (0..<FlowShare.parts).map { part in
      UInt8((0..<tables).first { FlowShare(index: $0, of: tables).keeps(part: part) } ?? 0)
    }
  }

  /// Places of a table.
  private static var row: Int { PacketBatch.capacity + PacketBatch.margin }

  /// Finds the next frames of a run, in place of those that were there.
  ///
  /// - Parameters:
  ///   - sequence: Where they stand in the run; the next frames afterwards.
  ///   - find: Writes frames of one file from the first place on, and gives how many there are.
  /// - Returns: How many there are.
  public mutating func find(
    in sequence: inout FrameSequence, _ find: (_ frames: inout MutableSpan<Frame>) -> Int
  ) -> Int {
    batch.sequence = sequence
    guard batch.find(find) > 0 else { return 0 }
    sequence.take(batch.frames, batch.count, into: &spells)
    return batch.count
  }

  /// Decodes the frames that were found.
  ///
  /// - Parameters:
  ///   - bytes: The buffer that holds them.
  ///   - sensor: Index of their sensor, below 2^16.
  /// - Complexity: O(n), for each as `Decoder.decode`.
  public mutating func decode(from bytes: RawSpan, sensor: Int) {
    batch.decode(from: bytes, sensor: sensor)
    counts.removeAll(keepingCapacity: true)
    for table in 0..<tables { ends[table] = table * Self.row }
    var start = 0
    for spell in spells {
      Self.deal(batch, start..<spell.end, owners: owners, to: &places, &ends)
      for table in 0..<tables { counts.append(ends[table] - table * Self.row) }
      start = spell.end
    }
  }

  private static func deal(
    _ batch: borrowing PacketBatch, _ range: Range<Int>, owners: [UInt8], to places: inout [UInt8], _ ends: inout [Int]
  ) {
    let (marks, packets, owners) = (batch.marks.span, batch.packets.span, owners.span)
    var places = places.mutableSpan
    var ends = ends.mutableSpan
    for place in range where marks[place].kind.isPacket {
      let part = FlowShare.part(of: packets[place])
      guard part == FlowShare.parts else {
        let table = Int(owners[part])
        places[ends[table]] = UInt8(truncatingIfNeeded: place)
        ends[table] &+= 1
        continue
      }
      // Those of tunnels are in every table.
      for table in ends.indices {
        places[ends[table]] = UInt8(truncatingIfNeeded: place)
        ends[table] &+= 1
      }
    }
  }

  /// Where the places of a table begin in a spell, and how many they are.
  fileprivate func places(of table: Int, in spell: Int) -> (start: Int, count: Int) {
    let start = spell == 0 ? 0 : counts[(spell - 1) * tables + table]
    return (table * Self.row + start, counts[spell * tables + table] - start)
  }
}

extension FlowTable {
  /// Adds the packets of a batch that are the table's to their flows, and takes the time of the others into account.
  ///
  /// - Parameters:
  ///   - shared: The packets.
  ///   - bytes: The buffer that holds their frames.
  /// - Complexity: O(1) amortised for each packet; allocates only when the table grows.
  public mutating func observe(_ shared: borrowing SharedBatch, bytes: RawSpan) {
    var place = 0
    for index in shared.spells.indices {
      let spell = shared.spells[index]
      // All are of one file.
      let (file, own) = (shared.batch.file, shared.places(of: share.index, in: index))
      frame = shared.batch.firstFrame &+ UInt64(truncatingIfNeeded: place)
      pass(spell.first, file: file)
      observe(
        shared.batch, shared.places.span.extracting(own.start..<own.start + own.count + PacketBatch.margin), own.count,
        bytes: bytes)
      pass(spell.latest, file: file)
      place = spell.end
    }
  }
}
