// SPDX-License-Identifier: MIT

import Glibc
import Synchronization

/// The states of one level that are still to be expanded, and those of the next as they are found. Blocks of found
/// states go to a file where memory is short.
///
/// `@unchecked`: everything is used under the lock, but for blocks that a `FrontierWriter` fills.
final class Frontier: @unchecked Sendable {
    let packing: PackedStates
    /// States in a full block.
    let blockCapacity: Int
    private let blockBytes: Int
    private let ledger: MemoryLedger
    /// `nil`: nothing is spilled.
    private let spillFolder: String?
    /// Bytes of blocks in memory above which they are spilled.
    private let spillLimit: Int

    private let lock = Mutex(())
    private var current: [FrontierBlock] = []
    private var currentFile: SpillFile?
    /// The block that is being taken, and how many of its states were.
    private var takenBlock = 0
    private var takenInBlock = 0
    private var found: [FrontierBlock] = []
    private var foundFile: SpillFile?
    private var spare: [UnsafeMutableRawPointer] = []
    private var memoryBlocks = 0

    /// States of the level that were not taken yet.
    let currentCount = Atomic<Int>(0)
    let spilledBytes = Atomic<Int>(0)
    /// Whether states were lost, since neither memory nor disk took them, or disk did not give them back.
    let isBroken = Atomic<Bool>(false)

    init(packing: PackedStates, ledger: MemoryLedger, spillFolder: String?) {
        self.packing = packing
        self.ledger = ledger
        self.spillFolder = spillFolder
        spillLimit = ledger.limit / 16
        let wanted = ledger.limit >= 1 << 30 ? 256 << 10 : ledger.limit >= 16 << 20 ? 64 << 10 : 4096
        blockCapacity = max(1, wanted / packing.stateBytes)
        blockBytes = (blockCapacity * packing.stateBytes + 4095) / 4096 * 4096
    }

    deinit {
        for block in current + found { block.memory.map(unmap) }
        spare.forEach(unmap)
    }

    // MARK: Levels

    /// What was found becomes what is to be expanded. Call it while nobody takes or adds.
    func advance() {
        lock.withLock { _ in
            for index in current.indices { recycle(&current[index]) }
            current = found
            found = []
            takenBlock = 0
            takenInBlock = 0
            currentFile = foundFile
            foundFile = nil
            currentCount.store(current.reduce(0) { $0 + $1.count }, ordering: .relaxed)
            // What the next level will hardly need goes back to the table.
            while spare.count > current.count + 4, let memory = spare.popLast() { give(memory) }
        }
    }

    /// Takes states of the level, as many as a block still has or `limit`, and unpacks them.
    ///
    /// - Parameter packed: room for `limit` packed states: under the lock they are only copied.
    /// - Returns: how many; 0 when all are taken.
    func take(
        limit: Int, into states: UnsafeMutablePointer<UInt64>, by packed: UnsafeMutableRawPointer
    ) -> Int {
        let count = take(limit: limit, packed: packed)
        for index in 0..<count {
            packing.unpack(
                packed + index &* packing.stateBytes, to: states + index &* packing.wordsPerState)
        }
        return count
    }

    private func take(limit: Int, packed: UnsafeMutableRawPointer) -> Int {
        lock.withLock { _ in
            while takenBlock < current.count {
                if takenInBlock == 0, current[takenBlock].memory == nil, !readBack(takenBlock) {
                    isBroken.store(true, ordering: .relaxed)
                    return 0
                }
                let block = current[takenBlock]
                let count = min(limit, block.count - takenInBlock)
                if let memory = block.memory {
                    packed.copyMemory(
                        from: memory + takenInBlock * packing.stateBytes,
                        byteCount: count * packing.stateBytes)
                }
                takenInBlock += count
                if takenInBlock == block.count {
                    recycle(&current[takenBlock])
                    takenBlock += 1
                    takenInBlock = 0
                }
                if count > 0 {
                    currentCount.subtract(count, ordering: .relaxed)
                    return count
                }
            }
            return 0
        }
    }

    // MARK: Found states

    /// Memory for `blockCapacity` states; `nil` where there is none.
    func emptyBlock() -> UnsafeMutableRawPointer? {
        lock.withLock { _ in spare.popLast() ?? allocate() ?? spillAnother() }
    }

    /// Takes a block of the next level; its memory may be needed for another.
    func add(_ memory: UnsafeMutableRawPointer, count: Int) {
        lock.withLock { _ in
            guard memoryBlocks * blockBytes > spillLimit || ledger.byteCount + 2 * blockBytes > ledger.limit,
                let offset = spill(memory, count: count)
            else {
                found.append(FrontierBlock(memory: memory, count: count))
                return
            }
            found.append(FrontierBlock(memory: nil, fileOffset: offset, count: count))
            spare.append(memory)
        }
    }

    /// Memory of a block that was found before, which goes to the file.
    private func spillAnother() -> UnsafeMutableRawPointer? {
        guard let index = found.lastIndex(where: { $0.memory != nil }), let memory = found[index].memory,
            let offset = spill(memory, count: found[index].count)
        else { return nil }
        found[index].memory = nil
        found[index].fileOffset = offset
        return memory
    }

    private func spill(_ memory: UnsafeMutableRawPointer, count: Int) -> Int64? {
        guard let spillFolder else { return nil }
        if foundFile == nil { foundFile = SpillFile(folder: spillFolder) }
        guard let offset = foundFile?.append(memory, count: count * packing.stateBytes) else { return nil }
        spilledBytes.add(count * packing.stateBytes, ordering: .relaxed)
        return offset
    }

    /// Reads a block of the level from its file.
    private func readBack(_ index: Int) -> Bool {
        // A block too many is better than the end.
        guard let memory = spare.popLast() ?? allocate() ?? allocate(isForced: true) else { return false }
        let block = current[index]
        guard let currentFile,
            currentFile.read(memory, count: block.count * packing.stateBytes, at: block.fileOffset)
        else {
            spare.append(memory)
            return false
        }
        current[index].memory = memory
        return true
    }

    // MARK: Checkpoints

    /// States found for the next level. Call it while nobody takes or adds.
    var foundCount: Int { found.reduce(0) { $0 + $1.count } }

    /// Adds found states that a checkpoint has.
    ///
    /// - Parameter read: reads states from a number on, as many as asked for.
    /// - Returns: whether there was room for them.
    func restore(count: Int, _ read: (UnsafeMutableRawPointer, _ first: Int, _ count: Int) -> Bool) -> Bool {
        var first = 0
        while first < count {
            let share = min(blockCapacity, count - first)
            guard let block = emptyBlock() else { return false }
            let isRead = read(block, first, share)
            add(block, count: isRead ? share : 0)
            if !isRead { return false }
            first += share
        }
        return true
    }

    // MARK: Memory

    private func recycle(_ block: inout FrontierBlock) {
        if let memory = block.memory { spare.append(memory) }
        block.memory = nil
        block.count = 0
    }

    private func allocate(isForced: Bool = false) -> UnsafeMutableRawPointer? {
        guard ledger.reserve(blockBytes, isForced: isForced) else { return nil }
        guard let memory = map() else {
            ledger.release(blockBytes)
            return nil
        }
        memoryBlocks += 1
        return memory
    }

    private func map() -> UnsafeMutableRawPointer? {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let memory = mmap(nil, blockBytes, PROT_READ | PROT_WRITE, flags, -1, 0), memory != MAP_FAILED
        else {
            return nil
        }
        return memory
    }

    private func give(_ memory: UnsafeMutableRawPointer) {
        unmap(memory)
        memoryBlocks -= 1
        ledger.release(blockBytes)
    }

    private func unmap(_ memory: UnsafeMutableRawPointer) { munmap(memory, blockBytes) }

    /// What the level being expanded still has, and what was found, to be written to a checkpoint. Call it while nobody
    /// takes or adds.
    ///
    /// - Parameter body: gets whether the states were found, and packed states.
    func forEachBlock<Failure: Error>(
        _ body: (_ isFound: Bool, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: blockBytes, alignment: 16)
        defer { scratch.deallocate() }
        for (blocks, file, isFound) in [(current, currentFile, false), (found, foundFile, true)] {
            for (index, block) in blocks.enumerated() where isFound || index >= takenBlock {
                let skipped = !isFound && index == takenBlock ? takenInBlock : 0
                var memory = block.memory
                if memory == nil, block.count > 0 {
                    guard let file,
                        file.read(scratch, count: block.count * packing.stateBytes, at: block.fileOffset)
                    else { return false }
                    memory = scratch
                }
                guard let memory, block.count > skipped else { continue }
                try body(
                    isFound,
                    UnsafeRawBufferPointer(
                        start: memory + skipped * packing.stateBytes,
                        count: (block.count - skipped) * packing.stateBytes))
            }
        }
        return true
    }
}
