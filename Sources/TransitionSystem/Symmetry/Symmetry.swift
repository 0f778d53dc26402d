// SPDX-License-Identifier: MIT

import SpecLanguage

/// How the permutations of the elements of symmetric types act on packed states.
///
/// A permutation renames the elements of each type. It moves what is stored for an element (parts of arrays indexed by
/// the type, the location and the locals of a process instance for that element) and renames elements where
/// they are values: on their own, in optionals, structs, queues and sets, and as holders of locks. Nothing in the
/// language tells two elements of a symmetric type apart, so a state and its renamed form have the same future up
/// to the same renaming (an automorphism of the transition graph: Ip and Dill, *Better Verification Through Symmetry*,
/// 1996).
///
/// A packed state is seen as **slots**, one for each of its leaves: first those of the state's cells, then the
/// locations of the instances, then for each instance and location the live locals. Numbered so, what a
/// permutation does to a slot is a sum of strides: `slot + Σ (new ordinal - old ordinal) * stride`.
package final class Symmetry: Sendable {
    /// A symmetric type that is used for reduction.
    package struct ElementType: Hashable, Sendable {
        package let name: String
        package let count: Int
        /// Number of its first element among the elements of all types.
        package let firstElement: Int
    }

    /// Where a slot lies in an array over a symmetric type, or among the instances of a process.
    struct Coordinate {
        let element: Int
        let ordinal: Int
        let stride: Int
    }

    /// What the bits of a slot mean.
    enum Meaning {
        case plain
        /// The ordinal of an element plus `offset`; below the offset: no element.
        case element(offset: Int)
        /// A bit for each element.
        case members
        /// 0, or 1 + the instance that holds the lock.
        case holder
    }

    struct Slot {
        let word: Int
        let shift: UInt64
        let mask: UInt64
        /// Its coordinates lie one after the other among those of all slots.
        let firstCoordinate: Int
        let coordinateCount: Int
        let meaning: Meaning
        /// Of the type that `meaning` speaks of.
        let firstElement: Int
        /// The same for slots that a permutation can exchange, different for others.
        let shape: UInt64
        /// The slot means something only where this slot's value is at least the minimum; -1: always.
        let guardSlot: Int
        let guardMinimum: UInt64

        /// Whether no permutation changes it.
        var isFixed: Bool {
            if case .plain = meaning { coordinateCount == 0 } else { false }
        }
    }

    package let types: [ElementType]
    package let elementCount: Int
    let typeOfElement: [Int]
    /// Read for each successor: raw memory, never changed.
    nonisolated(unsafe) let slots: UnsafeMutablePointer<Slot>
    nonisolated(unsafe) let coordinates: UnsafeMutablePointer<Coordinate>
    /// Slot of the location of instance 0; those of the others follow.
    let firstLocationSlot: Int
    /// Slots of the state's cells and of locations that some permutation changes.
    nonisolated(unsafe) let movingSlots: UnsafeMutablePointer<Int>
    let movingCount: Int
    /// By word of a packed state: bits of those that none changes.
    let fixedMask: [UInt64]
    /// By instance, then location: the slots of the live locals.
    let localSlots: [[Range<Int>]]
    /// By instance: coordinates among the instances of its process; strides count instances.
    let instanceCoordinates: [[Coordinate]]
    /// By instance: the same for all that permutations exchange.
    let instanceClasses: [UInt64]
    let layout: StateLayout
    /// Most slots that can hold something at once, and most elements that have a part in one.
    let activeMax: Int
    let participantsMax: Int

    /// - Returns: `nil` where there is nothing to permute.
    package init?(_ system: TransitionSystem) {
        let layout = system.layout
        let types = Self.usableTypes(of: system.spec)
        guard !types.isEmpty else { return nil }
        var builder = SymmetrySlots(system: system, types: types)
        builder.addStateSlots()
        builder.addLocationSlots()
        builder.addLocalSlots()
        self.types = types
        elementCount = types.reduce(0) { $0 + $1.count }
        typeOfElement = types.indices.flatMap { Array(repeating: $0, count: types[$0].count) }
        slots = .allocate(capacity: max(1, builder.slots.count))
        slots.initialize(from: builder.slots, count: builder.slots.count)
        coordinates = .allocate(capacity: max(1, builder.coordinates.count))
        coordinates.initialize(from: builder.coordinates, count: builder.coordinates.count)
        firstLocationSlot = layout.stateCellCount
        localSlots = builder.localSlots
        instanceCoordinates = builder.instanceCoordinates
        instanceClasses = builder.instanceClasses
        self.layout = layout
        let shared = builder.slots[..<(layout.stateCellCount + layout.instances.count)]
        let moving = shared.indices.filter { !shared[$0].isFixed }
        movingCount = moving.count
        movingSlots = .allocate(capacity: max(1, moving.count))
        movingSlots.initialize(from: moving, count: moving.count)
        let localsMax = builder.localSlots.reduce(0) { $0 + ($1.map(\.count).max() ?? 0) }
        activeMax = max(1, moving.count + localsMax)
        let instanceMax = builder.instanceCoordinates.map(\.count).max() ?? 0
        participantsMax = (builder.slots.map(\.coordinateCount).max() ?? 0) + 64 + instanceMax
        var mask = Array(repeating: UInt64(0), count: layout.wordCount)
        for slot in shared where slot.isFixed { mask[slot.word] |= slot.mask << slot.shift }
        fixedMask = mask
        // The type checker sees to it; it costs little to look.
        guard hasSymmetricInitialStates(system) else { return nil }
    }

    deinit {
        slots.deallocate()
        coordinates.deallocate()
        movingSlots.deallocate()
    }

    /// Types with something to permute. One whose elements a run-time error could tell apart is left alone:
    /// where the body of a quantifier can fail, the order in which elements are tried decides whether it does.
    private static func usableTypes(of spec: TypedSpec) -> [ElementType] {
        var collector = SymmetricTypeCollector()
        collector.visit(spec)
        var types: [ElementType] = []
        var next = 0
        for (name, count) in collector.counts.sorted(by: { $0.key < $1.key })
        where count > 1 && !collector.unusable.contains(name) {
            types.append(ElementType(name: name, count: count, firstElement: next))
            next += count
        }
        return types
    }

    private func hasSymmetricInitialStates(_ system: TransitionSystem) -> Bool {
        let interpreter = Interpreter(system)
        let buffer = ExpansionBuffer(for: interpreter)
        interpreter.makeExpander().appendInitialStates(to: buffer)
        guard buffer.successorCount <= 1 << 14 else { return true }
        let words = buffer.wordsPerState
        var states: Set<[UInt64]> = []
        for number in 0..<buffer.successorCount {
            let start = buffer.successors + number * words
            states.insert(Array(UnsafeBufferPointer(start: start, count: words)))
        }
        let canonicalizer = Canonicalizer(self)
        for type in types {
            for ordinal in 1..<type.count {
                let exchange = Permutation(identityOf: self).exchanging(
                    type.firstElement + ordinal - 1, type.firstElement + ordinal)
                for state in states where !states.contains(canonicalizer.apply(exchange, to: state)) {
                    return false
                }
            }
        }
        return true
    }
}

/// A renaming of the elements of all symmetric types, each type for itself.
package struct Permutation: Hashable, Sendable {
    /// By element: its new ordinal within its type.
    package private(set) var ordinals: [Int]
    /// By element: the first element of its type.
    private let firsts: [Int]

    package init(identityOf symmetry: Symmetry) {
        let firsts = symmetry.typeOfElement.map { symmetry.types[$0].firstElement }
        self.firsts = firsts
        ordinals = firsts.indices.map { $0 - firsts[$0] }
    }

    init(_ ordinals: [Int], of symmetry: Symmetry) {
        self.init(identityOf: symmetry)
        self.ordinals = ordinals
    }

    /// The same, with the new names of two elements of one type exchanged.
    func exchanging(_ one: Int, _ other: Int) -> Permutation {
        var result = self
        result.ordinals.swapAt(one, other)
        return result
    }

    package var inverse: Permutation {
        var result = self
        for element in ordinals.indices {
            result.ordinals[firsts[element] + ordinals[element]] = element - firsts[element]
        }
        return result
    }

    /// First `other`, then this one.
    package func after(_ other: Permutation) -> Permutation {
        var result = self
        for element in ordinals.indices {
            result.ordinals[element] = ordinals[firsts[element] + other.ordinals[element]]
        }
        return result
    }
}
