import Glibc

/// Address space for all segments of a table, a stride each. Pages take memory when they are first written, so a segment
/// grows in place.
final class SegmentMemory {
    let base: UnsafeMutableRawPointer
    /// Bytes of address space a segment has.
    let stride: Int
    private let byteCount: Int

    private static let hugePage = 2 << 20
    /// Behind the last entry that fits: 16 bytes can be read from the start of any.
    static let padding = 4096

    /// - Parameter bytesPerSegment: the most that a segment will take.
    /// - Returns: `nil` where the kernel refuses the address space.
    init?(segmentCount: Int, bytesPerSegment: Int) {
        let unit = bytesPerSegment >= 4 * Self.hugePage ? Self.hugePage : 4096
        stride = (bytesPerSegment + Self.padding + unit - 1) / unit * unit
        byteCount = segmentCount * stride + Self.hugePage
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED
        else {
            return nil
        }
        mapped = start
        base =
            UnsafeMutableRawPointer(
                bitPattern: (UInt(bitPattern: start) + UInt(Self.hugePage) - 1) & ~UInt(Self.hugePage - 1))
            ?? start
    }

    private let mapped: UnsafeMutableRawPointer

    deinit { munmap(mapped, byteCount) }

    func segment(_ number: Int) -> UnsafeMutableRawPointer { base + number * stride }

    /// Asks for huge pages where a segment will fill them wholly. Advice only.
    func advise(_ number: Int, byteCount: Int) {
        guard stride % Self.hugePage == 0 else { return }
        let whole = byteCount / Self.hugePage * Self.hugePage
        if whole > 0 { _ = madvise(segment(number), whole, Int32(MADV_HUGEPAGE)) }
    }
}
