/// Hands values from one thread to another, first in, first out.
package final class Channel<Element: Sendable>: Sendable {
  private struct Queue {
    var elements: [Element] = []
    var isClosed = false
  }

  private let queue = Monitor(Queue())
  private let capacity: Int

  /// An empty channel.
  ///
  /// - Parameter capacity: How many values may wait; who sends more waits.
  package init(capacity: Int = .max) { self.capacity = capacity }

  /// Sends a value; it is dropped if the channel is closed.
  ///
  /// - Parameter element: The value.
  /// - Returns: Whether it was sent.
  @discardableResult
  package func send(_ element: Element) -> Bool {
    queue.wait { queue in
      guard !queue.isClosed else { return false }
      guard queue.elements.count < capacity else { return nil }
      queue.elements.append(element)
      return true
    }
  }

  /// Waits for the next value.
  ///
  /// - Returns: The value, or nothing once the channel is closed and empty.
  package func receive() -> Element? {
    switch queue.wait(for: Self.take) {
    case .element(let element): element
    case .timeout, .closed: nil
    }
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
    queue.wait(within: milliseconds, for: Self.take) ?? .timeout
  }

  private static func take(_ queue: inout Queue) -> Arrival? {
    guard queue.elements.isEmpty else { return .element(queue.elements.removeFirst()) }
    return queue.isClosed ? .closed : nil
  }

  /// How many values wait.
  package var count: Int { queue.read { $0.elements.count } }

  /// Ends the channel: values already sent can be received, no more can be sent.
  package func close() { queue.change { $0.isClosed = true } }
}
