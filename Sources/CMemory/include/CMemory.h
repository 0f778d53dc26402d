// SPDX-License-Identifier: MIT

#ifndef C_MEMORY_H
#define C_MEMORY_H

#include <stdint.h>
#include <stdbool.h>

// What Swift's atomics cannot do: operations on words of memory that is otherwise raw, and prefetching.

/// Asks for the cache line at `address`, which will be read and then perhaps written.
static inline void cmemory_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

static inline uint64_t cmemory_load_acquire(const void *address) {
    return __atomic_load_n((const uint64_t *)address, __ATOMIC_ACQUIRE);
}

static inline uint64_t cmemory_load_relaxed(const void *address) {
    return __atomic_load_n((const uint64_t *)address, __ATOMIC_RELAXED);
}

/// Changes a word from `expected` to `value`; false where it was another.
static inline bool cmemory_claim(void *address, uint64_t expected, uint64_t value) {
    return __atomic_compare_exchange_n(
        (uint64_t *)address, &expected, value, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void cmemory_store_relaxed(void *address, uint64_t word) {
    __atomic_store_n((uint64_t *)address, word, __ATOMIC_RELAXED);
}

/// Makes what was written before visible to whoever loads the word with acquire.
static inline void cmemory_store_release(void *address, uint64_t word) {
    __atomic_store_n((uint64_t *)address, word, __ATOMIC_RELEASE);
}

static inline void cmemory_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

#endif
