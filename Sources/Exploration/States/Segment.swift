import Glibc

/// One part of the table: open addressing with linear probing, entries side by side. Grows by itself, so the table
/// never doubles.
struct Segment {
    /// `capacity` entries, and room to read 16 bytes from the start of any.
    private(set) var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    var count = 0
    /// Grow before there are more.
    private(set) var largestCount: Int

    /// Reading 8 bytes from the start or the end of an entry stays within the memory.
    private static let padding = 16
    /// From here on memory comes from the kernel in pages, and goes back to it.
    private static let mappedBytesMin = 256 << 10

    /// - Returns: `nil` where the system has no memory.
    init?(capacity: Int, entryBytes: Int) {
        guard let base = Self.allocate(Self.byteCount(capacity, entryBytes)) else { return nil }
        self.base = base
        self.capacity = capacity
        largestCount = capacity - max(capacity / 6, 1)
    }

    func byteCount(entryBytes: Int) -> Int { Self.byteCount(capacity, entryBytes) }

    static func byteCount(_ capacity: Int, _ entryBytes: Int) -> Int { capacity * entryBytes + padding }

    func free(entryBytes: Int) {
        let bytes = byteCount(entryBytes: entryBytes)
        if bytes >= Self.mappedBytesMin { munmap(base, bytes) } else { Glibc.free(base) }
    }

    private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard bytes >= mappedBytesMin else { return calloc(bytes, 1) }
        let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else { return nil }
        // Advice only. Smaller areas would not hold a huge page anyway.
        if bytes >= 8 << 20 { _ = madvise(memory, bytes, Int32(MADV_HUGEPAGE)) }
        return memory
    }

    /// Where probing starts, from the bits of the hash below those that chose the segment, as the highest of a word.
    @inline(__always)
    func position(_ top: UInt64) -> Int {
        Int(truncatingIfNeeded: ((top &>> 32) &* UInt64(truncatingIfNeeded: capacity)) &>> 32)
    }
}
