/// A binary heap of conversations by the time of their next packet, ties by index.
struct EventQueue {
  typealias Event = (time: UInt64, index: Int)
  private var events: [Event] = []

  var first: Event? { events.first }

  mutating func push(_ event: Event) {
    events.append(event)
    var child = events.count - 1
    while child > 0, events[child] < events[(child - 1) / 2] {
      events.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Puts `event` in the place of the first.
  mutating func replaceFirst(with event: Event) {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < events.count else { break }
      if child + 1 < events.count, events[child + 1] < events[child] { child += 1 }
      guard events[child] < event else { break }
      events[parent] = events[child]
      parent = child
    }
    events[parent] = event
  }

  mutating func removeFirst() {
    let last = events.removeLast()
    if !events.isEmpty { replaceFirst(with: last) }
  }
}
