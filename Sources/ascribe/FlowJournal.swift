import Flows

/// The latest watched flows that ended, kept to be assessed again when the catalog changes.
///
/// Flows are numbered in the order in which they ended, so that who reads on from a number knows what was forgotten
/// meanwhile.
struct FlowJournal {
  private var records: [FlowRecord] = []
  private let capacity: Int
  /// The number of the next flow: how many were kept so far.
  private(set) var end: UInt64 = 0

  /// Makes an empty journal.
  ///
  /// - Parameter capacity: Flows that are kept, at least one: some tens of megabytes.
  init(capacity: Int = 16_384) { self.capacity = capacity }

  /// Keeps a flow; where there is no room, the oldest is forgotten.
  mutating func add(_ record: FlowRecord) {
    if records.count < capacity { records.append(record) } else { records[place(of: end)] = record }
    end += 1
  }

  /// Reads flows.
  ///
  /// - Parameters:
  ///   - number: The number of the first; of those that are forgotten by now none is read.
  ///   - limit: How many at most.
  ///   - body: Receives each, in the order in which they ended.
  /// - Returns: The number of the next; `end` if all were read.
  func read(from number: UInt64, limit: UInt64, _ body: (FlowRecord) -> Void) -> UInt64 {
    let first = max(number, end - UInt64(records.count))
    let next = first + min(limit, end - first)
    for number in first..<next { body(records[place(of: number)]) }
    return next
  }

  private func place(of number: UInt64) -> Int { Int(number % UInt64(capacity)) }
}
