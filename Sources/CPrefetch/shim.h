// The processor's prefetch instruction, which Swift does not offer.
#pragma once

/// Begins to fetch the cache line of an address; the address may be any, also one that is not mapped.
static inline __attribute__((always_inline)) void prefetch_line(const void *address) { __builtin_prefetch(address); }
