import Glibc

/// Zeroed memory straight from the kernel. A page that nobody touched takes no memory, so large areas may be
/// reserved at once; huge pages are asked for, as nearly all uses of it are random accesses.
final class PageMemory {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// `nil` where the kernel refuses.
    init?(byteCount: Int) {
        precondition(byteCount > 0)
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            return nil
        }
        // Advice only: without huge pages everything works, slower.
        _ = madvise(base, byteCount, Int32(MADV_HUGEPAGE))
        self.base = base
        self.byteCount = byteCount
    }

    deinit { munmap(base, byteCount) }
}
