/// What is kept of a flow's content while something may still be learnt from it.
protocol PooledContent {
  /// Bytes of memory that it holds beyond its own size.
  var footprint: Int { get }

  /// Gives back all that it holds, what was learnt too.
  mutating func forget()
}

/// The content of all flows of a kind, and a bound on the memory of all of it together.
///
/// The bound is one for each part of all address pairs, so that it does not depend on how many tables there are. Content
/// that needs more than its part has left is given up; what was learnt of it stays.
struct ContentPool<Content: PooledContent> {
  private let limit: Int
  private var contents: [Content] = []
  /// The part of each content.
  private var parts: [UInt8] = []
  private var free: [UInt32] = []
  /// Bytes that the content of each part together holds.
  private var footprints = [Int](repeating: 0, count: FlowShare.parts)

  /// Makes an empty pool.
  ///
  /// - Parameter limit: Bytes that the content of a part together may hold.
  init(limit: Int) { self.limit = limit }

  /// Bytes that all content together holds.
  var footprint: Int { footprints.reduce(0, +) }

  /// The content under a handle, which must be one that `allocate` gave.
  subscript(handle: UInt32) -> Content {
    // Lent, not copied: content is large.
    _read { yield contents.span[Int(handle) - 1] }
  }

  /// Stores content under a free handle, which is never 0.
  ///
  /// - Parameters:
  ///   - content: The content, which holds nothing yet.
  ///   - part: The part of its addresses.
  /// - Returns: The handle.
  mutating func allocate(_ content: consuming Content, part: Int) -> UInt32 {
    if let handle = free.popLast() {
      contents[Int(handle) - 1] = content
      parts[Int(handle) - 1] = UInt8(part)
      return handle
    }
    contents.append(content)
    parts.append(UInt8(part))
    return UInt32(contents.count)
  }

  /// Ends what is under a handle, so that others may have its room; what was learnt stays.
  ///
  /// - Parameters:
  ///   - handle: Its handle.
  ///   - end: Gives back what the content holds.
  mutating func close(_ handle: UInt32, _ end: (inout Content) -> Void) {
    let (index, part) = (Int(handle) - 1, Int(parts[Int(handle) - 1]))
    Self.close(&contents[index], of: &footprints[part], end)
  }

  /// Frees a handle; nothing is left of its content.
  mutating func release(_ handle: UInt32) {
    close(handle) { $0.forget() }
    free.append(handle)
  }

  /// Changes the content under a handle, and gives it up if there is no room for what it needs.
  ///
  /// - Parameters:
  ///   - handle: Its handle.
  ///   - need: How many bytes the change may add.
  ///   - body: The change.
  ///   - end: Gives back what the content holds.
  /// - Returns: Whether it was given up.
  mutating func update(
    _ handle: UInt32, need: Int, _ body: (inout Content) -> Void, end: (inout Content) -> Void
  ) -> Bool {
    let (index, part) = (Int(handle) - 1, Int(parts[Int(handle) - 1]))
    return Self.update(&contents[index], of: &footprints[part], limit: limit, need: need, body, end: end)
  }

  // Content is lent to these: asked where it stands in the array, it would be copied.

  private static func close(_ content: inout Content, of footprint: inout Int, _ end: (inout Content) -> Void) {
    footprint -= content.footprint
    end(&content)
    footprint += content.footprint
  }

  private static func update(
    _ content: inout Content, of footprint: inout Int, limit: Int, need: Int, _ body: (inout Content) -> Void,
    end: (inout Content) -> Void
  ) -> Bool {
    let before = content.footprint
    let hasRoom = footprint + need <= limit
    if hasRoom { body(&content) }
    // Arrays grow by more than they need.
    let growth = content.footprint - before
    let isCut = !hasRoom || growth > 0 && footprint + growth > limit
    if isCut { end(&content) }
    footprint += content.footprint - before
    return isCut
  }
}
