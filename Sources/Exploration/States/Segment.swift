/// One part of the table: open addressing with linear probing, entries side by side, in address space of its own. An
/// entry lies at its position or at the first free place behind it; there is no wrapping around: what does not fit
/// before `capacity` lies behind it.
struct Segment {
    let base: UnsafeMutableRawPointer
    /// Positions: places where probing can start.
    var capacity: Int
    var count = 0
    /// Grow before there are more.
    var largestCount: Int
    /// Behind the last place that is taken.
    var end = 0

    /// Where probing starts, from the bits of the hash below those that chose the segment, as the highest of a word.
    @inline(__always)
    func position(_ top: UInt64) -> Int { Self.position(top, capacity) }

    /// Rises with `top`, and with `capacity`: so growing moves every entry up or leaves it.
    @inline(__always)
    static func position(_ top: UInt64, _ capacity: Int) -> Int {
        Int(truncatingIfNeeded: ((top &>> 32) &* UInt64(truncatingIfNeeded: capacity)) &>> 32)
    }
}
