import Packets

/// Which services many sources sent a SYN within a minute and left it at that (methodology 2.5), in constant space.
///
/// A virtual bitmap for each service and minute, all of one minute spread over one array of bits (the compact spread
/// estimator of Yoon, Li, Chen and Peir, INFOCOM 2009):
///
/// ```
///   source ── hash ──► one of 1,024 virtual bits ──┐
///                                                  ├─ hash ──► one of 2²¹ bits of the minute
///   service (address, port) ───────────────────────┘
///
///   first array    sources that sent a SYN         zeros among the 1,024:  z
///   second array   those that got further
/// ```
/// A thousand sources leave about `1024 · e^(-1000/1024)` of the 1,024 bits zero, times the share of zeros in the array,
/// times the share of bits whose sources got no further. Fewer by four standard deviations are a flood. So 1,000 sources
/// are taken for a flood less than once in 10,000 times, whatever else happens in that minute; 1,300 are recognised in a
/// quiet minute, and the more else there is, the more it takes, until nothing is called a flood. A minute with at most
/// 1,000 SYNs costs no more than a list of them.
///
/// The hashes are not keyed: who aims at them can hide a flood, or make one up for a service, and both leave the hit
/// unverifiable.
struct FloodMeter {
  /// Sources in a minute, beyond which it is a flood.
  private static let threshold = 1_000
  /// e^(-1000/1024), of the virtual bits that 1,000 sources leave zero.
  private static let spared = 0.376_608
  private static let virtualBits = 1_024
  private static let bits = 1 << 21
  private static let words = bits / 64
  /// Minutes kept: longer than a SYN is repeated and waited for.
  private static let minutes = 8

  private struct Minute {
    /// Minutes since the epoch.
    var number = Int64.min
    var syns = 0
    /// Bits, and whether they belong to the second array, until there are too many.
    var early: [UInt32] = []
    /// The first array, then the second; empty before the first large minute.
    var words: [UInt64] = []
    var ones = (0, 0)

    /// The word in which a bit stands, if there are arrays.
    @inline(__always)
    private static func word(of mark: UInt32) -> Int {
      Int(mark & 0x7FFF_FFFF) >> 6 &+ FloodMeter.words &* Int(mark >> 31)
    }

    /// Sets bits in the arrays, which are lent: whether they are shared is asked once.
    @inline(__always)
    private static func set(_ marks: some Sequence<UInt32>, in words: inout [UInt64], _ ones: inout (Int, Int)) {
      var words = words.mutableSpan
      for mark in marks {
        let word = word(of: mark)
        let old = words[word]
        words[word] = old | 1 << UInt64(mark & 63)
        // Whether it was set before cannot be foretold, and is reckoned.
        let (isNew, isSecond) = (Int(~old >> UInt64(mark & 63) & 1), Int(mark >> 31))
        ones.0 &+= isNew & (1 &- isSecond)
        ones.1 &+= isNew & isSecond
      }
    }

    /// Sets the bits of the next marks that are of this minute, which has arrays: in a few steps what `add` would do.
    ///
    /// - Parameters:
    ///   - marks: Marks in the order of their frames; in which order bits are set does not matter.
    ///   - place: The first of them.
    ///   - frame: Marks of this frame and later ones are left.
    /// - Returns: The first mark that was not taken; it is of another frame than the one before.
    mutating func take(_ marks: [Mark], from place: Int, before frame: UInt64) -> Int {
      let most = min(marks.count, place &+ 64)
      var end = place
      while end < most, marks[end].minute == number, marks[end].frame < frame {
        Memory.prefetch(words, Self.word(of: marks[end].bit))
        end &+= 1
      }
      while end > place, end < marks.count, marks[end].frame == marks[end &- 1].frame { end &-= 1 }
      Self.set(marks[place..<end].lazy.map(\.bit), in: &words, &ones)
      for mark in marks[place..<end] { syns &+= Int(1 &- mark.bit >> 31) }
      return end
    }

    mutating func add(_ mark: UInt32) {
      guard isLarge else { return early.append(mark) }
      Self.set(CollectionOfOne(mark), in: &words, &ones)
    }

    /// Whether there were so many SYNs that there are arrays.
    var isLarge: Bool { syns > FloodMeter.threshold }

    /// How many virtual bits of a service are zero in one of the arrays; once they are `most`, no more are counted.
    func zeros(of base: UInt64, isSecond: Bool, atMost most: Int) -> Int {
      let offset = isSecond ? FloodMeter.words : 0
      var zeros = 0
      for index in 0..<UInt64(FloodMeter.virtualBits) {
        guard zeros < most else { break }
        let bit = Int(FloodMeter.bit(base, index))
        zeros &+= Int(truncatingIfNeeded: ~words[bit >> 6 &+ offset] &>> UInt64(bit & 63) & 1)
      }
      return zeros
    }

    /// Goes over from the list to the arrays.
    mutating func spread() {
      if words.isEmpty {
        words = [UInt64](repeating: 0, count: FloodMeter.words * 2)
      } else {
        for index in words.indices { words[index] = 0 }
      }
      ones = (0, 0)
      Self.set(early, in: &words, &ones)
      early.removeAll(keepingCapacity: true)
    }
  }

  private var ring = [Minute](repeating: Minute(), count: FloodMeter.minutes)

  /// Something that happened to a flow which began with a SYN.
  struct Mark: BitwiseCopyable {
    /// Which frame of the run it was.
    var frame: UInt64
    /// When the flow began, in minutes since the epoch.
    fileprivate var minute: Int64
    /// A bit of the first array, or (bit 31) of the second.
    fileprivate var bit: UInt32

    /// A flow begins.
    ///
    /// - Parameters:
    ///   - source: Who sent the SYN.
    ///   - service: To whom.
    ///   - time: When.
    ///   - frame: Which frame of the run.
    init(from source: IPAddress, to service: Endpoint, at time: Timestamp, frame: UInt64) {
      (self.frame, minute, bit) = (frame, FloodMeter.minute(time), FloodMeter.mark(source, service))
    }

    /// A flow got further than a handshake; `time` is when it began.
    init(completed source: IPAddress, to service: Endpoint, at time: Timestamp, frame: UInt64) {
      self.init(from: source, to: service, at: time, frame: frame)
      bit |= 1 << 31
    }

    /// One of two marks; the first if `isFirst` is 1, the second if it is 0.
    init(_ isFirst: Int, _ first: Mark, _ second: Mark) {
      let bits = 0 &- UInt64(truncatingIfNeeded: isFirst)
      frame = Bits.choose(bits, first.frame, second.frame)
      minute = Bits.choose(Int64(bitPattern: bits), first.minute, second.minute)
      bit = Bits.choose(UInt32(truncatingIfNeeded: bits), first.bit, second.bit)
    }

    /// An order for those of one frame.
    fileprivate func precedes(_ other: Mark) -> Bool { (minute, bit) < (other.minute, other.bit) }
  }

  /// Takes marks into account, in the order of their frames.
  ///
  /// - Parameters:
  ///   - marks: Marks in that order.
  ///   - place: The first that was not taken; moved on.
  ///   - frame: Those of this frame and later ones are left.
  mutating func take(_ marks: [Mark], from place: inout Int, before frame: UInt64) {
    while place < marks.count, marks[place].frame < frame {
      let slot = Self.slot(marks[place].minute)
      if ring[slot].number == marks[place].minute, ring[slot].isLarge {
        let next = ring[slot].take(marks, from: place, before: frame)
        guard next == place else {
          place = next
          continue
        }
      }
      var end = place + 1
      while end < marks.count, marks[end].frame == marks[place].frame { end += 1 }
      if end == place + 1 {
        take(marks[place])
      } else {
        for mark in marks[place..<end].sorted(by: { $0.precedes($1) }) { take(mark) }
      }
      place = end
    }
  }

  private mutating func take(_ mark: Mark) {
    let (number, slot) = (mark.minute, Self.slot(mark.minute))
    if mark.bit >> 31 != 0 {
      if ring[slot].number == number { ring[slot].add(mark.bit) }
      return
    }
    if ring[slot].number != number {
      // Time that fell back so far has lost its minute.
      guard number > ring[slot].number else { return }
      ring[slot].number = number
      ring[slot].syns = 0
      ring[slot].early.removeAll(keepingCapacity: true)
    }
    ring[slot].syns &+= 1
    if ring[slot].syns == Self.threshold + 1 { ring[slot].spread() }
    ring[slot].add(mark.bit)
  }

  /// Whether a SYN to a service stood in a flood, as far as is known by now.
  func isFlooded(_ service: Endpoint, at time: Timestamp) -> Bool {
    let number = Self.minute(time)
    let slot = Self.slot(number)
    guard ring[slot].number == number, ring[slot].isLarge else { return false }
    let all = (Double(Self.bits - ring[slot].ones.0), Double(Self.bits - ring[slot].ones.1))
    guard all.1 > 0 else { return false }
    let share = Self.spared * all.0 / all.1
    // Were nobody to get further, so many would be expected; with as many zeros there is no flood, whatever the second
    // array says. Most services are told by a part of the first.
    let base = Self.base(service)
    let most = Int(share * Double(Self.virtualBits)) + 1
    let zeros = ring[slot].zeros(of: base, isSecond: false, atMost: most)
    guard zeros < most else { return false }
    // Of the sources that got further, at most so many virtual bits stayed zero.
    let further = Double(ring[slot].zeros(of: base, isSecond: true, atMost: .max))
    let unmarked = further - 4 * (further * (1 - further / Double(Self.virtualBits))).squareRoot()
    guard unmarked > 0 else { return false }
    let expected = share * unmarked
    let deviation = (expected * max(0, 1 - expected / Double(Self.virtualBits))).squareRoot()
    return Double(zeros) < expected - 4 * deviation
  }

  // MARK: Hashes

  private static func minute(_ time: Timestamp) -> Int64 {
    let (quotient, remainder) = time.nanoseconds.quotientAndRemainder(dividingBy: 60_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  private static func slot(_ number: Int64) -> Int { Int(truncatingIfNeeded: number & Int64(minutes - 1)) }

  @inline(__always)
  private static func mark(_ source: IPAddress, _ service: Endpoint) -> UInt32 {
    let hash = UInt64.fold(source.high ^ 0xA076_1D64_78BD_642F, source.low ^ 0xE703_7ED1_A0B4_28DB)
    return bit(base(service), hash & UInt64(virtualBits - 1))
  }

  @inline(__always)
  private static func base(_ service: Endpoint) -> UInt64 {
    let hash = UInt64.fold(service.address.high ^ 0x8EBC_6AF0_9C88_C6E3, service.address.low ^ 0x5899_65CC_7537_4CC3)
    return UInt64.fold(hash ^ UInt64(service.port), 0x1D8E_4E27_C47D_124F)
  }

  /// Where a service's virtual bit stands.
  @inline(__always)
  private static func bit(_ base: UInt64, _ index: UInt64) -> UInt32 {
    UInt32(
      truncatingIfNeeded: UInt64.fold(base &+ index &* 0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93) & UInt64(bits - 1))
  }
}
