// Elements under handles. Memory is handed out in chunks that never move, and every access checks its handle against those
// handed out so far.

/// Elements of one kind under stable 32-bit handles, with a free list.
///
/// Handle 0 stands for "none". Elements stand in chunks of `chunkLength`; of a chunk that is not full, what was not used yet
/// costs address space alone. Growth copies nothing, and there is no pause for it.
@safe
struct Slab<Element: BitwiseCopyable>: ~Copyable {
  private static var chunkBits: UInt32 { 16 }
  private static var chunkLength: Int { 1 << Int(chunkBits) }
  /// Bytes from one element to the next: what is larger than a cache line begins with one.
  private static var stride: Int {
    let stride = MemoryLayout<Element>.stride
    return stride > 64 ? (stride + 63) & ~63 : stride
  }

  /// Room for the chunks of all 2^32 handles; those in use come first.
  private let chunks: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private var chunksUsed = 0
  /// The highest handle ever given; the first is 1.
  private(set) var top: UInt32 = 0
  /// The first free element; each holds the handle of the next in its first bytes.
  private var free: UInt32 = 0
  /// Elements in use.
  private(set) var count = 0

  init() {
    precondition(MemoryLayout<Element>.size >= 4, "an element must hold a handle while it is free")
    unsafe chunks = .allocate(capacity: 1 << (32 - Int(Self.chunkBits)))
  }

  deinit {
    for chunk in 0..<chunksUsed { unsafe (chunks + chunk).pointee.deallocate() }
    unsafe chunks.deallocate()
  }

  /// The element under a handle that `allocate` gave.
  @inline(__always)
  subscript(handle: UInt32) -> Element {
    unsafeAddress {
      precondition(handle &- 1 < top)
      // The handle lies in 1 ... top by the line above; `grow` allocated the chunks of all of them.
      return unsafe UnsafePointer(address(handle))
    }
    unsafeMutableAddress {
      precondition(handle &- 1 < top)
      // As above.
      return unsafe address(handle)
    }
  }

  /// Asks for the first cache lines of an element that will be used soon; any handle will do.
  ///
  /// For "none" the first element is asked for: whether there is one cannot be foretold where packets come, and asking in
  /// vain costs less than a branch not foretold.
  @inline(__always)
  func prefetch(_ handle: UInt32, lines: Int) {
    let handle = Bits.atLeastOne(handle)
    guard handle <= top else { return }
    // Prefetching beyond an element, or one that was freed, is harmless.
    let start = unsafe UnsafeRawPointer(address(handle))
    for line in 0..<lines { unsafe Memory.prefetch((start + line * 64).assumingMemoryBound(to: UInt8.self)) }
  }

  /// Stores an element under a free handle; nothing if 2^32 - 1 are in use.
  @inline(__always)
  mutating func allocate(_ element: Element) -> UInt32? {
    var handle = free
    if handle != 0 {
      // A free handle lies in 1 ... top, and `release` wrote the next free one into its first four bytes.
      unsafe free = UnsafeRawPointer(address(handle)).load(as: UInt32.self)
      // Likely the next to be asked for, and not touched since it was freed.
      prefetch(free, lines: (Self.stride &+ 63) / 64)
    } else {
      guard top < .max else { return nil }
      handle = top &+ 1
      // Handle 0 has a place too, which stays empty.
      if Int(handle >> Self.chunkBits) == chunksUsed { grow() }
      top = handle
    }
    unsafe address(handle).initialize(to: element)
    count &+= 1
    return handle
  }

  /// Frees the element under a handle.
  @inline(__always)
  mutating func release(_ handle: UInt32) {
    precondition(handle &- 1 < top)
    // The handle lies in 1 ... top; an element has room for four bytes (checked by `init`) and trivial bits.
    unsafe UnsafeMutableRawPointer(address(handle)).storeBytes(of: free, as: UInt32.self)
    free = handle
    count &-= 1
  }

  @inline(__always)
  private func address(_ handle: UInt32) -> UnsafeMutablePointer<Element> {
    let chunk = unsafe chunks[Int(handle >> Self.chunkBits)]
    let offset = (Int(handle) & (Self.chunkLength &- 1)) &* Self.stride
    return unsafe (chunk + offset).assumingMemoryBound(to: Element.self)
  }

  @inline(never)
  private mutating func grow() {
    // The raw memory is for this many elements, and holds nothing else: each place is bound to an element.
    unsafe (chunks + chunksUsed).initialize(to: Memory.allocate(byteCount: Self.chunkLength * Self.stride))
    chunksUsed += 1
  }
}
