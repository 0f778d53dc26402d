// SPDX-License-Identifier: MIT

/// Brings packed states to a representative of their orbit: the states that renaming elements makes of them. One
/// thread's scratch memory.
///
/// Elements are sorted by a **signature**: a hash of all that is stored for the element and of all places where it is a
/// value, which does not depend on its name. Elements with the same signature are mostly interchangeable (exchanging
/// them changes nothing, as with frames that nobody uses); where they are not, all their orders are tried and the one
/// that gives the least packed state is taken. So two states of an orbit have the same representative: it is
/// canonical, and the size of the orbit is known. Only where there would be more than `ordersMax` orders it is one of a
/// few: never wrong, as it is still a renaming of the state, but a state may be explored more than once.
package final class Canonicalizer {
    /// Orders that are tried; those of seven elements.
    package static let ordersMax = 5040
    private static let refinementsMax = 3

    private let symmetry: Symmetry
    private let wordCount: Int
    private let slots: UnsafePointer<Symmetry.Slot>
    private let coordinates: UnsafePointer<Symmetry.Coordinate>
    private let movingSlots: UnsafePointer<Int>
    private let localSlots: [[Range<Int>]]
    /// Slots with something in them, and what.
    private let active: UnsafeMutablePointer<(slot: Int, value: UInt64)>
    @exclusivity(unchecked) private var activeCount = 0
    private let participants: UnsafeMutablePointer<(element: Int, tag: UInt64)>
    @exclusivity(unchecked) private var participantCount = 0
    private let signatures: UnsafeMutablePointer<UInt64>
    private let refined: UnsafeMutablePointer<UInt64>
    private let occurs: UnsafeMutablePointer<Bool>
    /// By type, one after the other: elements in their order.
    private let order: UnsafeMutablePointer<Int>
    private let ordinals: UnsafeMutablePointer<Int>
    private let bestOrdinals: UnsafeMutablePointer<Int>
    /// Positions in `order` of elements that the signatures do not tell apart, though exchanging them matters.
    @exclusivity(unchecked) private var ties: [Range<Int>] = []
    private let candidate: UnsafeMutablePointer<UInt64>
    private let best: UnsafeMutablePointer<UInt64>
    @exclusivity(unchecked) private var bestCount: UInt64 = 0

    /// States in the orbit of the state last made canonical; `nil` where it is not known (too many orders, or
    /// beyond 64 bits).
    @exclusivity(unchecked) package private(set) var orbitSize: UInt64?
    /// What was done to it.
    package var permutation: Permutation {
        Permutation(
            Array(UnsafeBufferPointer(start: bestOrdinals, count: symmetry.elementCount)), of: symmetry)
    }

    package init(_ symmetry: Symmetry) {
        self.symmetry = symmetry
        let count = symmetry.elementCount
        wordCount = symmetry.layout.wordCount
        slots = UnsafePointer(symmetry.slots)
        coordinates = UnsafePointer(symmetry.coordinates)
        movingSlots = UnsafePointer(symmetry.movingSlots)
        localSlots = symmetry.localSlots
        active = .allocate(capacity: symmetry.activeMax)
        participants = .allocate(capacity: symmetry.participantsMax)
        signatures = .allocate(capacity: count)
        refined = .allocate(capacity: count)
        occurs = .allocate(capacity: count)
        order = .allocate(capacity: count)
        ordinals = .allocate(capacity: count)
        bestOrdinals = .allocate(capacity: count)
        for element in 0..<count { bestOrdinals[element] = 0 }
        candidate = .allocate(capacity: wordCount)
        best = .allocate(capacity: wordCount)
    }

    deinit {
        active.deallocate()
        participants.deallocate()
        signatures.deallocate()
        refined.deallocate()
        occurs.deallocate()
        order.deallocate()
        ordinals.deallocate()
        bestOrdinals.deallocate()
        candidate.deallocate()
        best.deallocate()
    }

    /// Replaces a packed state by its representative.
    package func canonicalize(_ state: UnsafeMutablePointer<UInt64>) {
        collectActive(state)
        sign()
        sort()
        refineWhileUseful()
        findTies(state)
        chooseBest(state)
        for word in 0..<wordCount { state[word] = best[word] }
    }

    /// A packed state after a renaming.
    package func apply(_ permutation: Permutation, to state: [UInt64]) -> [UInt64] {
        state.withUnsafeBufferPointer { words -> [UInt64] in
            guard let start = words.baseAddress else { return state }
            collectActive(start)
            for (element, ordinal) in permutation.ordinals.enumerated() { ordinals[element] = ordinal }
            rename(start, into: candidate)
            return Array(UnsafeBufferPointer(start: candidate, count: wordCount))
        }
    }

    // MARK: What is in the state

    @inline(__always)
    private func value(_ slot: Symmetry.Slot, _ state: UnsafePointer<UInt64>) -> UInt64 {
        state[slot.word] >> slot.shift & slot.mask
    }

    private func collectActive(_ state: UnsafePointer<UInt64>) {
        activeCount = 0
        for number in 0..<symmetry.movingCount { collect(movingSlots[number], state) }
        for instance in localSlots.indices {
            let location = Int(value(slots[symmetry.firstLocationSlot + instance], state))
            for slot in localSlots[instance][location] { collect(slot, state) }
        }
    }

    @inline(__always)
    private func collect(_ number: Int, _ state: UnsafePointer<UInt64>) {
        let slot = slots[number]
        let content = value(slot, state)
        if case .element(0) = slot.meaning {
            // Element 0 is zero too: what counts is whether there is an element.
            if slot.guardSlot >= 0, value(slots[slot.guardSlot], state) < slot.guardMinimum { return }
        } else if content == 0 {
            return
        }
        active[activeCount] = (number, content)
        activeCount &+= 1
    }

    // MARK: Signatures

    /// Elements that have a part in an entry, with what part; and a hash of the entry that knows no element.
    @inline(__always)
    private func takeApart(_ entry: (slot: Int, value: UInt64)) -> UInt64 {
        participantCount = 0
        let slot = slots[entry.slot]
        for number in 0..<slot.coordinateCount {
            involve(coordinates[slot.firstCoordinate &+ number].element, UInt64(number))
        }
        switch slot.meaning {
        case .plain: return Mixing.mix(slot.shape, entry.value)
        case .element(let offset):
            involve(slot.firstElement &+ Int(entry.value) &- offset, 1000)
            return slot.shape
        case .members:
            var members = entry.value
            while members != 0 {
                involve(slot.firstElement &+ members.trailingZeroBitCount, 1001)
                members &= members - 1
            }
            return Mixing.mix(slot.shape, UInt64(entry.value.nonzeroBitCount))
        case .holder:
            let holder = Int(entry.value) - 1
            for (number, coordinate) in symmetry.instanceCoordinates[holder].enumerated() {
                involve(coordinate.element, 2000 + UInt64(number))
            }
            return Mixing.mix(slot.shape, symmetry.instanceClasses[holder])
        }
    }

    @inline(__always)
    private func involve(_ element: Int, _ tag: UInt64) {
        participants[participantCount] = (element, tag)
        participantCount &+= 1
    }

    private func sign() {
        for element in 0..<symmetry.elementCount {
            signatures[element] = 0
            occurs[element] = false
        }
        for number in 0..<activeCount {
            let entry = active[number]
            let hash = takeApart(entry)
            for place in 0..<participantCount {
                let (element, tag) = participants[place]
                signatures[element] &+= Mixing.mix(hash, tag)
                occurs[element] = true
            }
        }
    }

    /// Elements that look alike may stand in relation to others that do not.
    private func refineWhileUseful() {
        for _ in 0..<Self.refinementsMax {
            let before = classCount()
            if before.isComplete { return }
            refine()
            sort()
            if classCount().count == before.count { return }
        }
    }

    private func refine() {
        for element in 0..<symmetry.elementCount { refined[element] = Mixing.scramble(signatures[element]) }
        for number in 0..<activeCount {
            let entry = active[number]
            let hash = takeApart(entry)
            if participantCount < 2 { continue }
            for place in 0..<participantCount {
                let (element, tag) = participants[place]
                var company = hash
                for otherPlace in 0..<participantCount where otherPlace != place {
                    let (other, otherTag) = participants[otherPlace]
                    let isSame: UInt64 = other == element ? 1 : 0
                    company &+= Mixing.mix(signatures[other] ^ isSame, otherTag)
                }
                refined[element] &+= Mixing.mix(company, tag)
            }
        }
        signatures.update(from: refined, count: symmetry.elementCount)
    }

    // MARK: Order

    /// Elements that occur nowhere come last; the others by signature. What is equal keeps the order of names.
    private func sort() {
        for type in symmetry.types {
            let range = type.firstElement..<type.firstElement + type.count
            for position in range { order[position] = position }
            for position in range.dropFirst() {
                let element = order[position]
                var place = position
                while place > range.lowerBound, isBefore(element, order[place - 1]) {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = element
            }
        }
    }

    @inline(__always)
    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        if occurs[one] != occurs[other] { return occurs[one] }
        return signatures[one] < signatures[other]
    }

    @inline(__always)
    private func isAlike(_ one: Int, _ other: Int) -> Bool {
        occurs[one] == occurs[other] && signatures[one] == signatures[other]
    }

    /// Classes of elements that occur, and whether each has one element.
    private func classCount() -> (count: Int, isComplete: Bool) {
        var count = 0
        var occurring = 0
        for type in symmetry.types {
            let range = type.firstElement..<type.firstElement + type.count
            for position in range where occurs[order[position]] {
                occurring += 1
                if position == range.lowerBound || !isAlike(order[position - 1], order[position]) {
                    count += 1
                }
            }
        }
        return (count, count == occurring)
    }

    /// Finds the classes whose orders have to be tried, and counts the renamings that the others allow.
    private func findTies(_ state: UnsafePointer<UInt64>) {
        ties.removeAll(keepingCapacity: true)
        var orbit = OrbitSize()
        for type in symmetry.types {
            orbit.multiply(byFactorial: type.count)
            let end = type.firstElement + type.count
            var start = type.firstElement
            while start < end {
                var next = start + 1
                while next < end, isAlike(order[start], order[next]) { next += 1 }
                if next - start > 1 {
                    if isInterchangeable(start..<next, state) {
                        orbit.divide(byFactorial: next - start)
                    } else {
                        ties.append(start..<next)
                    }
                }
                start = next
            }
        }
        orbitSize = orbit.value
    }

    /// Whether exchanging any two of these elements leaves the state as it is. Neighbours are enough: exchanges of
    /// neighbours make all others.
    private func isInterchangeable(_ positions: Range<Int>, _ state: UnsafePointer<UInt64>) -> Bool {
        if !occurs[order[positions.lowerBound]] { return true }
        setIdentity()
        for position in positions.dropFirst() {
            let (one, other) = (order[position - 1], order[position])
            exchange(one, other, in: ordinals)
            rename(state, into: candidate)
            exchange(one, other, in: ordinals)
            if compare(candidate, state) != 0 { return false }
        }
        return true
    }

    private func setIdentity() {
        for type in symmetry.types {
            for ordinal in 0..<type.count { ordinals[type.firstElement + ordinal] = ordinal }
        }
    }

    // MARK: Representative

    private func chooseBest(_ state: UnsafePointer<UInt64>) {
        for type in symmetry.types {
            for position in 0..<type.count { ordinals[order[type.firstElement + position]] = position }
        }
        rename(state, into: best)
        bestOrdinals.update(from: ordinals, count: symmetry.elementCount)
        bestCount = 0
        if ties.isEmpty { return }
        var orders = 1
        for tie in ties {
            for factor in 1...tie.count where orders <= Self.ordersMax { orders *= factor }
        }
        guard orders <= Self.ordersMax else {
            orbitSize = nil
            return
        }
        tryOrders(of: 0, position: ties[0].lowerBound, state)
        // As many orders give the representative as give the state itself.
        if let size = orbitSize { orbitSize = size / bestCount }
    }

    /// Tries all orders of the elements from `position` on within the tie, for all orders of the ties after it.
    private func tryOrders(of tie: Int, position: Int, _ state: UnsafePointer<UInt64>) {
        let range = ties[tie]
        if position == range.upperBound {
            if tie + 1 < ties.count {
                tryOrders(of: tie + 1, position: ties[tie + 1].lowerBound, state)
            } else {
                tryOrder(state)
            }
            return
        }
        for other in position..<range.upperBound {
            exchange(position, other)
            tryOrders(of: tie, position: position + 1, state)
            exchange(position, other)
        }
    }

    /// Exchanges the elements at two positions of `order`.
    private func exchange(_ one: Int, _ other: Int) {
        if one == other { return }
        exchange(one, other, in: order)
        exchange(order[one], order[other], in: ordinals)
    }

    private func exchange(_ one: Int, _ other: Int, in numbers: UnsafeMutablePointer<Int>) {
        (numbers[one], numbers[other]) = (numbers[other], numbers[one])
    }

    private func tryOrder(_ state: UnsafePointer<UInt64>) {
        rename(state, into: candidate)
        let comparison = compare(candidate, best)
        if comparison == 0 {
            bestCount += 1
        } else if comparison < 0 {
            for word in 0..<wordCount { best[word] = candidate[word] }
            bestOrdinals.update(from: ordinals, count: symmetry.elementCount)
            bestCount = 1
        }
    }

    /// -1, 0 or 1.
    @inline(__always)
    private func compare(_ one: UnsafePointer<UInt64>, _ other: UnsafePointer<UInt64>) -> Int {
        for word in 0..<wordCount where one[word] != other[word] { return one[word] < other[word] ? -1 : 1 }
        return 0
    }

    // MARK: Renaming

    /// The state after giving each element its new ordinal.
    private func rename(_ state: UnsafePointer<UInt64>, into target: UnsafeMutablePointer<UInt64>) {
        for word in 0..<wordCount { target[word] = state[word] & symmetry.fixedMask[word] }
        for entry in 0..<activeCount {
            let (number, value) = active[entry]
            let slot = slots[number]
            var place = number
            for number in 0..<slot.coordinateCount {
                let coordinate = coordinates[slot.firstCoordinate &+ number]
                place &+= (ordinals[coordinate.element] &- coordinate.ordinal) &* coordinate.stride
            }
            target[slots[place].word] |= renamed(value, slot) << slots[place].shift
        }
    }

    @inline(__always)
    private func renamed(_ value: UInt64, _ slot: Symmetry.Slot) -> UInt64 {
        switch slot.meaning {
        case .plain: return value
        case .element(let offset):
            return UInt64(ordinals[slot.firstElement &+ Int(value) &- offset] &+ offset)
        case .members:
            let first = slot.firstElement
            var (left, result) = (value, UInt64(0))
            while left != 0 {
                result |= 1 << UInt64(ordinals[first + left.trailingZeroBitCount])
                left &= left - 1
            }
            return result
        case .holder:
            var instance = Int(value) - 1
            for coordinate in symmetry.instanceCoordinates[instance] {
                instance += (ordinals[coordinate.element] - coordinate.ordinal) * coordinate.stride
            }
            return UInt64(instance + 1)
        }
    }
}

/// The number of renamings of a state, divided by the number of those that leave it as it is.
private struct OrbitSize {
    /// `nil`: beyond 64 bits.
    private(set) var value: UInt64? = 1

    mutating func multiply(byFactorial count: Int) {
        for factor in stride(from: 2, through: count, by: 1) {
            guard let (product, overflow) = value.map({ $0.multipliedReportingOverflow(by: UInt64(factor)) }),
                !overflow
            else {
                value = nil
                return
            }
            value = product
        }
    }

    mutating func divide(byFactorial count: Int) {
        for factor in stride(from: 2, through: count, by: 1) { value = value.map { $0 / UInt64(factor) } }
    }
}
