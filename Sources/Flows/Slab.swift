// The flow table's storage. All unsafe code of `Flows` stands in this file: memory is handed out in chunks that never
// move, every access checks its index against the elements handed out so far, and elements are trivial bits.

/// Elements of one kind under stable 32-bit handles, with a free list.
///
/// Handle 0 stands for "none". Memory grows by chunks, so that growth copies nothing and at most one chunk is unused.
@safe
struct Slab<Element: BitwiseCopyable>: ~Copyable {
  /// The handle that stands for no element.
  static var none: UInt32 { 0 }

  private static var chunkBits: UInt32 { 10 }
  private static var chunkCount: Int { 1 << Int(chunkBits) }

  private var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
  private var chunkCapacity = 16
  private var chunksUsed = 0
  /// The highest handle ever given; the first is 1.
  private var top: UInt32 = 0
  /// The first free element; each holds the handle of the next in its first bytes.
  private var free: UInt32 = 0
  /// Elements in use.
  private(set) var count = 0

  init() {
    precondition(MemoryLayout<Element>.size >= 4, "an element must hold a handle while it is free")
    unsafe chunks = .allocate(capacity: chunkCapacity)
  }

  deinit {
    for chunk in 0..<chunksUsed { unsafe chunks[chunk].deallocate() }
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

  /// Stores an element under a free handle; nothing if 2^32 - 1 are in use.
  mutating func allocate(_ element: Element) -> UInt32? {
    var handle = free
    if handle != 0 {
      // A free handle lies in 1 ... top, and `release` wrote the next free one into its first four bytes.
      unsafe free = UnsafeRawPointer(address(handle)).load(as: UInt32.self)
    } else {
      guard top < .max else { return nil }
      if top & (UInt32(Self.chunkCount) &- 1) == 0 { grow() }
      top &+= 1
      handle = top
    }
    unsafe address(handle).initialize(to: element)
    count &+= 1
    return handle
  }

  /// Frees the element under a handle.
  mutating func release(_ handle: UInt32) {
    precondition(handle &- 1 < top)
    // The handle lies in 1 ... top; an element has room for four bytes (checked by `init`) and trivial bits.
    unsafe UnsafeMutableRawPointer(address(handle)).storeBytes(of: free, as: UInt32.self)
    free = handle
    count &-= 1
  }

  @inline(__always)
  private func address(_ handle: UInt32) -> UnsafeMutablePointer<Element> {
    let index = handle &- 1
    return unsafe chunks[Int(index >> Self.chunkBits)] + Int(index & (UInt32(Self.chunkCount) &- 1))
  }

  private mutating func grow() {
    if chunksUsed == chunkCapacity {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: chunkCapacity * 2)
      unsafe larger.moveInitialize(from: chunks, count: chunksUsed)
      unsafe chunks.deallocate()
      unsafe chunks = larger
      chunkCapacity *= 2
    }
    let chunk = UnsafeMutableRawPointer.allocate(
      byteCount: Self.chunkCount * MemoryLayout<Element>.stride, alignment: max(64, MemoryLayout<Element>.alignment))
    // The raw memory was allocated for exactly this many elements and is bound once.
    unsafe (chunks + chunksUsed).initialize(to: chunk.bindMemory(to: Element.self, capacity: Self.chunkCount))
    chunksUsed += 1
  }
}

extension [UInt8] {
  /// A copy of bytes.
  init(copying bytes: RawSpan) {
    // The bytes are read while the span lives.
    self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }

  /// Appends a copy of bytes.
  mutating func append(copying bytes: RawSpan) {
    // As above.
    unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }

  /// Reads the bytes as a span.
  func withRawSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
    // Bytes have no padding, the only hazard of viewing elements as raw bytes.
    unsafe body(span.bytes)
  }
}
