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
}
