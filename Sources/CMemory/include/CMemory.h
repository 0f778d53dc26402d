#ifndef C_MEMORY_H
#define C_MEMORY_H

#include <stdint.h>
#include <stdbool.h>

/// Asks for the cache line at `address`, which will be read and then perhaps written.
static inline void cmemory_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

/// A byte that says whether what lies behind it was written: acquire pairs with release.
static inline uint8_t cmemory_load_acquire(const void *address) {
    return __atomic_load_n((const uint8_t *)address, __ATOMIC_ACQUIRE);
}

static inline void cmemory_store_release(void *address, uint8_t value) {
    __atomic_store_n((uint8_t *)address, value, __ATOMIC_RELEASE);
}

/// Changes a byte from 0 to `value`; false where it was not 0.
static inline bool cmemory_claim(void *address, uint8_t value) {
    uint8_t expected = 0;
    return __atomic_compare_exchange_n((uint8_t *)address, &expected, value, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline int64_t cmemory_add(int64_t *address, int64_t value) {
    return __atomic_add_fetch(address, value, __ATOMIC_RELAXED);
}

static inline void cmemory_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

#endif
