/// An open-addressed table with linear probing from the hash of a state to its number. A slot holds the
/// number plus one, and in the bits above a tag of the hash: with a tag of eight bits, 255 of 256 states that
/// are not the one sought need no look at their words. The more slots, the more bits go to the number; with
/// 2^32 none are left and every probe looks.
///
/// The caller keeps at most `largestCount` slots filled, so each probe ends at an empty one.
struct StateIndex {
    static let empty: UInt32 = 0
    private static let smallestCapacity = 1024

    let slots: UnsafeMutablePointer<UInt32>
    let capacity: Int
    /// States it takes: four in five slots.
    let largestCount: Int
    private let numberMask: UInt32
    /// Keeps `slots` alive.
    private let memory: PageMemory

    /// An index of the smallest size.
    init() {
        guard let index = StateIndex(capacity: Self.smallestCapacity) else {
            fatalError("the system has no memory left, not even a page")
        }
        self = index
    }

    /// `nil` where the kernel refuses the memory.
    init?(capacity: Int) {
        assert(capacity >= Self.smallestCapacity)
        guard let memory = PageMemory(byteCount: Self.byteCount(capacity: capacity)) else { return nil }
        self.memory = memory
        self.capacity = capacity
        slots = memory.base.assumingMemoryBound(to: UInt32.self)
        largestCount = min(capacity / 5 * 4, VisitedSet.largestCount)
        numberMask = UInt32.max >> UInt32(UInt32(largestCount).leadingZeroBitCount)
    }

    static func byteCount(capacity: Int) -> Int { 4 * capacity }
    var byteCount: Int { Self.byteCount(capacity: capacity) }

    /// The high bits of the hash choose the position, the low ones make the tag.
    @inline(__always)
    func position(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash.multipliedFullWidth(by: UInt64(truncatingIfNeeded: capacity)).high)
    }

    @inline(__always)
    func position(after position: Int) -> Int {
        assert(position >= 0 && position < capacity)
        let next = position &+ 1
        return next == capacity ? 0 : next
    }

    /// Where a state that is not in the index belongs.
    @inline(__always)
    func emptyPosition(for hash: UInt64) -> Int {
        var position = position(of: hash)
        while slots[position] != Self.empty { position = self.position(after: position) }
        return position
    }

    @inline(__always)
    func tagMatches(_ slot: UInt32, _ hash: UInt64) -> Bool {
        (slot ^ UInt32(truncatingIfNeeded: hash)) & ~numberMask == 0
    }

    @inline(__always)
    func number(in slot: UInt32) -> Int {
        assert(slot != Self.empty)
        return Int(slot & numberMask) &- 1
    }

    @inline(__always)
    func fill(_ position: Int, with number: Int, hash: UInt64) {
        assert(slots[position] == Self.empty)
        assert(number < largestCount)
        let tag = UInt32(truncatingIfNeeded: hash) & ~numberMask
        slots[position] = tag | UInt32(truncatingIfNeeded: number &+ 1)
    }
}
