import Glibc

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
