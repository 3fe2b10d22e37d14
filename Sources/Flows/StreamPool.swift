/// The stream inspections of all flows, and a bound on the memory of all of them together.
///
/// The bound is one for each part of all address pairs, so that it does not depend on how many tables there are. One that
/// needs more than its part has left is given up; what it had learnt stays.
struct StreamPool {
  /// Bytes that all heads of a part together may hold.
  static let defaultLimit = (128 << 20) / FlowShare.parts

  private let limit: Int
  private var inspections: [(stream: StreamInspection, part: Int)] = []
  private var free: [UInt32] = []
  /// Bytes that all heads of each part together hold.
  private var footprints = [Int](repeating: 0, count: FlowShare.parts)

  init(limit: Int = StreamPool.defaultLimit) { self.limit = limit }

  /// Bytes that all heads together hold.
  var footprint: Int { footprints.reduce(0, +) }

  /// The inspection under a handle, which must be one that `allocate` gave.
  subscript(handle: UInt32) -> StreamInspection { inspections[Int(handle) - 1].stream }

  /// Stores an inspection under a free handle, which is never 0.
  ///
  /// - Parameters:
  ///   - inspection: The inspection.
  ///   - part: The part of its addresses.
  /// - Returns: The handle.
  mutating func allocate(_ inspection: StreamInspection, part: Int) -> UInt32 {
    if let handle = free.popLast() {
      inspections[Int(handle) - 1] = (inspection, part)
      return handle
    }
    inspections.append((inspection, part))
    return UInt32(inspections.count)
  }

  /// Gives back what an inspection holds, but for what it learnt.
  mutating func close(_ handle: UInt32) {
    footprints[inspections[Int(handle) - 1].part] -= inspections[Int(handle) - 1].stream.footprint
    inspections[Int(handle) - 1].stream.end()
  }

  /// Frees the inspection under a handle.
  mutating func release(_ handle: UInt32) {
    close(handle)
    free.append(handle)
  }

  /// Changes the inspection under a handle, and gives it up if there is no room for what it needs.
  ///
  /// - Parameters:
  ///   - handle: Its handle.
  ///   - need: How many bytes the change may add.
  ///   - body: The change.
  /// - Returns: Whether it was given up.
  mutating func update(_ handle: UInt32, need: Int, _ body: (inout StreamInspection) -> Void) -> Bool {
    let (index, part) = (Int(handle) - 1, inspections[Int(handle) - 1].part)
    let before = inspections[index].stream.footprint
    let hasRoom = footprints[part] + need <= limit
    if hasRoom { body(&inspections[index].stream) }
    // Arrays grow by more than they need.
    let growth = inspections[index].stream.footprint - before
    let isCut = !hasRoom || growth > 0 && footprints[part] + growth > limit
    if isCut { inspections[index].stream.end() }
    footprints[part] += inspections[index].stream.footprint - before
    return isCut
  }
}
