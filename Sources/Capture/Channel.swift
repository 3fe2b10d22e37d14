import CPcap
import Glibc

/// Hands values from one thread to another, first in, first out.
@safe
package final class Channel<Element: Sendable>: @unchecked Sendable {
  // The mutex guards `elements` and `isClosed`; both are touched only between lock and unlock.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var elements: [Element] = []
  private var isClosed = false
  private let capacity: Int

  /// An empty channel.
  ///
  /// - Parameter capacity: How many values may wait; who sends more waits.
  package init(capacity: Int = .max) {
    self.capacity = capacity
    unsafe mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    // No thread waits: a waiting thread would hold a reference.
    unsafe pthread_cond_destroy(changed)
    unsafe pthread_mutex_destroy(mutex)
    unsafe changed.deallocate()
    unsafe mutex.deallocate()
  }

  /// Sends a value; it is dropped if the channel is closed.
  package func send(_ element: Element) {
    unsafe pthread_mutex_lock(mutex)
    while elements.count >= capacity, !isClosed { unsafe pthread_cond_wait(changed, mutex) }
    if !isClosed { elements.append(element) }
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Waits for the next value.
  ///
  /// - Returns: The value, or nothing once the channel is closed and empty.
  package func receive() -> Element? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while elements.isEmpty, !isClosed { unsafe pthread_cond_wait(changed, mutex) }
    if elements.count >= capacity { unsafe pthread_cond_broadcast(changed) }
    return elements.isEmpty ? nil : elements.removeFirst()
  }

  /// What `receive(within:)` found.
  package enum Arrival {
    case element(Element)
    case timeout
    case closed
  }

  /// Waits for the next value, but not for ever.
  ///
  /// - Parameter milliseconds: How long at most.
  /// - Returns: The value, or why there is none.
  package func receive(within milliseconds: Int) -> Arrival {
    var deadline = timespec()
    // The pointer is to a local that lives through the call.
    unsafe clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_nsec += milliseconds % 1_000 * 1_000_000
    deadline.tv_sec += milliseconds / 1_000 + deadline.tv_nsec / 1_000_000_000
    deadline.tv_nsec %= 1_000_000_000
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while elements.isEmpty, !isClosed {
      if unsafe pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT, elements.isEmpty, !isClosed {
        return .timeout
      }
    }
    if elements.count >= capacity { unsafe pthread_cond_broadcast(changed) }
    return elements.isEmpty ? .closed : .element(elements.removeFirst())
  }

  /// How many values wait.
  package var count: Int {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return elements.count
  }

  /// Ends the channel: values already sent can be received, no more can be sent.
  package func close() {
    unsafe pthread_mutex_lock(mutex)
    isClosed = true
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }
}

/// Runs a function on a thread of its own, which ends with it; nobody waits for the thread.
///
/// - Parameters:
///   - mayWait: Whether the thread goes without the higher priority that a capture has, and programs that it starts.
///   - body: The function; it owns all that it uses.
/// - Returns: False if the system has no thread for it; it is not run then.
package func startThread(mayWait: Bool = false, _ body: @escaping @Sendable () -> Void) -> Bool {
  final class Box {
    let body: @Sendable () -> Void
    let mayWait: Bool
    init(_ body: @escaping @Sendable () -> Void, mayWait: Bool) { (self.body, self.mayWait) = (body, mayWait) }
  }
  // The reference passed to the thread is released there, exactly once.
  let box = unsafe Unmanaged.passRetained(Box(body, mayWait: mayWait))
  var thread = pthread_t()
  let result = unsafe pthread_create(
    &thread, nil,
    { context in
      guard let context = unsafe context else { return nil }
      let box = unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
      // Linux has a priority for each thread.
      let this = Int32(PRIO_PROCESS.rawValue)
      if box.mayWait, getpriority(this, 0) < 0 { setpriority(this, 0, 0) }
      box.body()
      return nil
    }, box.toOpaque())
  guard result == 0 else {
    // The thread that would have released it does not exist.
    unsafe box.release()
    return false
  }
  pthread_detach(thread)
  return true
}
