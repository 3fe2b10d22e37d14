/// Storage that TCP connections need rarely: ranges beyond gaps, and histories that outgrow their place.
struct TCPPools: ~Copyable {
  /// The letters of a history that fit together, and the handle of those before them.
  struct Letters: BitwiseCopyable {
    var letters: UInt64
    var before: UInt32
  }

  var ranges = GapRanges()
  var letters = Slab<Letters>()

  /// What is in use of both.
  @inline(__always)
  var count: Int { ranges.count &+ letters.count }
}

/// Zeek's history of a connection: a letter for each kind of event, upper case for the originator's.
///
/// The latest letters stand here, up to twelve, which is more than most connections have from their SYN to their last
/// acknowledgement; when another comes they move into the pool.
struct TCPHistory: BitwiseCopyable {
  /// What is written, by the number that stands for it.
  enum Letter: UInt8 {
    case synAck, syn, ack, data, fin, rst, finAndRST, multipleFlags, gap, retransmission, zeroWindow
    /// The roles were exchanged.
    case flip

    fileprivate static let text = Array("HSADFRIQGTW^".utf8)
  }

  /// Letters kept; RSTs with ever new numbers would otherwise write without end.
  static let limit: UInt16 = 4_096
  /// Letters that stand together.
  private static var room: UInt16 { 12 }
  /// Bits of a letter: its number, and whether the responder is meant.
  private static var width: UInt64 { 5 }
  private static var isResponders: UInt64 { 1 << 4 }

  private var letters: UInt64 = 0
  private var before: UInt32 = 0
  private(set) var count: UInt16 = 0

  /// The originator's SYN alone.
  static var syn: TCPHistory {
    var history = TCPHistory()
    (history.letters, history.count) = (bits(.syn, fromOriginator: true), 1)
    return history
  }

  mutating func append(_ letter: Letter, fromOriginator: Bool = true, _ pools: inout TCPPools) {
    guard count < Self.limit else { return }
    let place = count % Self.room
    if place == 0, count > 0 {
      guard let handle = pools.letters.allocate(TCPPools.Letters(letters: letters, before: before)) else { return }
      before = handle
      letters = 0
    }
    letters |= Self.bits(letter, fromOriginator: fromOriginator) << (UInt64(place) &* Self.width)
    count += 1
  }

  @inline(__always)
  private static func bits(_ letter: Letter, fromOriginator: Bool) -> UInt64 {
    UInt64(letter.rawValue) | (fromOriginator ? 0 : isResponders)
  }

  /// Counts an event that is written at its first, tenth, hundredth … occurrence.
  mutating func count(
    _ letter: Letter, _ counter: inout UInt32, _ fromOriginator: Bool, _ pools: inout TCPPools
  ) {
    guard counter < .max else { return }
    counter += 1
    if Self.isWritten(counter) != 0 { append(letter, fromOriginator: fromOriginator, &pools) }
  }

  /// Whether an event is written at an occurrence, a power of ten: 1, else 0.
  @inline(__always)
  static func isWritten(_ occurrence: UInt32) -> UInt64 {
    // Bits are told without a branch which of the first it is, and nearly every count stays among them.
    guard occurrence >= 64 else { return (1 << 1 | 1 << 10) >> UInt64(occurrence) & 1 }
    switch occurrence {
    case 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000: return 1
    default: return 0
    }
  }

  /// Whether letters stand in the pool.
  var isLong: Bool { before != 0 }

  /// Whether nothing but one SYN-ACK of the originator was seen.
  var isOnlySYNACK: Bool { count == 1 && letters == Self.bits(.synAck, fromOriginator: true) }

  /// Writes a lone SYN-ACK as the responder's, after the mark of exchanged roles.
  mutating func flipSYNACK() {
    letters = Self.bits(.flip, fromOriginator: true) | Self.bits(.synAck, fromOriginator: false) << Self.width
    count = 2
  }

  /// The letters in order.
  func text(_ pools: borrowing TCPPools) -> String {
    if before == 0 { return String(asciiCount: Int(count)) { Self.byte($0, of: letters) } }
    var blocks = [letters]
    var handle = before
    while handle != 0 {
      blocks.append(pools.letters[handle].letters)
      handle = pools.letters[handle].before
    }
    blocks.reverse()
    let room = Int(Self.room)
    return String(asciiCount: Int(count)) { Self.byte($0 % room, of: blocks[$0 / room]) }
  }

  private static func byte(_ place: Int, of letters: UInt64) -> UInt8 {
    let letter = letters >> (UInt64(truncatingIfNeeded: place) &* width)
    return Letter.text[Int(letter & 0xF)] | (letter & isResponders != 0 ? 0x20 : 0)
  }

  /// Gives the pool's blocks back.
  mutating func release(_ pools: inout TCPPools) {
    while before != 0 {
      let handle = before
      before = pools.letters[handle].before
      pools.letters.release(handle)
    }
  }
}
