/// What sides of connections sent beyond gaps, under handles; 0 stands for nothing.
///
/// Of a side, ranges of relative sequence numbers in order, of which none touches another, and no more than `limit`. Its
/// bytes are counted as they come and go, and where a range belongs is found by halving: no segment costs more because
/// there are many.
struct GapRanges: ~Copyable {
  /// Relative sequence numbers `lower ..< upper`.
  struct Range: BitwiseCopyable, Equatable {
    var lower: UInt64
    var upper: UInt64
    var count: UInt64 { upper &- lower }
  }

  private struct List {
    var ranges: [Range] = []
    var byteCount: UInt64 = 0
  }

  /// How many ranges a side may have; a sound one has few, hostile input must not grow the table.
  static let limit = 256
  /// Room for so many is kept for the next list.
  private static let kept = 8

  private var lists: [List] = []
  private var free: [UInt32] = []

  /// How many sides have ranges.
  private(set) var count = 0

  /// The lowest range of a side.
  ///
  /// - Parameter handle: A handle that is not 0.
  /// - Returns: The range.
  func first(of handle: UInt32) -> Range { lists[Int(handle) - 1].ranges[0] }

  /// How far the ranges of a side reach.
  ///
  /// - Parameter handle: A handle that is not 0.
  /// - Returns: How many bytes they have, and where the highest ends.
  func extent(of handle: UInt32) -> (byteCount: UInt64, end: UInt64) {
    let index = Int(handle) - 1
    return (lists[index].byteCount, lists[index].ranges[lists[index].ranges.count - 1].upper)
  }

  /// Adds a range to those of a side, joined with those that it touches.
  ///
  /// - Parameters:
  ///   - lower: The first number.
  ///   - upper: One past the last; above the first.
  ///   - handle: The side's; a new one if it is 0.
  /// - Returns: False if there are too many.
  /// - Complexity: O(1): there are no more than `limit`.
  mutating func insert(_ lower: UInt64, _ upper: UInt64, into handle: inout UInt32) -> Bool {
    if handle == 0 { handle = allocate() }
    return Self.insert(Range(lower: lower, upper: upper), into: &lists[Int(handle) - 1])
  }

  private static func insert(_ range: Range, into list: inout List) -> Bool {
    var range = range
    var (start, end) = (0, list.ranges.count)
    // Most come behind all others.
    if let last = list.ranges.last, last.upper < range.lower { start = end }
    while start < end {
      let middle = (start + end) / 2
      if list.ranges[middle].upper < range.lower { start = middle + 1 } else { end = middle }
    }
    while end < list.ranges.count, list.ranges[end].lower <= range.upper {
      range.lower = min(range.lower, list.ranges[end].lower)
      range.upper = max(range.upper, list.ranges[end].upper)
      list.byteCount &-= list.ranges[end].count
      end += 1
    }
    guard start < end || list.ranges.count < limit else { return false }
    list.byteCount &+= range.count
    list.ranges.replaceSubrange(start..<end, with: CollectionOfOne(range))
    return true
  }

  /// Removes the lowest range of a side; the handle is 0 if there was no other.
  mutating func removeFirst(of handle: inout UInt32) {
    let index = Int(handle) - 1
    guard lists[index].ranges.count > 1 else { return release(&handle) }
    lists[index].byteCount &-= lists[index].ranges[0].count
    lists[index].ranges.removeFirst()
  }

  /// Removes all ranges of a side, if there are any.
  mutating func release(_ handle: inout UInt32) {
    guard handle != 0 else { return }
    let index = Int(handle) - 1
    lists[index].byteCount = 0
    if lists[index].ranges.capacity > Self.kept {
      lists[index].ranges = []
    } else {
      lists[index].ranges.removeAll(keepingCapacity: true)
    }
    free.append(handle)
    count &-= 1
    handle = 0
  }

  private mutating func allocate() -> UInt32 {
    count &+= 1
    if let handle = free.popLast() { return handle }
    lists.append(List())
    return UInt32(lists.count)
  }
}
