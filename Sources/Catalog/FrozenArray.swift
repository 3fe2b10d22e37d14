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

  /// Makes an array in a place of its own.
  private init(repeating element: Element, count: Int, in memory: Memory, at offset: Int) {
    (self.memory, self.count) = (memory, count)
    // `make` allocated this place for that many elements; it is bound and initialized once, here.
    let start = unsafe (memory.start + offset).bindMemory(to: Element.self, capacity: count)
    unsafe start.initialize(repeating: element, count: count)
    unsafe base = UnsafePointer(start)
  }

  /// Makes three arrays in one piece of memory, so that they share its huge pages.
  ///
  /// - Parameters:
  ///   - first: What all elements of the first are before they are written, and how many there are.
  ///   - second: The same of the second.
  ///   - third: The same of the third.
  ///   - write: Writes the elements.
  /// - Returns: The arrays.
  static func make<Second, Third>(
    _ first: (element: Element, count: Int), _ second: (element: Second, count: Int),
    _ third: (element: Third, count: Int),
    _ write: (inout MutableSpan<Element>, inout MutableSpan<Second>, inout MutableSpan<Third>) -> Void
  ) -> (FrozenArray, FrozenArray<Second>, FrozenArray<Third>) {
    /// The end of what begins with a cache line.
    func end<Item>(_ start: Int, _ items: (element: Item, count: Int)) -> Int {
      (start + items.count * MemoryLayout<Item>.stride + 63) & ~63
    }
    let secondStart = end(0, first)
    let thirdStart = end(secondStart, second)
    let memory = Memory(byteCount: end(thirdStart, third))
    let one = FrozenArray(repeating: first.element, count: first.count, in: memory, at: 0)
    let two = FrozenArray<Second>(repeating: second.element, count: second.count, in: memory, at: secondStart)
    let three = FrozenArray<Third>(repeating: third.element, count: third.count, in: memory, at: thirdStart)
    // They are initialized, and written here alone, before anybody else has them.
    var oneSpan = unsafe MutableSpan(_unsafeStart: UnsafeMutablePointer(mutating: one.base), count: one.count)
    var twoSpan = unsafe MutableSpan(_unsafeStart: UnsafeMutablePointer(mutating: two.base), count: two.count)
    var threeSpan = unsafe MutableSpan(_unsafeStart: UnsafeMutablePointer(mutating: three.base), count: three.count)
    write(&oneSpan, &twoSpan, &threeSpan)
    return (one, two, three)
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
