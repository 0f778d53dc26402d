import Glibc

/// Address space for all segments of a table, a stride each. Pages take memory when they are first written, so a segment
/// grows in place.
final class SegmentMemory {
    let base: UnsafeMutableRawPointer
    /// Bytes of address space a segment has.
    let stride: Int
    private let mapped: UnsafeMutableRawPointer
    private let byteCount: Int

    private static let hugePage = 2 << 20
    private static let page = 4096
    /// Address space is free, but not without end.
    private static let byteCountMax = 1 << 42
    /// Below this, huge pages would make a segment notably larger.
    private static let smallestHuge = 8 * hugePage

    /// - Parameter bytesPerSegment: the most that a segment will take, if there is so much address space.
    /// - Returns: `nil` where the kernel refuses even `smallest` bytes a segment.
    init?(segmentCount: Int, bytesPerSegment: Int, smallest: Int) {
        var wanted = min(bytesPerSegment, Self.byteCountMax / segmentCount)
        while true {
            let unit = wanted >= Self.smallestHuge ? Self.hugePage : Self.page
            let stride = (wanted + unit - 1) / unit * unit
            let byteCount = segmentCount * stride + Self.hugePage
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
            if let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED {
                self.stride = stride
                self.byteCount = byteCount
                mapped = start
                let aligned = (UInt(bitPattern: start) + UInt(Self.hugePage) - 1) & ~UInt(Self.hugePage - 1)
                base = UnsafeMutableRawPointer(bitPattern: aligned) ?? start
                return
            }
            if wanted / 2 < smallest { return nil }
            wanted /= 2
        }
    }

    deinit { munmap(mapped, byteCount) }

    func segment(_ number: Int) -> UnsafeMutableRawPointer { base + number * stride }

    /// Asks for huge pages where a segment will fill them wholly. Advice only.
    func adviseHugePages(_ number: Int, byteCount: Int) {
        guard stride % Self.hugePage == 0, byteCount >= Self.smallestHuge else { return }
        _ = madvise(segment(number), byteCount / Self.hugePage * Self.hugePage, Int32(MADV_HUGEPAGE))
    }
}
