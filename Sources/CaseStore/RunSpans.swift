import Packets

/// When the runs of a case have packets: every flow that a capture cut asks for others, and a case has thousands.
struct RunSpans {
  /// A run, and what is so of it and all that begin no later.
  private struct Entry {
    let begin: Timestamp
    /// The run that ends last, and when.
    var lastRun: Int64
    var lastEnd: Timestamp
    /// When the last of the others ends; nothing if there is none.
    var otherEnd: Timestamp?
  }

  private var entries: [Entry] = []

  /// Orders spans by their beginnings.
  ///
  /// - Parameter spans: The time from the first to the last packet of each run.
  /// - Complexity: O(n log n) in the runs.
  init(_ spans: [Int64: ClosedRange<Timestamp>]) {
    for (run, span) in spans.sorted(by: { ($0.value.lowerBound, $0.key) < ($1.value.lowerBound, $1.key) }) {
      let (begin, end) = (span.lowerBound, span.upperBound)
      var entry = Entry(begin: begin, lastRun: run, lastEnd: end, otherEnd: entries.last?.lastEnd)
      if let held = entries.last, held.lastEnd >= end {
        (entry.lastRun, entry.lastEnd) = (held.lastRun, held.lastEnd)
        entry.otherEnd = max(held.otherEnd ?? end, end)
      }
      entries.append(entry)
    }
  }

  /// Whether another run has packets after a moment, and begins at most so long after it.
  ///
  /// - Parameters:
  ///   - run: The run that does not count.
  ///   - last: The moment.
  ///   - timeout: Nanoseconds.
  /// - Returns: Whether there is one.
  /// - Complexity: O(log n) in the runs.
  func hasOther(than run: Int64, after last: Timestamp, within timeout: Int64) -> Bool {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].begin.nanoseconds(since: last) <= timeout { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return false }
    let entry = entries[low - 1]
    guard let end = entry.lastRun == run ? entry.otherEnd : entry.lastEnd else { return false }
    return end > last
  }
}
