#ifndef C_MEMORY_H
#define C_MEMORY_H

/// Asks for the cache line at `address`, which will be read and then perhaps written.
static inline void cmemory_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

#endif
