import Glibc

/// A value that several threads change, each of which may wait until it is as they need it.
@safe
package final class Monitor<Value>: @unchecked Sendable {
  // The mutex guards `value`, which is touched only between lock and unlock.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  /// Makes a monitor.
  ///
  /// - Parameter value: What it guards.
  package init(_ value: sending Value) {
    self.value = value
    unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // Of a clock that nobody sets: a wait would else last as long as the hour that it is set back by.
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    defer { unsafe pthread_condattr_destroy(&attributes) }
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, &attributes)
  }

  deinit {
    // No thread waits: a waiting thread would hold a reference.
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  /// Reads the value.
  ///
  /// - Parameter body: Has the value for itself; it is not to use the monitor.
  /// - Returns: What it gives.
  package func read<Result>(_ body: (Value) -> Result) -> Result { hold { body(value) } }

  /// Changes the value; whoever waits looks at it again.
  ///
  /// - Parameter body: As that of `read`.
  /// - Returns: What it gives.
  package func change<Result>(_ body: (inout Value) -> Result) -> Result {
    hold {
      defer { wake() }
      return body(&value)
    }
  }

  /// Waits until the value is as it must be, and changes it.
  ///
  /// - Parameter body: As that of `change`; gives nothing, and changes nothing, as long as there is to be waited.
  /// - Returns: What it gives.
  package func wait<Result>(for body: (inout Value) -> Result?) -> Result {
    hold {
      defer { wake() }
      while true {
        if let result = body(&value) { return result }
        // The mutex is held, and is so again afterwards.
        unsafe pthread_cond_wait(changed, mutex)
      }
    }
  }

  /// Waits as `wait(for:)` does, but not for ever.
  ///
  /// - Parameters:
  ///   - milliseconds: How long at most.
  ///   - body: As that of `wait(for:)`.
  /// - Returns: What it gives; nothing after that time.
  package func wait<Result>(within milliseconds: Int, for body: (inout Value) -> Result?) -> Result? {
    let end = SystemClock.nanoseconds(of: CLOCK_MONOTONIC) + Int64(milliseconds) * 1_000_000
    var deadline = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    return hold {
      defer { wake() }
      var isLate = false
      while true {
        if let result = body(&value) { return result }
        if isLate { return nil }
        // As in `wait(for:)`.
        isLate = unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT
      }
    }
  }

  private func hold<Result>(_ body: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body()
  }

  private func wake() { unsafe pthread_cond_broadcast(changed) }
}
