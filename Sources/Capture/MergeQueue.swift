/// The open inputs in the order of their next frames: time, then canonical index.
///
/// A binary heap.
struct MergeQueue {
  /// An open input and the time of its next frame.
  struct Entry {
    /// Nanoseconds of its next frame.
    var time: Int64
    /// The input.
    var reader: InputReader

    fileprivate func precedes(_ other: Entry) -> Bool {
      time != other.time ? time < other.time : reader.file < other.reader.file
    }
  }

  private(set) var entries: [Entry] = []

  /// The input whose frame comes next.
  var first: Entry? { entries.first }

  /// The latest time up to which frames of the first input come before those of all others.
  ///
  /// - Complexity: O(1).
  var limit: Int64 {
    var limit = Int64.max
    var child = 1
    while child < min(entries.count, 3) {
      let time = entries[child].time
      // At the same time the one with the lower index comes first.
      let isFirst = entries[0].reader.file < entries[child].reader.file || time == .min
      limit = min(limit, isFirst ? time : time - 1)
      child += 1
    }
    return limit
  }

  /// Adds an input.
  ///
  /// - Complexity: O(log n).
  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var index = entries.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard entries[index].precedes(entries[parent]) else { return }
      entries.swapAt(index, parent)
      index = parent
    }
  }

  /// Changes the time of the first input's next frame.
  ///
  /// - Complexity: O(log n).
  mutating func updateFirst(time: Int64) {
    entries[0].time = time
    siftDown()
  }

  /// Takes the first input out.
  ///
  /// - Complexity: O(log n).
  mutating func removeFirst() {
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    siftDown()
  }

  private mutating func siftDown() {
    var index = 0
    while true {
      var least = index
      let (left, right) = (2 * index + 1, 2 * index + 2)
      if left < entries.count, entries[left].precedes(entries[least]) { least = left }
      if right < entries.count, entries[right].precedes(entries[least]) { least = right }
      guard least != index else { return }
      entries.swapAt(index, least)
      index = least
    }
  }
}
