package import Glibc

/// The clocks of the system (clock_gettime(2)).
package enum SystemClock {
  /// What a clock says.
  ///
  /// - Parameter clock: The clock.
  /// - Returns: Nanoseconds since its beginning.
  package static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    // The pointer is to a local that lives through the call.
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
