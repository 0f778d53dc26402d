// SPDX-License-Identifier: MIT

import SpecLanguage

/// What every generated model begins with: the batch it shares with its host, and the arithmetic of packed states.
enum Prelude {
    /// Kept in step with `CompiledBatch`: fields of 8 bytes in the same order.
    static let text = #"""
        /// What goes in and out of one expansion; the host has the same struct.
        public struct Batch {
            var successors: UnsafeMutablePointer<UInt64>
            var count: Int
            var capacity: Int
            /// Transitions without a successor.
            var failures: Int
            /// Source, kind (0 invariant, 1 deadlock, 2 failing transition), index: three numbers a finding.
            var findings: UnsafeMutablePointer<Int>
            var findingCount: Int
            var findingCapacity: Int
            var operationCounts: UnsafeMutablePointer<UInt64>
            var premiseCounts: UnsafeMutablePointer<UInt64>
            var reachableCounts: UnsafeMutablePointer<UInt64>
            var sourceEnds: UnsafeMutablePointer<Int>
            /// Not 0: with partial-order reduction.
            var isReduced: Int
            var source: Int
            var outcomesBefore: Int
            /// Calls that wait for the end of others in one step.
            var depth: Int
            /// Rounds of loops and quantifiers in this source state.
            var work: Int
            /// Not 0: the interpreter must expand this source state.
            var isBeyond: Int
            var host: UnsafeMutableRawPointer
            var grow: @convention(c) (UnsafeMutableRawPointer) -> Void
            var growFindings: @convention(c) (UnsafeMutableRawPointer) -> Void

            @inline(__always) var outcomes: Int { count &+ failures }
        }

        typealias Model = UnsafeMutablePointer<Batch>

        enum Trouble: Error {
            /// A run-time error of the spec or a failed assertion: the transition fails.
            case error
            /// More than this model counts: the interpreter decides.
            case beyond
        }

        @inline(never)
        func note(_ m: Model, _ kind: Int, _ index: Int) {
            if m.pointee.findingCount == m.pointee.findingCapacity { m.pointee.growFindings(m.pointee.host) }
            let finding = m.pointee.findings + 3 &* m.pointee.findingCount
            finding[0] = m.pointee.source
            finding[1] = kind
            finding[2] = index
            m.pointee.findingCount &+= 1
        }

        @inline(never)
        func fail(_ m: Model, _ trouble: Trouble) {
            switch trouble {
            case .error:
                note(m, 2, m.pointee.outcomes &- m.pointee.outcomesBefore)
                m.pointee.failures &+= 1
            case .beyond: m.pointee.isBeyond = 1
            }
        }

        @inline(__always)
        func count(_ m: Model, _ rounds: Int) throws(Trouble) {
            m.pointee.work &+= rounds
            if m.pointee.work > \#(CountedRounds.countedMax) { throw .beyond }
        }

        @inline(__always)
        func bits(_ word: UInt64, _ shift: Int, _ width: Int) -> UInt64 {
            (word &>> UInt64(truncatingIfNeeded: shift)) & (width == 64 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: width)) &- 1)
        }

        @inline(__always)
        func put(_ word: inout UInt64, _ shift: Int, _ width: Int, _ value: UInt64) {
            let mask: UInt64 = width == 64 ? ~0 : (1 &<< UInt64(truncatingIfNeeded: width)) &- 1
            let place = UInt64(truncatingIfNeeded: shift)
            word = (word & ~(mask &<< place)) | (value &<< place)
        }

        @inline(__always) func int(_ bits: UInt64) -> Int { Int(truncatingIfNeeded: bits) }
        @inline(__always) func uint(_ number: Int) -> UInt64 { UInt64(truncatingIfNeeded: number) }
        @inline(__always) func uint(_ flag: Bool) -> UInt64 { flag ? 1 : 0 }

        @inline(__always) func checkedAdd(_ a: Int, _ b: Int) throws(Trouble) -> Int {
            let (result, overflow) = a.addingReportingOverflow(b)
            if overflow { throw .beyond }
            return result
        }
        @inline(__always) func checkedSubtract(_ a: Int, _ b: Int) throws(Trouble) -> Int {
            let (result, overflow) = a.subtractingReportingOverflow(b)
            if overflow { throw .beyond }
            return result
        }
        @inline(__always) func checkedMultiply(_ a: Int, _ b: Int) throws(Trouble) -> Int {
            let (result, overflow) = a.multipliedReportingOverflow(by: b)
            if overflow { throw .beyond }
            return result
        }
        func divide(_ a: Int, _ b: Int) throws(Trouble) -> Int {
            if b == 0 { throw .error }
            if b == -1 { return try checkedSubtract(0, a) }
            return a / b
        }
        func remainder(_ a: Int, _ b: Int) throws(Trouble) -> Int {
            if b == 0 { throw .error }
            return b == -1 ? 0 : a % b
        }
        func checkedShiftLeft(_ a: Int, _ b: Int) throws(Trouble) -> Int {
            if b < 0 || b >= 120 { throw .error }
            if b >= 62 || a > (Int.max &>> (b &+ 1)) || a < -(Int.max &>> (b &+ 1)) { throw .beyond }
            return a &<< b
        }
        func wordShiftLeft(_ a: Int, _ b: Int, _ width: Int) -> Int {
            b < 0 || b >= width ? 0 : int(bits(uint(a) &<< uint(b), 0, width))
        }
        func shiftRight(_ a: Int, _ b: Int) -> Int { b < 0 ? 0 : a &>> min(b, 63) }
        @inline(__always) func low(_ a: Int, _ width: Int) -> Int { int(bits(uint(a), 0, width)) }

        struct Interval {
            var first: Int
            var last: Int
            @inline(__always) init(_ first: Int, _ last: Int) { self.first = first; self.last = last }
            static var zero: Interval { Interval(0, 0) }
            static func == (a: Interval, b: Interval) -> Bool { a.first == b.first && a.last == b.last }
            func contains(_ number: Int) -> Bool { first <= number && number <= last }
            func overlaps(_ other: Interval) -> Bool {
                first <= last && other.first <= other.last && first <= other.last && other.first <= last
            }
        }

        /// The set of the numbers `range`, cut to 0 ..< count.
        @inline(__always)
        func mask<Bits: FixedWidthInteger & UnsignedInteger>(_ range: Interval, _ count: Int, _: Bits.Type) -> Bits {
            let first = max(range.first, 0), last = min(range.last, count &- 1)
            if first > last { return 0 }
            return (~0 &>> Bits(truncatingIfNeeded: Bits.bitWidth &- 1 &- (last &- first))) &<< Bits(truncatingIfNeeded: first)
        }
        @inline(__always)
        func contains<Bits: FixedWidthInteger & UnsignedInteger>(_ set: Bits, _ member: Int) -> Bool {
            member >= 0 && member < Bits.bitWidth && (set &>> Bits(truncatingIfNeeded: member)) & 1 != 0
        }
        /// Whether all of `range` is in the set; an empty range is.
        @inline(__always)
        func containsAll<Bits: FixedWidthInteger & UnsignedInteger>(_ set: Bits, _ range: Interval, _ count: Int) -> Bool {
            if range.first > range.last { return true }
            if range.first < 0 || range.last >= count { return false }
            return mask(range, count, Bits.self) & ~set == 0
        }
        @inline(__always)
        func isDisjoint<Bits: FixedWidthInteger & UnsignedInteger>(_ set: Bits, _ range: Interval, _ count: Int) -> Bool {
            mask(range, count, Bits.self) & set == 0
        }
        /// The whole run of members around one of them.
        func run<Bits: FixedWidthInteger & UnsignedInteger>(_ set: Bits, around member: Int) -> Interval {
            let above = (~set &>> Bits(truncatingIfNeeded: member))
            let last = above == 0 ? Bits.bitWidth &- 1 : member &+ above.trailingZeroBitCount &- 1
            let below = ~set & ((1 &<< Bits(truncatingIfNeeded: member)) &- 1)
            let first = below == 0 ? 0 : Bits.bitWidth &- below.leadingZeroBitCount
            return Interval(first, last)
        }
        func highestRun<Bits: FixedWidthInteger & UnsignedInteger>(_ set: Bits, _ range: Interval, _ count: Int) -> Interval? {
            let members = mask(range, count, Bits.self) & set
            return members == 0 ? nil : run(set, around: Bits.bitWidth &- 1 &- members.leadingZeroBitCount)
        }
        func lowestRun<Bits: FixedWidthInteger & UnsignedInteger>(_ set: Bits, _ range: Interval, _ count: Int) -> Interval? {
            let members = mask(range, count, Bits.self) & set
            return members == 0 ? nil : run(set, around: members.trailingZeroBitCount)
        }
        """#
}
