import Packets

/// Tells which flows may have begun a second time: those at a moment at which one of the same endpoints may have begun
/// and ended before, as time fell back.
///
/// Sees the time of every frame, whatever becomes of it.
struct FrameClock: BitwiseCopyable {
  /// Latest time of all, even if time fell back since.
  private var latest = Timestamp(nanoseconds: .min)
  /// The latest time from which it fell back so far that flows ended.
  private var lateUntil = Timestamp(nanoseconds: .min)
  /// Nanoseconds by which it must fall: the shortest of the timeouts.
  private let reach: Int64

  init(shortestTimeout: Int64) { reach = shortestTimeout }

  /// Takes a frame's time into account.
  ///
  /// - Returns: Whether a flow that begins now may be such a one.
  @inline(__always)
  mutating func take(_ time: Timestamp) -> Bool {
    if time >= latest {
      latest = time
    } else if time.adding(reach) <= latest {
      lateUntil = latest
    }
    return time <= lateUntil
  }

  /// Takes the times of frames of which none is earlier than the one before it into account.
  ///
  /// - Returns: False, and nothing changed, if the first is earlier than a frame before.
  mutating func goOn(from first: Timestamp, to last: Timestamp) -> Bool {
    guard first >= latest else { return false }
    latest = last
    return true
  }
}

/// Where the next frame stands in a run: its number, and the times of those before.
public struct FrameSequence: Sendable {
  /// Frames before it.
  var count: UInt64 = 0
  var clock: FrameClock

  init(_ clock: FrameClock) { self.clock = clock }

  /// Takes the first of some frames into account, and tells the moments of the time wheel that they are of.
  mutating func take(_ frames: [Frame], _ count: Int, into spells: inout [SharedBatch.Spell]) {
    spells.removeAll(keepingCapacity: true)
    self.count &+= UInt64(truncatingIfNeeded: count)
    var spell = SharedBatch.Spell(from: frames[0].timestamp)
    if let latest = Self.latest(ofOneMoment: frames, count), clock.goOn(from: spell.first, to: latest) {
      (spell.latest, spell.end) = (latest, count)
      return spells.append(spell)
    }
    for place in 0..<count {
      let time = frames[place].timestamp
      _ = clock.take(time)
      if TimeWheel.moment(time) != TimeWheel.moment(spell.first) {
        spells.append(spell)
        spell = SharedBatch.Spell(from: time)
      }
      spell.latest = max(spell.latest, time)
      spell.end = place &+ 1
    }
    spells.append(spell)
  }

  /// The time of the last frame, if all are of one moment of the time wheel and none is earlier than the one before it.
  private static func latest(ofOneMoment frames: [Frame], _ count: Int) -> Timestamp? {
    let frames = frames.span.extracting(first: count)
    let first = frames[0].timestamp
    // Nothing is decided before all were looked at; differences do not overflow where all are of one moment.
    var (latest, moments, falls) = (first, Int64(0), Int64(0))
    for place in frames.indices {
      let time = frames[place].timestamp
      moments |= TimeWheel.moment(time) ^ TimeWheel.moment(first)
      falls |= time.nanoseconds &- latest.nanoseconds
      latest = time
    }
    return moments == 0 && falls >= 0 ? latest : nil
  }
}
