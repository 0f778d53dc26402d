// SPDX-License-Identifier: MIT

import SpecLanguage

/// Where everything lies: unpacked in cells (for running), packed in bits (for storing).
///
/// Cells: the state variables, then for each process instance its location and its locals. Packed: the state variables
/// and the instances, the largest first wherever there is room, so that words are full and every array lies regularly.
/// An instance packs its location and the locals that are live there, in places shared by all locations.
package struct StateLayout: Sendable {
    /// One cell's place in a packed state. Never crosses a word.
    package struct Leaf: Sendable {
        package let cell: Int
        package let word: Int
        package let shift: UInt64
        package let mask: UInt64
    }

    /// Cells of an instance, and what is packed at each of its locations.
    package struct Instance: Sendable {
        package let locationCell: Int
        package let locationLeaf: Leaf
        /// First cell of its locals, and how many.
        package let localsStart: Int
        package let localsCount: Int
        /// By location.
        package let liveLeaves: [[Leaf]]
        /// By location: where each of its live variables starts, in the order of `ControlGraph.liveVariables`.
        package let livePlaces: [[PackedPlace]]
    }

    package let cellCount: Int
    package let stateCellCount: Int
    package let stateLeaves: [Leaf]
    /// Where each state variable starts, in order of declaration.
    package let statePlaces: [PackedPlace]
    package let instances: [Instance]
    /// Bits in use.
    package let bitCount: Int
    package var wordCount: Int { max(1, (bitCount + 63) / 64) }

    /// Larger states are refused.
    package static let cellsMax = 1 << 16

    /// What an instance needs.
    struct InstanceNeeds {
        let localCells: Int
        let locationCount: Int
        /// By location: first cell (within the locals) and shape of each live variable.
        let live: [[(cell: Int, shape: PackedShape)]]
    }

    init(stateShapes: [PackedShape], instances: [InstanceNeeds]) {
        let relative = instances.map(InstancePacking.init)
        var allocator = FirstFit()
        let order = (stateShapes.map(\.size) + relative.map(\.size)).enumerated()
            .sorted { ($1.element.bits, $0.offset) < ($0.element.bits, $1.offset) }
        var places = [PackedPlace](
            repeating: PackedPlace(word: 0, shift: 0), count: stateShapes.count + instances.count)
        for (index, size) in order { places[index] = allocator.place(size) }
        bitCount = allocator.bitCount

        statePlaces = Array(places.prefix(stateShapes.count))
        var leaves: [Leaf] = []
        for (shape, place) in zip(stateShapes, statePlaces) {
            Self.append(shape, at: place, firstCell: leaves.count, to: &leaves)
        }
        stateLeaves = leaves
        stateCellCount = leaves.count
        var cell = leaves.count
        var built: [Instance] = []
        for (index, (needs, packing)) in zip(instances, relative).enumerated() {
            let start = places[stateShapes.count + index]
            let livePlaces = packing.livePlaces.map { $0.map { start + $0 } }
            let (locationCell, localsStart) = (cell, cell + 1)
            let liveLeaves = zip(needs.live, livePlaces).map { variables, places in
                var leaves: [Leaf] = []
                for (variable, place) in zip(variables, places) {
                    Self.append(
                        variable.shape, at: place, firstCell: localsStart + variable.cell, to: &leaves)
                }
                return leaves
            }
            built.append(
                Instance(
                    locationCell: locationCell,
                    locationLeaf: Leaf(locationCell, start + packing.location, bits: packing.locationBits),
                    localsStart: localsStart, localsCount: needs.localCells, liveLeaves: liveLeaves,
                    livePlaces: livePlaces))
            cell += 1 + needs.localCells
        }
        self.instances = built
        cellCount = cell
    }

    private static func append(
        _ shape: PackedShape, at place: PackedPlace, firstCell: Int, to leaves: inout [Leaf]
    ) {
        var scalars: [(place: PackedPlace, bits: Int)] = []
        shape.appendScalars(at: place, to: &scalars)
        for (offset, scalar) in scalars.enumerated() {
            leaves.append(Leaf(firstCell + offset, scalar.place, bits: scalar.bits))
        }
    }

    /// Writes all cells of `packed`; locals that are not live become zero.
    package func unpack(_ packed: UnsafePointer<UInt64>, into cells: UnsafeMutablePointer<UInt64>) {
        for leaf in stateLeaves { cells[leaf.cell] = packed[leaf.word] >> leaf.shift & leaf.mask }
        for instance in instances {
            let leaf = instance.locationLeaf
            let location = packed[leaf.word] >> leaf.shift & leaf.mask
            cells[instance.locationCell] = location
            for offset in 0..<instance.localsCount { cells[instance.localsStart + offset] = 0 }
            for leaf in instance.liveLeaves[Int(location)] {
                cells[leaf.cell] = packed[leaf.word] >> leaf.shift & leaf.mask
            }
        }
    }

    /// Inverse of `unpack`, forgetting locals that are not live.
    package func pack(_ cells: UnsafePointer<UInt64>, into packed: UnsafeMutablePointer<UInt64>) {
        for word in 0..<wordCount { packed[word] = 0 }
        for leaf in stateLeaves {
            assert(cells[leaf.cell] & ~leaf.mask == 0)
            packed[leaf.word] |= cells[leaf.cell] << leaf.shift
        }
        for instance in instances {
            let location = cells[instance.locationCell]
            packed[instance.locationLeaf.word] |= location << instance.locationLeaf.shift
            for leaf in instance.liveLeaves[Int(location)] {
                assert(cells[leaf.cell] & ~leaf.mask == 0)
                packed[leaf.word] |= cells[leaf.cell] << leaf.shift
            }
        }
    }
}

extension StateLayout.Leaf {
    fileprivate init(_ cell: Int, _ place: PackedPlace, bits: Int) {
        self.cell = cell
        word = place.word
        shift = UInt64(place.shift)
        mask = bits == 64 ? .max : (1 << UInt64(bits)) - 1
    }
}

/// The location of an instance and, after it, the locals that are live there.
private struct InstancePacking {
    let location = PackedPlace(word: 0, shift: 0)
    let locationBits: Int
    let livePlaces: [[PackedPlace]]
    let size: PackedShape.Size

    init(_ needs: StateLayout.InstanceNeeds) {
        locationBits = CellCoding.bitWidth(needs.locationCount - 1)
        var start = PackedAllocator()
        _ = start.place(.bits(locationBits))
        var widest = start
        livePlaces = needs.live.map { live in
            var own = start
            let places = live.map { own.place($0.shape.size) }
            if own.bitCount > widest.bitCount { widest = own }
            return places
        }
        size = widest.size
    }
}

/// Puts each block where there is room: whole words at the end, smaller ones into the first word that has enough left.
private struct FirstFit {
    private var used: [Int] = []

    mutating func place(_ size: PackedShape.Size) -> PackedPlace {
        switch size {
        case .bits(0): return PackedPlace(word: 0, shift: 0)
        case .bits(let bits):
            let word = used.firstIndex { $0 + bits <= 64 } ?? used.count
            if word == used.count { used.append(0) }
            defer { used[word] += bits }
            return PackedPlace(word: word, shift: used[word])
        case .words(let words):
            defer { used += Array(repeating: 64, count: words) }
            return PackedPlace(word: used.count, shift: 0)
        }
    }

    var bitCount: Int { used.isEmpty ? 0 : 64 * (used.count - 1) + (used.last ?? 0) }
}

extension PackedShape.Size {
    fileprivate var bits: Int {
        switch self {
        case .bits(let bits): bits
        case .words(let words): 64 * words
        }
    }
}
