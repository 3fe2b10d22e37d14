import Glibc
import POSIX
public import Packets

extension Timestamp {
  /// The wall clock's time; only live capture may ask for it.
  public static var now: Timestamp { Timestamp(nanoseconds: SystemClock.nanoseconds(of: CLOCK_REALTIME)) }
}
