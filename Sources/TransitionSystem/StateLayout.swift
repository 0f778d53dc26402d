import SpecLanguage

/// Where everything lies: unpacked in cells (for running), packed in bits (for storing).
///
/// Cells: the state variables, then for each process instance its location and its locals. Packed: the
/// locations, the state
/// variables, then for each instance the locals that are live at its location, in places shared by all
/// locations.
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
    }

    package let cellCount: Int
    package let stateCellCount: Int
    package let stateLeaves: [Leaf]
    package let instances: [Instance]
    /// Bits in use.
    package let bitCount: Int
    package var wordCount: Int { max(1, (bitCount + 63) / 64) }

    /// Larger states are refused.
    package static let cellsMax = 1 << 16

    init(
        stateCellWidths: [Int],
        instances: [(localCells: Int, locationCount: Int, live: [[(cell: Int, width: Int)]])]
    ) {
        var allocator = BitAllocator()
        stateCellCount = stateCellWidths.count
        var cell = stateCellWidths.count
        var starts: [(location: Int, leaf: Leaf, locals: Int)] = []
        for instance in instances {
            let width = CellCoding.bitWidth(instance.locationCount - 1)
            starts.append((cell, allocator.leaf(cell: cell, width: width), cell + 1))
            cell += 1 + instance.localCells
        }
        cellCount = cell
        stateLeaves = stateCellWidths.enumerated().map { allocator.leaf(cell: $0.offset, width: $0.element) }
        var built: [Instance] = []
        for (instance, start) in zip(instances, starts) {
            var widest = allocator
            let leaves = instance.live.map { live in
                var own = allocator
                let leaves = live.map { own.leaf(cell: start.locals + $0.cell, width: $0.width) }
                if own.bits > widest.bits { widest = own }
                return leaves
            }
            allocator = widest
            built.append(
                Instance(
                    locationCell: start.location, locationLeaf: start.leaf, localsStart: start.locals,
                    localsCount: instance.localCells, liveLeaves: leaves))
        }
        self.instances = built
        bitCount = allocator.bits
    }

    private struct BitAllocator {
        var bits = 0

        mutating func leaf(cell: Int, width: Int) -> Leaf {
            precondition(width <= 64)
            if bits % 64 + width > 64 { bits = (bits / 64 + 1) * 64 }
            // A type with one value takes no bits and always reads 0.
            defer { bits += width }
            let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
            return Leaf(cell: cell, word: width == 0 ? 0 : bits / 64, shift: UInt64(bits % 64), mask: mask)
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
