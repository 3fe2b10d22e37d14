import CMalloc
import Glibc

/// The heap in huge pages, for a run that is over soon and whose speed counts.
enum HugeHeap {
  /// How much is taken of the address space at once; what is not used costs no memory.
  private static let length = 64 << 20

  /// Takes room for the heap and asks the kernel for huge pages in it: one page fault instead of 512.
  ///
  /// All of it is advice, without effect where the C library or the kernel does not take it. Not for runs that last: blocks
  /// that would have memory of their own stand in the heap, and what they leave is not always given back.
  static func prepare() {
    _ = mallopt(M_TOP_PAD, Int32(length))
    _ = mallopt(M_MMAP_THRESHOLD, Int32(length / 16))
    guard let start = unsafe sbrk(0) else { return }
    // A block that the heap has no room for makes it grow; unless something is asked of it, the compiler makes none. It is
    // small, for what is written behind it makes that page one that is not huge.
    let block = unsafe malloc(length / 256)
    _ = unsafe malloc_usable_size(block)
    unsafe free(block)
    guard let end = unsafe sbrk(0) else { return }
    // What the heap grew by; nothing is read or written.
    _ = unsafe madvise(start, end - start, Int32(MADV_HUGEPAGE))
  }
}
