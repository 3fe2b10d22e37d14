import Packets

/// The flows that one of several tables keeps, so that each table can work on a thread of its own.
///
/// ```
///   frame ──► table 0   flows of the address pairs whose part is 0 … 15
///        └──► table 1   16 … 31
/// ```
/// Every table is told of every frame, so that all have the same time; each keeps what falls to it. All flows of two
/// addresses fall to one table, and so does all that one of them is judged by beside its own packets: guesses (T10),
/// other paths. Flows of tunnels are kept by every table, for what is inside them may fall to any, but are reported by one.
/// What a run finds does not depend on how many tables there are.
public struct FlowShare: Sendable {
  /// Parts into which all pairs of addresses fall; tables at most.
  public static let parts = 32

  /// Which of the tables this is, from 0.
  public let index: Int
  /// Whether there is one table alone.
  let isWhole: Bool
  private let owned: Range<Int>

  /// All flows.
  public static let whole = FlowShare(index: 0, of: 1)

  /// The flows of one of several tables.
  ///
  /// - Parameters:
  ///   - index: Which one, from 0.
  ///   - count: How many there are, 1 to `parts`.
  public init(index: Int, of count: Int) {
    precondition((1...Self.parts).contains(count) && (0..<count).contains(index), "no such table")
    self.index = index
    isWhole = count == 1
    owned = Self.parts * index / count..<Self.parts * (index + 1) / count
  }

  /// What falls to this table of something that all together may have.
  ///
  /// - Parameter total: How much all may have.
  /// - Returns: Its part.
  public func portion(of total: Int) -> Int { isWhole ? total : total / Self.parts * owned.count }

  /// Whether flows of two addresses fall to this table.
  @inline(__always)
  func owns(_ one: IPAddress, _ other: IPAddress) -> Bool { isWhole || owned.contains(Self.part(one, other)) }

  /// Whether a packet's flow is in this table; those of tunnels are in every table.
  @inline(__always)
  func keeps(_ packet: borrowing Packet) -> Bool { isWhole ? true : keeps(part: Self.part(of: packet)) }

  /// Whether what falls into a part is kept by this table; beyond the last part lies what every table keeps, before the
  /// first what none does.
  @inline(__always)
  func keeps(part: Int) -> Bool { owned.contains(part) || part == Self.parts }

  /// The part into which a packet's flow falls; that beyond the last where it may be a tunnel's.
  @inline(__always)
  static func part(of packet: borrowing Packet) -> Int {
    packet.flags.contains(.mayBeTunnel) ? parts : part(packet.source, packet.destination)
  }

  /// The part into which two addresses fall, in either order.
  ///
  /// Not keyed: it must be the same in every run, for some bounds hold for each part. Who aims at one part makes the work
  /// that of one thread.
  @inline(__always)
  static func part(_ one: IPAddress, _ other: IPAddress) -> Int {
    let (low, high) = (one.low ^ other.low, one.high ^ other.high)
    let hash = UInt64.fold(
      (one.low &+ other.low) ^ 0xA076_1D64_78BD_642F, low ^ high &* 0xE703_7ED1_A0B4_28DB ^ 0x8EBC_6AF0_9C88_C6E3)
    return Int(truncatingIfNeeded: hash & UInt64(parts - 1))
  }
}
