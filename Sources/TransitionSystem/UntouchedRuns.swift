// SPDX-License-Identifier: MIT

import SpecLanguage

/// Whether, in a state, some neighbouring values of an index type are still as they were in the beginning.
///
/// A value is touched where the state treats it in another way than the initial state does: an element of an
/// array that it indexes or its membership in a set has changed, a process with it as argument has moved, or
/// a variable has it as its value. A run of untouched values is one of which the state says nothing: it might
/// as well be longer.
package struct UntouchedRuns: Sendable {
    /// Values there may be: a bit each.
    package static let valuesMax = UInt128.bitWidth
    /// Ranges of values there may be: a bit of the answer each.
    package static let rangesMax = UInt64.bitWidth

    /// Bits of a packed state.
    private struct Bits {
        let word: Int
        let mask: UInt64

        func differ(_ one: UnsafePointer<UInt64>, _ other: [UInt64]) -> Bool {
            (one[word] ^ other[word]) & mask != 0
        }
    }

    /// A variable of the type.
    private struct Variable {
        let place: PackedPlace
        let mask: UInt64
        /// 1 for an optional, whose 0 is `none`.
        let base: UInt64
    }

    private struct Location {
        let place: PackedPlace
        let mask: UInt64
        /// By location.
        let places: [Places]
    }

    /// Where a state speaks of values.
    private struct Places {
        /// By value: what the state says of it.
        var columns: [[Bits]]
        var variables: [Variable] = []
    }

    private let initial: [UInt64]
    private let always: Places
    private let locals: [Location]
    private let ranges: [(mask: UInt128, length: Int)]

    /// - Parameters:
    ///   - count: of the values, which are 0 ..< `count`: those of every type with just these.
    ///   - ranges: of values of which the last is below `valuesMax`, at most `rangesMax`.
    ///   - length: of a run that each range is to keep.
    ///   - initial: a packed initial state.
    /// - Returns: `nil` where there are more than `valuesMax` or `rangesMax`.
    package init?(
        valueCount count: Int, in ranges: [Range<Int>], length: Int, initial: [UInt64],
        system: TransitionSystem
    ) {
        guard count <= Self.valuesMax, ranges.count <= Self.rangesMax,
            ranges.allSatisfy({ $0.upperBound <= count })
        else { return nil }
        self.initial = initial
        self.ranges = ranges.map { range in
            (range.reduce(0) { $0 | 1 << UInt128($1) }, length)
        }
        let walk = Walk(valueCount: count, instances: system.instances.count)
        var always = Places(columns: Array(repeating: [], count: count))
        for (state, place) in zip(system.spec.stateVariables, system.layout.statePlaces) {
            walk.collect(state.variable.type, at: place, into: &always)
        }
        var locals: [Location] = []
        for (instance, layout) in zip(system.instances, system.layout.instances) {
            let leaf = layout.locationLeaf
            let parameters = system.spec.processes[instance.process].parameters
            for (parameter, argument) in zip(parameters, instance.arguments)
            where Self.valueCount(parameter.type) == count {
                if case .number(let value) = argument {
                    always.columns[Int(value)].append(Bits(word: leaf.word, mask: leaf.mask << leaf.shift))
                }
            }
            let live = system.graphs[instance.process].liveVariables
            let places = zip(live, layout.livePlaces).map { variables, starts in
                var places = Places(columns: Array(repeating: [], count: count))
                for (variable, place) in zip(variables, starts) {
                    walk.collect(variable.type, at: place, into: &places)
                }
                return places
            }
            locals.append(
                Location(
                    place: PackedPlace(word: leaf.word, shift: Int(leaf.shift)), mask: leaf.mask,
                    places: places))
        }
        self.always = always
        self.locals = locals
    }

    /// The ranges without a run of untouched values, as bits; 0: there is one in each.
    package func missing(in state: UnsafePointer<UInt64>) -> UInt64 {
        var touched = touched(always, in: state) { $0.differ(state, initial) }
        for local in locals {
            let location = state[local.place.word] >> UInt64(local.place.shift) & local.mask
            // Locals of an initial state are all zero, as unused ones are.
            touched |= self.touched(local.places[Int(location)], in: state) { state[$0.word] & $0.mask != 0 }
        }
        var missing: UInt64 = 0
        for (number, range) in ranges.enumerated() {
            // After each round a bit says that one more value behind it is untouched.
            var starts = range.mask & ~touched
            for _ in 1..<max(range.length, 1) { starts &= starts >> 1 }
            if starts == 0 { missing |= 1 << UInt64(number) }
        }
        return missing
    }

    private func touched(
        _ places: Places, in state: UnsafePointer<UInt64>, isChanged: (Bits) -> Bool
    ) -> UInt128 {
        var touched: UInt128 = 0
        for (value, column) in places.columns.enumerated() where column.contains(where: isChanged) {
            touched |= 1 << UInt128(value)
        }
        for variable in places.variables {
            let value = state[variable.place.word] >> UInt64(variable.place.shift) & variable.mask
            if value >= variable.base { touched |= 1 << UInt128(value - variable.base) }
        }
        return touched
    }

    /// How many values the type has, if they are 0 ..< n.
    private static func valueCount(_ type: SpecType) -> Int? {
        switch type {
        case .bits(_, let width): width < 62 ? 1 << width : nil
        case .range(_, let lower, let upper): lower == 0 ? upper + 1 : nil
        case .bool, .integer, .enumeration, .symmetric, .structure, .array, .optional, .set, .queue,
            .interval,
            .list, .lock, .void, .absent, .erroneous:
            nil
        }
    }

    // MARK: Types

    private struct Walk {
        let valueCount: Int
        let instances: Int

        private func isValue(_ type: SpecType) -> Bool { UntouchedRuns.valueCount(type) == valueCount }

        /// Adds where a value of the type, which starts at `start`, speaks of values.
        func collect(_ type: SpecType, at start: PackedPlace, into places: inout Places) {
            collect(type, PackedShape(of: type, instances: instances), start, &places)
        }

        private func collect(
            _ type: SpecType, _ shape: PackedShape, _ start: PackedPlace, _ places: inout Places
        ) {
            switch type {
            case .bits, .range:
                if isValue(type) { add(scalars(shape, start)[0], base: 0, to: &places) }
            case .optional(let wrapped) where CellCoding.isOneCell(wrapped):
                if isValue(wrapped) { add(scalars(shape, start)[0], base: 1, to: &places) }
            case .optional(let wrapped):
                if let part = part(1, of: shape) {
                    collect(wrapped, part.shape, start + part.place, &places)
                }
            case .structure(_, let fields):
                for (number, field) in fields.enumerated() {
                    if let part = part(number, of: shape) {
                        collect(field.type, part.shape, start + part.place, &places)
                    }
                }
            case .queue(let element, let capacity):
                guard let part = part(1, of: shape) else { return }
                collect(element, count: capacity, of: part.shape, start + part.place, &places)
            case .array(let index, let element):
                let count = index.indexCount ?? 0
                collect(element, count: count, of: shape, start, &places)
                guard isValue(index) else { return }
                for value in 0..<count {
                    for scalar in self.element(value, of: shape, start) {
                        places.columns[value].append(Self.bits(scalar.place, scalar.bits))
                    }
                }
            case .set(let element):
                guard isValue(element) else { return }
                let words = scalars(shape, start)
                for value in 0..<valueCount {
                    let place = words[value / 64].place
                    let bit = PackedPlace(word: place.word, shift: place.shift + value % 64)
                    places.columns[value].append(Self.bits(bit, 1))
                }
            case .interval(let element):
                guard isValue(element) else { return }
                // Each end has a low and a high half.
                let halves = scalars(shape, start)
                for end in [halves[0], halves[2]] {
                    add((end.place, element.bitWidth), base: 0, to: &places)
                }
            case .bool, .integer, .enumeration, .symmetric, .list, .lock, .void, .absent, .erroneous: break
            }
        }

        private func collect(
            _ element: SpecType, count: Int, of shape: PackedShape, _ start: PackedPlace,
            _ places: inout Places
        ) {
            guard case .repeated(let elementShape, _, _, _) = shape else { return }
            for index in 0..<count {
                collect(element, elementShape, start + shape.place(ofElement: index), &places)
            }
        }

        private func element(
            _ index: Int, of shape: PackedShape, _ start: PackedPlace
        ) -> [(place: PackedPlace, bits: Int)] {
            guard case .repeated(let element, _, _, _) = shape else { return [] }
            return scalars(element, start + shape.place(ofElement: index))
        }

        private func part(_ number: Int, of shape: PackedShape) -> PackedShape.Part? {
            if case .composite(let parts, _) = shape { parts[number] } else { nil }
        }

        private func scalars(
            _ shape: PackedShape, _ start: PackedPlace
        ) -> [(place: PackedPlace, bits: Int)] {
            var scalars: [(place: PackedPlace, bits: Int)] = []
            shape.appendScalars(at: start, to: &scalars)
            return scalars
        }

        private func add(
            _ scalar: (place: PackedPlace, bits: Int), base: UInt64, to places: inout Places
        ) {
            let mask = scalar.bits >= 64 ? UInt64.max : (1 << UInt64(scalar.bits)) - 1
            places.variables.append(Variable(place: scalar.place, mask: mask, base: base))
        }

        private static func bits(_ place: PackedPlace, _ count: Int) -> Bits {
            let mask = count >= 64 ? UInt64.max : (1 << UInt64(count)) - 1
            return Bits(word: place.word, mask: mask << UInt64(place.shift))
        }
    }
}

extension SpecType {
    /// Bits of an ordinal.
    fileprivate var bitWidth: Int { CellCoding.bitWidth((indexCount ?? 1) - 1) }
}
