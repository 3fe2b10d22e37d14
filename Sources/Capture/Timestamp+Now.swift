import CPcap
import Glibc
public import Packets

extension Timestamp {
  /// The wall clock's time; only live capture may ask for it.
  public static var now: Timestamp {
    var time = Glibc.timespec()
    // The pointer is to a local that lives through the call.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }
}
