// SPDX-License-Identifier: MIT

import Glibc

/// Address space for a table that grows in place: pages take memory when they are first written.
final class TableMemory {
    let base: UnsafeMutableRawPointer
    /// Bytes of address space.
    let byteCount: Int
    private let mapped: UnsafeMutableRawPointer

    private static let hugePage = 2 << 20
    /// Address space is free, but not without end.
    private static let byteCountMax = 1 << 42

    /// - Parameter wanted: the most that the table will take, if there is so much address space.
    /// - Returns: `nil` where the kernel refuses even `smallest` bytes.
    init?(wanted: Int, smallest: Int) {
        var wanted = max(smallest, min(wanted, Self.byteCountMax))
        while true {
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
            let size = wanted + Self.hugePage
            if let start = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED {
                byteCount = wanted
                mapped = start
                let aligned = (UInt(bitPattern: start) + UInt(Self.hugePage) - 1) & ~UInt(Self.hugePage - 1)
                base = UnsafeMutableRawPointer(bitPattern: aligned) ?? start
                return
            }
            if wanted / 2 < smallest { return nil }
            wanted /= 2
        }
    }

    deinit { munmap(mapped, byteCount + Self.hugePage) }

    /// Frees the pages; what is read from now on is zero.
    func giveBack() { _ = madvise(mapped, byteCount + Self.hugePage, Int32(MADV_DONTNEED)) }

    /// Asks for huge pages in the first bytes, but for a last page that would not be filled: nearly all uses of them are
    /// random accesses. Advice only.
    func adviseHugePages(_ bytes: Int) {
        let whole = bytes / Self.hugePage * Self.hugePage
        if whole > 0 { _ = madvise(base, whole, Int32(MADV_HUGEPAGE)) }
    }
}
