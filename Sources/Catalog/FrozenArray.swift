import Glibc

/// Elements that are written once, and then read by any number of threads: an array whose reads are not checked.
///
/// The one place of unsafe code behind `PrefixTable`. A lookup is a handful of dependent loads, and what surrounds them decides
/// how many lookups the processor has under way at once: the checks of `Array`, and the loads of its header, cost a third of
/// them. Whoever reads proves that the index is in range; builds for debugging, which the tests are, check it.
@safe
@usableFromInline
struct FrozenArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// The memory, freed with the last copy.
  private let memory: Memory
  /// The start of the memory.
  @usableFromInline let base: UnsafePointer<Element>
  /// How many elements there are.
  @usableFromInline let count: Int

  /// Makes an array.
  ///
  /// - Parameters:
  ///   - element: What all elements are at first.
  ///   - count: How many there are.
  ///   - write: Writes the others.
  init(repeating element: Element, count: Int, _ write: (inout MutableSpan<Element>) -> Void) {
    memory = Memory(byteCount: count * MemoryLayout<Element>.stride)
    self.count = count
    // The memory was allocated for this many elements, is bound once, and is written here alone, before anybody else has it.
    let start = unsafe memory.start.bindMemory(to: Element.self, capacity: count)
    unsafe start.initialize(repeating: element, count: count)
    unsafe base = UnsafePointer(start)
    var span = unsafe MutableSpan(_unsafeStart: start, count: count)
    write(&span)
  }

  /// Makes a copy of elements.
  private init(_ elements: [Element], in memory: Memory, at offset: Int) {
    self.memory = memory
    count = elements.count
    // `freeze` allocated a place of its own for these elements; it is bound and written once, here.
    let start = unsafe (memory.start + offset).bindMemory(to: Element.self, capacity: count)
    for index in elements.indices { unsafe (start + index).initialize(to: elements[index]) }
    unsafe base = UnsafePointer(start)
  }

  /// Copies three arrays into one piece of memory, so that they share its huge pages.
  static func freeze<Second, Third>(
    _ first: [Element], _ second: [Second], _ third: [Third]
  ) -> (FrozenArray, FrozenArray<Second>, FrozenArray<Third>) {
    /// The end of what begins with a cache line.
    func end<Item>(_ start: Int, _ items: [Item]) -> Int {
      (start + items.count * MemoryLayout<Item>.stride + 63) & ~63
    }
    let secondStart = end(0, first)
    let thirdStart = end(secondStart, second)
    let memory = Memory(byteCount: end(thirdStart, third))
    return (
      FrozenArray(first, in: memory, at: 0), FrozenArray<Second>(second, in: memory, at: secondStart),
      FrozenArray<Third>(third, in: memory, at: thirdStart)
    )
  }

  /// The element at an index, which must be in range: that is not checked.
  @inlinable @inline(__always)
  subscript(unchecked index: Int) -> Element {
    assert(index >= 0 && index < count)
    // In range, as the caller has proved; the memory lives as long as this value.
    return unsafe base[index]
  }
}

/// Memory in the pages that suit its size.
@safe
private final class Memory: @unchecked Sendable {
  let start: UnsafeMutableRawPointer

  /// Allocates memory aligned to cache lines.
  ///
  /// Huge pages that it fills are asked for: a load from one seldom waits for the page tables.
  init(byteCount: Int) {
    // Of x86-64 and of most arm64 kernels; elsewhere the advice is without effect.
    let hugePage = 2 << 20
    let isHuge = byteCount >= hugePage
    let size = max(byteCount, 1)
    unsafe start = .allocate(byteCount: size, alignment: isHuge ? hugePage : 64)
    // Advice only, on whole pages that were just allocated: a failure changes nothing.
    if isHuge { _ = unsafe madvise(start, size & ~(hugePage - 1), CInt(MADV_HUGEPAGE)) }
  }

  deinit { unsafe start.deallocate() }
}
