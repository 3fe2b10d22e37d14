#ifndef ASCRIBE_PREFETCH_H
#define ASCRIBE_PREFETCH_H

/// Asks the processor to load the cache line of an address that will be written; a hint that cannot fail, whatever the
/// address. Swift has no such intrinsic.
static inline __attribute__((always_inline)) void ascribe_prefetch(const void *address) {
  __builtin_prefetch(address, 1, 3);
}

#endif
