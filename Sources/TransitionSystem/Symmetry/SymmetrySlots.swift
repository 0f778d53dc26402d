// SPDX-License-Identifier: MIT

import SpecLanguage

/// Builds the slots of `Symmetry`, in the order of the state's leaves.
struct SymmetrySlots {
    private let system: TransitionSystem
    private let types: [Symmetry.ElementType]
    private let typeNumbers: [String: Int]
    private(set) var slots: [Symmetry.Slot] = []
    private(set) var coordinates: [Symmetry.Coordinate] = []
    private(set) var localSlots: [[Range<Int>]] = []
    private(set) var instanceCoordinates: [[Symmetry.Coordinate]] = []
    private(set) var instanceClasses: [UInt64] = []

    /// Where the walk through a type is.
    private struct Position {
        var coordinates: [Symmetry.Coordinate]
        var shape: UInt64
        var guardSlot = -1
        var guardMinimum: UInt64 = 0
    }

    init(system: TransitionSystem, types: [Symmetry.ElementType]) {
        self.system = system
        self.types = types
        typeNumbers = Dictionary(uniqueKeysWithValues: types.enumerated().map { ($1.name, $0) })
        placeInstances()
    }

    // MARK: Instances

    /// Instances of a process come in the order of their arguments, the last parameter fastest.
    private mutating func placeInstances() {
        for instance in system.instances {
            let parameters = system.spec.processes[instance.process].parameters
            var coordinates: [Symmetry.Coordinate] = []
            var instanceClass = Mixing.mix(0x9E37, UInt64(instance.process))
            var stride = 1
            for (argument, parameter) in zip(instance.arguments, parameters).reversed() {
                let ordinal = Int(parameter.type.ordinal(of: argument))
                if let type = number(of: parameter.type) {
                    coordinates.insert(coordinate(type, ordinal, stride: stride), at: 0)
                    instanceClass = Mixing.mix(instanceClass, 1)
                } else {
                    instanceClass = Mixing.mix(instanceClass, 2 + UInt64(ordinal))
                }
                stride *= parameter.type.indexCount ?? 1
            }
            instanceCoordinates.append(coordinates)
            instanceClasses.append(instanceClass)
        }
    }

    private func number(of type: SpecType) -> Int? {
        if case .symmetric(let name, _) = type { typeNumbers[name] } else { nil }
    }

    private func coordinate(_ type: Int, _ ordinal: Int, stride: Int) -> Symmetry.Coordinate {
        .init(element: types[type].firstElement + ordinal, ordinal: ordinal, stride: stride)
    }

    // MARK: Slots

    mutating func addStateSlots() {
        for (number, state) in system.spec.stateVariables.enumerated() {
            add(
                state.variable.type, leaves: system.layout.stateLeaves,
                at: Position(coordinates: [], shape: Mixing.mix(1, UInt64(number)))
            ) { $0 }
        }
    }

    mutating func addLocationSlots() {
        for number in system.instances.indices {
            append(
                .plain, system.layout.instances[number].locationLeaf,
                Position(
                    coordinates: instanceCoordinates[number], shape: Mixing.mix(2, instanceClasses[number])))
        }
    }

    mutating func addLocalSlots() {
        for number in system.instances.indices {
            let graph = system.graphs[system.instances[number].process]
            let leaves = system.layout.instances[number].liveLeaves
            let slotsPerInstance = leaves.reduce(0) { $0 + $1.count }
            let coordinates = instanceCoordinates[number].map {
                Symmetry.Coordinate(
                    element: $0.element, ordinal: $0.ordinal, stride: $0.stride * slotsPerInstance)
            }
            var ranges: [Range<Int>] = []
            for location in graph.locations.indices {
                let first = slots.count
                for variable in graph.liveVariables[location] {
                    let shape = Mixing.mix(
                        Mixing.mix(3, instanceClasses[number]),
                        UInt64(location) << 32 + UInt64(variable.number))
                    add(
                        variable.type, leaves: leaves[location],
                        at: Position(coordinates: coordinates, shape: shape)
                    ) { $0 - first }
                }
                ranges.append(first..<slots.count)
            }
            localSlots.append(ranges)
        }
    }

    /// Slots for a value of the type, in the order of `CellCoding`.
    ///
    /// - Parameter leafNumber: the number among `leaves` of the slot of this number.
    private mutating func add(
        _ type: SpecType, leaves: [StateLayout.Leaf], at position: Position, leafNumber: (Int) -> Int
    ) {
        func inner(_ step: Int) -> Position {
            var inner = position
            inner.shape = Mixing.mix(position.shape, UInt64(step))
            return inner
        }
        switch type {
        case .structure(_, let fields):
            for (number, field) in fields.enumerated() {
                add(field.type, leaves: leaves, at: inner(number), leafNumber: leafNumber)
            }
        case .array(let index, let element):
            let stride = CellCoding.count(element)
            for ordinal in 0..<(index.indexCount ?? 0) {
                var part = inner(number(of: index) == nil ? 1 + ordinal : 0)
                if let type = number(of: index) {
                    part.coordinates.append(coordinate(type, ordinal, stride: stride))
                }
                add(element, leaves: leaves, at: part, leafNumber: leafNumber)
            }
        case .optional(let wrapped) where !CellCoding.isOneCell(wrapped):
            var part = inner(0)
            part.guardSlot = slots.count
            part.guardMinimum = 1
            append(.plain, leaves, position, leafNumber)
            add(wrapped, leaves: leaves, at: part, leafNumber: leafNumber)
        case .queue(let element, let capacity):
            let count = slots.count
            append(.plain, leaves, position, leafNumber)
            for place in 0..<capacity {
                var part = inner(place)
                part.guardSlot = count
                part.guardMinimum = UInt64(place) + 1
                add(element, leaves: leaves, at: part, leafNumber: leafNumber)
            }
        case .set(let element):
            if let type = number(of: element) {
                append(.members, of: type, leaves, position, leafNumber)
            } else {
                addPlain(CellCoding.count(type), leaves, position, leafNumber)
            }
        case .symmetric:
            let number = number(of: type)
            append(
                number == nil ? .plain : .element(offset: 0), of: number, leaves, position, leafNumber)
        case .optional(let wrapped):
            let number = number(of: wrapped)
            append(
                number == nil ? .plain : .element(offset: 1), of: number, leaves, position, leafNumber)
        case .lock:
            let canMove = instanceCoordinates.contains { !$0.isEmpty }
            append(canMove ? .holder : .plain, leaves, position, leafNumber)
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .range, .void:
            addPlain(CellCoding.count(type), leaves, position, leafNumber)
        }
    }

    private mutating func addPlain(
        _ count: Int, _ leaves: [StateLayout.Leaf], _ position: Position, _ leafNumber: (Int) -> Int
    ) {
        for number in 0..<count {
            var part = position
            part.shape = Mixing.mix(position.shape, UInt64(number))
            append(.plain, leaves, part, leafNumber)
        }
    }

    private mutating func append(
        _ meaning: Symmetry.Meaning, of type: Int? = nil, _ leaves: [StateLayout.Leaf],
        _ position: Position, _ leafNumber: (Int) -> Int
    ) {
        append(meaning, of: type, leaves[leafNumber(slots.count)], position)
    }

    private mutating func append(
        _ meaning: Symmetry.Meaning, of type: Int? = nil, _ leaf: StateLayout.Leaf, _ position: Position
    ) {
        slots.append(
            .init(
                word: leaf.word, shift: leaf.shift, mask: leaf.mask, firstCoordinate: coordinates.count,
                coordinateCount: position.coordinates.count, meaning: meaning,
                firstElement: type.map { types[$0].firstElement } ?? 0, shape: position.shape,
                guardSlot: position.guardSlot, guardMinimum: position.guardMinimum))
        coordinates += position.coordinates
    }
}

/// Mixes numbers to hashes that do not depend on the process or the machine.
enum Mixing {
    @inline(__always)
    static func mix(_ seed: UInt64, _ value: UInt64) -> UInt64 {
        scramble(seed &* 0x9E37_79B9_7F4A_7C15 ^ value)
    }

    /// Bijective: no two numbers meet here.
    @inline(__always)
    static func scramble(_ number: UInt64) -> UInt64 {
        var number = number &+ 0x9E37_79B9_7F4A_7C15
        number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
        return number ^ number >> 31
    }
}
