// SPDX-License-Identifier: MIT

import TransitionSystem

/// The free intervals of a reduced layout that have fewer pages than the machine's, and what must stay free
/// in them lest the check use up what the machine has plenty of.
struct LayoutRoom: Sendable {
    struct Interval: Sendable {
        /// Among all intervals of the layout.
        let index: Int
        let pages: Range<Int>
        let realPages: Int
        /// `0xfef00000 - 0xffffffff`
        let addresses: String
    }

    let intervals: [Interval]
    /// Untouched pages in a row that each interval keeps in every state: so many that whatever could be done
    /// there in the beginning still can be.
    let runLength: Int
    /// Pages of the whole space, and how many it can have.
    let pageCount: Int
    let pagesMax: Int
    /// What a scope with `BUFFERS` mappings uses at once, if they lie side by side.
    let pagesAtOnce: Int?
    /// As `ReductionScope.leastPages`.
    let leastPages: [Int: Int]

    /// Which intervals a state uses up, as bits.
    func shortage(
        of system: TransitionSystem, from initialStates: [[UInt64]]
    ) -> (@Sendable (UnsafePointer<UInt64>) -> UInt64)? {
        guard let initial = initialStates.first,
            let runs = UntouchedRuns(
                valueCount: pageCount, in: intervals.map(\.pages), length: runLength, initial: initial,
                system: system)
        else { return nil }
        return { runs.missing(in: $0) }
    }

    /// Larger intervals, where a state was found that leaves no run in them: to be tried in this order.
    ///
    /// - Parameter shortage: a bit for each of `intervals`.
    /// - Returns: As `ReductionScope.leastPages`.
    func grown(where shortage: UInt64) -> [[Int: Int]] {
        let sideBySide = runLength + (pagesAtOnce ?? 0)
        let sizes: [(Int) -> Int] = [
            { $0 < sideBySide ? sideBySide : $0 + max(runLength, $0 / 2) }, { $0 + runLength }, { $0 + 1 },
        ]
        return sizes.map { size in
            var grown = leastPages
            for interval in short(shortage) {
                grown[interval.index] = min(size(interval.pages.count), interval.realPages)
            }
            return grown
        }
    }

    /// What is said where they cannot be made larger.
    func sentence(_ shortage: UInt64) -> String {
        let places = short(shortage).map {
            "pages \($0.pages.lowerBound) - \($0.pages.upperBound - 1) (\($0.addresses))"
        }
        return
            "this layout is smaller than the scope can use: a state leaves no \(runLength) untouched pages "
            + "in a row in \(places.joined(separator: ", ")), where the machine has more, and at most "
            + "\(pagesMax) pages are explored; check fewer or smaller mappings ('--set NAME=VALUE')"
    }

    private func short(_ shortage: UInt64) -> [Interval] {
        intervals.enumerated().filter { shortage >> UInt64($0.offset) & 1 != 0 }.map(\.element)
    }
}
