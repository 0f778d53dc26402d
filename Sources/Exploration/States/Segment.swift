/// One part of the table: buckets in address space of its own. An entry lies in the bucket of its position or in the
/// first behind it that had room; there is no wrapping around: what does not fit before `capacity` lies behind it.
struct Segment {
    let base: UnsafeMutableRawPointer
    /// Buckets where probing can start.
    var capacity: Int
    /// Entries. Changed by several threads at once.
    var count: Int64 = 0
    /// Grow when there are as many.
    var largestCount: Int64

    /// The bucket where probing starts, from the bits of the mixed word below those that chose the segment, as the
    /// highest of a word. Rises with `top`, and with `capacity`: so growing moves every entry up or leaves it.
    @inline(__always)
    func position(_ top: UInt64) -> Int {
        Int(truncatingIfNeeded: ((top &>> 32) &* UInt64(truncatingIfNeeded: capacity)) &>> 32)
    }
}
