/// The stream inspections of all flows, and a bound on the memory of all of them together.
///
/// One that needs more than there is left is given up; what it had learnt stays.
struct StreamPool {
  /// Bytes that all heads together may hold.
  static let defaultLimit = 64 << 20

  private let limit: Int
  private var inspections: [StreamInspection] = []
  private var free: [UInt32] = []
  /// Bytes that all heads together hold.
  private(set) var footprint = 0

  init(limit: Int = StreamPool.defaultLimit) { self.limit = limit }

  /// The inspection under a handle, which must be one that `allocate` gave.
  subscript(handle: UInt32) -> StreamInspection { inspections[Int(handle) - 1] }

  /// Stores an inspection under a free handle, which is never 0.
  mutating func allocate(_ inspection: StreamInspection) -> UInt32 {
    if let handle = free.popLast() {
      inspections[Int(handle) - 1] = inspection
      return handle
    }
    inspections.append(inspection)
    return UInt32(inspections.count)
  }

  /// Gives back what an inspection holds, but for what it learnt.
  mutating func close(_ handle: UInt32) {
    footprint -= inspections[Int(handle) - 1].footprint
    inspections[Int(handle) - 1].end()
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
    let index = Int(handle) - 1
    let before = inspections[index].footprint
    let hasRoom = footprint + need <= limit
    if hasRoom { body(&inspections[index]) }
    // Arrays grow by more than they need.
    let growth = inspections[index].footprint - before
    let isCut = !hasRoom || growth > 0 && footprint + growth > limit
    if isCut { inspections[index].end() }
    footprint += inspections[index].footprint - before
    return isCut
  }
}
