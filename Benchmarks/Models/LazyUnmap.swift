// SPDX-License-Identifier: MIT

package import TransitionSystem

/// Deferred unmapping written by hand: CPUs map and unmap in separate steps, an IOTLB fills and evicts at
/// will, a flush queue gives IOVAs back. The state and transition counts are known from Murphi, Promela and
/// TLA+ models of the same.
///
/// First word, for P pages: page table (3 bits a page) at 0, IOTLB at 3P, allocated pages at 6P, flush queue at 7P,
/// owned frames at 8P (frame 0 is none). Second word, 8 bits a CPU: program counter (2), page (3), frame (3).
package struct LazyUnmap: SuccessorFunction {
    package let pages: Int
    package let frames: Int
    package let cpus: Int
    /// A state that violates invariant 1; no other does.
    package var forbidden: (UInt64, UInt64)?

    package let wordsPerState = 2
    package let invariantCount = 2
    package let reachableCount = 0
    package let operationCount = 0
    package var bitsPerState: Int { 64 + 8 * cpus }

    fileprivate let cachedPlace: Int
    fileprivate let allocatedPlace: Int
    fileprivate let queuedPlace: Int
    fileprivate let ownedPlace: Int

    /// - Parameters: 1...7 pages, 1...7 frames, 1...8 CPUs, of which the first word must hold what it has to.
    package init(pages: Int, frames: Int, cpus: Int) {
        precondition(8 * pages + frames + 1 <= 64 && frames <= 7 && (1...8).contains(cpus) && pages >= 1)
        self.pages = pages
        self.frames = frames
        self.cpus = cpus
        cachedPlace = 3 * pages
        allocatedPlace = 6 * pages
        queuedPlace = 7 * pages
        ownedPlace = 8 * pages
    }

    package func makeExpander() -> any StateExpander { Expander(model: self) }

    private final class Expander: StateExpander {
        let model: LazyUnmap

        init(model: LazyUnmap) { self.model = model }

        func appendInitialStates(to buffer: ExpansionBuffer) {
            var state = LazyUnmapState(0, 0)
            put(&state.table, model.allocatedPlace, 1, 1)
            state.append(to: buffer)
        }

        func expand(_ states: UnsafePointer<UInt64>, count: Int, into buffer: ExpansionBuffer) {
            for source in 0..<count {
                let state = LazyUnmapState(states[2 * source], states[2 * source + 1])
                if !state.isSound(in: model) {
                    buffer.findings.append(ExpansionFinding(source: source, kind: .invariant(0)))
                } else if let forbidden = model.forbidden, forbidden == (state.table, state.cpus) {
                    buffer.findings.append(ExpansionFinding(source: source, kind: .invariant(1)))
                }
                let start = buffer.successorCount
                for cpu in 0..<model.cpus { state.moveCPU(cpu, in: model, buffer) }
                state.moveHardware(in: model, buffer)
                buffer.transitionCount += UInt64(buffer.successorCount - start)
                buffer.finishSource()
            }
        }
    }
}

private struct LazyUnmapState {
    var table: UInt64
    var cpus: UInt64

    init(_ table: UInt64, _ cpus: UInt64) {
        self.table = table
        self.cpus = cpus
    }

    @inline(__always)
    func field(_ word: UInt64, _ shift: Int, _ mask: UInt64) -> UInt64 { (word &>> UInt64(shift)) & mask }

    @inline(__always)
    func entry(_ page: Int) -> UInt64 { field(table, 3 &* page, 7) }

    @inline(__always)
    func cached(_ page: Int, _ model: LazyUnmap) -> UInt64 { field(table, model.cachedPlace &+ 3 &* page, 7) }

    @inline(__always)
    func has(_ bit: Int) -> Bool { field(table, bit, 1) != 0 }

    @inline(__always)
    func append(to buffer: ExpansionBuffer) {
        let target = buffer.appendSuccessor()
        target[0] = table
        target[1] = cpus
    }

    @inline(__always)
    private func append(to buffer: ExpansionBuffer, _ change: (inout LazyUnmapState) -> Void) {
        var successor = self
        change(&successor)
        successor.append(to: buffer)
    }

    @inline(__always)
    func moveCPU(_ cpu: Int, in model: LazyUnmap, _ buffer: ExpansionBuffer) {
        let shift = 8 &* cpu
        let page = Int(field(cpus, shift &+ 2, 7))
        let frame = field(cpus, shift &+ 5, 7)
        switch field(cpus, shift, 3) {
        case 0:
            startMapping(shift, in: model, buffer)
            startUnmapping(shift, in: model, buffer)
        case 1:
            append(to: buffer) {
                put(&$0.table, 3 &* page, 7, frame)
                put(&$0.cpus, shift, 3, 2)
            }
        case 2:
            append(to: buffer) {
                put(&$0.table, 3 &* page, 7, 0)
                put(&$0.cpus, shift, 3, 3)
            }
            append(to: buffer) { put(&$0.cpus, shift, 0xff, 0) }
        default:
            append(to: buffer) {
                put(&$0.table, model.queuedPlace &+ page, 1, 1)
                put(&$0.table, model.ownedPlace &+ Int(frame), 1, 0)
                put(&$0.cpus, shift, 0xff, 0)
            }
        }
    }

    @inline(__always)
    private func startMapping(_ shift: Int, in model: LazyUnmap, _ buffer: ExpansionBuffer) {
        for page in 0..<model.pages where !has(model.allocatedPlace &+ page) {
            for frame in 1...model.frames where !has(model.ownedPlace &+ frame) {
                append(to: buffer) {
                    put(&$0.table, model.allocatedPlace &+ page, 1, 1)
                    put(&$0.table, model.ownedPlace &+ frame, 1, 1)
                    put(&$0.cpus, shift, 0xff, 1 | UInt64(page) &<< 2 | UInt64(frame) &<< 5)
                }
            }
        }
    }

    @inline(__always)
    private func startUnmapping(_ shift: Int, in model: LazyUnmap, _ buffer: ExpansionBuffer) {
        for page in 0..<model.pages where has(model.allocatedPlace &+ page) && entry(page) != 0 && !has(model.queuedPlace &+ page) {
            var isBusy = false
            for cpu in 0..<model.cpus
            where field(cpus, 8 &* cpu, 3) != 0 && Int(field(cpus, 8 &* cpu &+ 2, 7)) == page {
                isBusy = true
            }
            if isBusy { continue }
            append(to: buffer) { put(&$0.cpus, shift, 0xff, 2 | UInt64(page) &<< 2 | entry(page) &<< 5) }
        }
    }

    @inline(__always)
    func moveHardware(in model: LazyUnmap, _ buffer: ExpansionBuffer) {
        for page in 0..<model.pages {
            if entry(page) != 0, cached(page, model) == 0 {
                append(to: buffer) { put(&$0.table, model.cachedPlace &+ 3 &* page, 7, entry(page)) }
            }
            if cached(page, model) != 0 { append(to: buffer) { put(&$0.table, model.cachedPlace &+ 3 &* page, 7, 0) } }
        }
        if field(table, model.queuedPlace, (1 &<< UInt64(model.pages)) &- 1) == 0 { return }
        append(to: buffer) {
            for page in 0..<model.pages where has(model.queuedPlace &+ page) {
                put(&$0.table, model.cachedPlace &+ 3 &* page, 7, 0)
                put(&$0.table, model.queuedPlace &+ page, 1, 0)
                put(&$0.table, model.allocatedPlace &+ page, 1, 0)
            }
        }
    }

    /// What the IOTLB holds is mapped, or waits for the flush, or is just being unmapped; page 0 is never
    /// mapped.
    @inline(__always)
    func isSound(in model: LazyUnmap) -> Bool {
        for page in 0..<model.pages where cached(page, model) != 0 {
            if !has(model.allocatedPlace &+ page) { return false }
            if entry(page) == cached(page, model) || has(model.queuedPlace &+ page) { continue }
            var isBeingUnmapped = false
            for cpu in 0..<model.cpus
            where field(cpus, 8 &* cpu, 3) == 3 && Int(field(cpus, 8 &* cpu &+ 2, 7)) == page {
                isBeingUnmapped = true
            }
            if !isBeingUnmapped { return false }
        }
        return entry(0) == 0
    }
}

@inline(__always)
private func put(_ word: inout UInt64, _ shift: Int, _ mask: UInt64, _ value: UInt64) {
    word = (word & ~(mask &<< UInt64(shift))) | (value &<< UInt64(shift))
}
