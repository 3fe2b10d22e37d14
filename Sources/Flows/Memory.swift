// The flow table's memory. Nearly all unsafe code of `Flows` stands in this file and in Slab.swift: every access checks its
// index against what was allocated, and elements are trivial bits.

import CPrefetch
import Glibc

/// Memory in the pages that suit its size.
enum Memory {
  /// Bytes of a huge page of x86-64 and of most arm64 kernels; elsewhere the advice is without effect.
  static var hugePage: Int { 2 << 20 }

  /// Allocates uninitialised memory, aligned to cache lines; what fills huge pages is aligned to them, and the kernel is
  /// asked for them: a walk through a large table then misses the page tables rarely, and 512 faults become one.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let isHuge = byteCount >= hugePage
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: isHuge ? hugePage : 64)
    // Advice only, on memory that was just allocated: a failure changes nothing.
    if isHuge { _ = unsafe madvise(memory, byteCount & ~(hugePage &- 1), Int32(MADV_HUGEPAGE)) }
    return unsafe memory
  }

  /// Asks for the cache line of an element that will be used soon.
  @inline(__always)
  static func prefetch<Element>(_ element: UnsafePointer<Element>) {
    // A hint that may name any address, and reads nothing.
    unsafe prefetch_line(UnsafeRawPointer(element))
  }

  /// Asks for the cache line of an array's element that will be used soon; there need be none.
  @inline(__always)
  static func prefetch<Element>(_ array: [Element], _ index: Int) {
    // A hint that may name any address, and reads nothing.
    unsafe array.withUnsafeBufferPointer { if let base = $0.baseAddress { unsafe prefetch(base + index) } }
  }
}

/// Lends two values in one order or the other; which one is no branch, but an address.
///
/// - Parameters:
///   - first: A value.
///   - second: Another one, which no access to the first touches.
///   - isSwapped: Whether the second is to come first.
///   - body: What is done with them.
/// - Returns: What it gives.
@inline(always)
func inOrder<Value: BitwiseCopyable, Result>(
  _ first: inout Value, _ second: inout Value, isSwapped: Bool, _ body: (inout Value, inout Value) -> Result
) -> Result {
  unsafe withUnsafeMutablePointer(to: &first) { first in
    unsafe withUnsafeMutablePointer(to: &second) { second in
      // Both are lent exclusively for the length of the call, so that they are two whichever comes first.
      let (former, latter) = unsafe isSwapped ? (second, first) : (first, second)
      return unsafe body(&former.pointee, &latter.pointee)
    }
  }
}

/// A fixed number of elements.
@safe
struct Storage<Element: BitwiseCopyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  /// How many elements there are.
  let count: Int

  /// Makes storage in which all elements are alike.
  init(repeating element: Element, count: Int) {
    self.count = max(count, 0)
    let memory = unsafe Memory.allocate(byteCount: max(self.count, 1) * MemoryLayout<Element>.stride)
    // The raw memory was allocated for this many elements and is bound once.
    unsafe base = memory.bindMemory(to: Element.self, capacity: max(self.count, 1))
    unsafe base.initialize(repeating: element, count: self.count)
  }

  deinit { unsafe base.deallocate() }

  /// The element at an index, which is checked.
  @inline(__always)
  subscript(index: Int) -> Element {
    unsafeAddress {
      precondition(index >= 0 && index < count)
      // Inside the storage by the line above.
      return unsafe UnsafePointer(base + index)
    }
    unsafeMutableAddress {
      precondition(index >= 0 && index < count)
      // As above.
      return unsafe base + index
    }
  }

  /// Asks for the cache line of an element that will be used soon.
  @inline(__always)
  func prefetch(_ index: Int) {
    precondition(index >= 0 && index < count)
    // Inside the storage by the line above.
    unsafe Memory.prefetch(UnsafePointer(base + index))
  }
}

/// A power of two of elements, whose indices wrap around: the slots of a hash table.
@safe
struct Ring<Element: BitwiseCopyable>: ~Copyable {
  private let base: UnsafeMutablePointer<Element>
  private let mask: Int
  /// How many elements there are.
  var count: Int { mask &+ 1 }

  /// Makes a ring in which all elements are alike.
  init(repeating element: Element, count: Int) {
    precondition(count > 0 && count & (count - 1) == 0, "not a power of two")
    mask = count - 1
    let memory = unsafe Memory.allocate(byteCount: count * MemoryLayout<Element>.stride)
    // The raw memory was allocated for this many elements and is bound once.
    unsafe base = memory.bindMemory(to: Element.self, capacity: count)
    unsafe base.initialize(repeating: element, count: count)
  }

  deinit { unsafe base.deallocate() }

  /// The element at an index, modulo their number.
  @inline(__always)
  subscript(index: Int) -> Element {
    unsafeAddress {
      // The mask leaves an index below the number of elements.
      unsafe UnsafePointer(base + (index & mask))
    }
    unsafeMutableAddress {
      // As above.
      unsafe base + (index & mask)
    }
  }

  /// Asks for the cache line of an element that will be used soon.
  @inline(__always)
  func prefetch(_ index: Int) {
    // As above.
    unsafe Memory.prefetch(UnsafePointer(base + (index & mask)))
  }
}

extension String {
  /// Makes a string of letters of ASCII.
  ///
  /// - Parameters:
  ///   - count: How many there are.
  ///   - letter: Gives each, by its place.
  init(asciiCount count: Int, _ letter: (Int) -> UInt8) {
    let count = Swift.max(count, 0)
    // No more is written than was asked for.
    unsafe self.init(unsafeUninitializedCapacity: count) { buffer in
      for place in 0..<count { unsafe buffer[place] = letter(place) & 0x7F }
      return count
    }
  }
}
