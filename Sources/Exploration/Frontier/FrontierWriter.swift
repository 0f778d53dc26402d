// SPDX-License-Identifier: MIT

import Synchronization

/// One thread's part of the states found for the next level: fills blocks and hands them over.
final class FrontierWriter {
    private let frontier: Frontier
    private let packing: PackedStates
    private var block: UnsafeMutableRawPointer?
    private var count = 0

    init(_ frontier: Frontier) {
        self.frontier = frontier
        packing = frontier.packing
    }

    /// Adds states; where there is no memory left the frontier is broken, as some are lost.
    ///
    /// - Parameter indices: which of the packed states at `states`.
    func append(
        _ indices: UnsafePointer<Int32>, count indexCount: Int, of states: UnsafePointer<UInt64>
    ) {
        var next = 0
        while next < indexCount {
            if count == frontier.blockCapacity { flush() }
            if block == nil { block = frontier.emptyBlock() }
            guard let block else {
                frontier.isBroken.store(true, ordering: .relaxed)
                return
            }
            let end = min(indexCount, next + frontier.blockCapacity - count)
            var target = block + count &* packing.stateBytes
            count += end - next
            while next < end {
                packing.pack(states + Int(indices[next]) &* packing.wordsPerState, to: target)
                target += packing.stateBytes
                next &+= 1
            }
        }
    }

    /// Hands over what there is.
    func flush() {
        if let block, count > 0 {
            frontier.add(block, count: count)
            self.block = nil
            count = 0
        }
    }
}
