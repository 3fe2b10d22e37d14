import Foundation

/// How many random cases a search tries, and what work costs.
public enum Effort {
  /// The number that an environment variable names, else a default: optimised code tries more in the same time.
  ///
  /// - Parameters:
  ///   - variable: The environment variable.
  ///   - usual: How many without it, in an optimised build; a quarter of them in a debug build.
  /// - Returns: The number.
  public static func cases(_ variable: String, usual: Int) -> Int {
    if let count = ProcessInfo.processInfo.environment[variable].flatMap({ Int($0) }) { return count }
    #if DEBUG
      return usual / 4
    #else
      return usual
    #endif
  }

  /// What some work costs, whatever else the machine does meanwhile.
  ///
  /// - Parameter body: The work; all of it on the thread that calls.
  /// - Returns: The processor time of that thread, the lesser of two runs.
  /// - Throws: What the work throws.
  public static func time(of body: () throws -> Void) rethrows -> Duration {
    func now() -> Duration {
      var time = timespec()
      // The pointer is to a local that lives through the call.
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
    func once() throws -> Duration {
      let start = now()
      try body()
      return now() - start
    }
    return try min(once(), once())
  }
}
