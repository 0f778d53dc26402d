import Foundation
import Glibc
import Synchronization

/// The states of one level that are still to be expanded, and those of the next as they are found. Blocks go to a
/// temporary file that has no name (it ends with the process) where they would take more memory than they may.
///
/// `@unchecked`: lists are used under the lock.
final class Frontier: @unchecked Sendable {
    private let stateBytes: Int
    private let lock = Mutex(())
    private var current: [FrontierBlock] = []
    private var nextToTake = 0
    private var found: [FrontierBlock] = []
    private var spare: [FrontierBlock] = []
    /// Blocks in memory, wherever they are.
    private var memoryBlocks = 0
    private var file: Int32 = -1
    private var fileEnd: Int64 = 0
    private var currentFile: Int32 = -1
    private(set) var currentCount = 0
    /// Most that blocks may take before they are written away.
    let byteLimit: Atomic<Int>
    let spilledBytes = Atomic<Int>(0)
    /// Whether states were lost since neither memory nor disk took them.
    let isFull = Atomic<Bool>(false)
    private let folder: String

    init(stateBytes: Int, byteLimit: Int, folder: String = NSTemporaryDirectory()) {
        self.stateBytes = stateBytes
        self.byteLimit = Atomic(byteLimit)
        self.folder = folder
    }

    deinit {
        if file >= 0 { close(file) }
        if currentFile >= 0 { close(currentFile) }
    }

    /// Bytes of the blocks in memory.
    var byteCount: Int { lock.withLock { _ in memoryBlocks * FrontierBlock.byteCount(stateBytes) } }

    // MARK: Levels

    /// What was found becomes what is to be expanded.
    func advance() {
        lock.withLock { _ in
            spare = []
            memoryBlocks = found.count { $0.isInMemory }
            current = found
            currentCount = found.reduce(0) { $0 + $1.count }
            found = []
            nextToTake = 0
            if currentFile >= 0 { close(currentFile) }
            currentFile = file
            file = -1
            fileEnd = 0
        }
    }

    /// Whether all blocks of the level were taken.
    var isExhausted: Bool { lock.withLock { _ in nextToTake >= current.count } }

    /// A block of the level being expanded, in memory; `nil` when all are taken. Give it back with `recycle`.
    func take() -> FrontierBlock? {
        let block = lock.withLock { _ -> FrontierBlock? in
            guard nextToTake < current.count else { return nil }
            defer { nextToTake += 1 }
            return current[nextToTake]
        }
        guard let block, !block.isInMemory else { return block }
        guard let read = block.inMemory(from: currentFile) else {
            isFull.store(true, ordering: .relaxed)
            return take()
        }
        lock.withLock { _ in memoryBlocks += 1 }
        return read
    }

    /// The states of a block are expanded.
    func recycle(_ block: FrontierBlock) {
        lock.withLock { _ in
            block.empty()
            spare.append(block)
        }
    }

    // MARK: Found states

    func emptyBlock() -> FrontierBlock {
        let block = lock.withLock { _ -> FrontierBlock? in
            if let block = spare.popLast() { return block }
            memoryBlocks += 1
            return nil
        }
        return block ?? FrontierBlock(stateBytes: stateBytes)
    }

    /// Takes a block of the next level.
    func add(_ block: FrontierBlock) {
        lock.withLock { _ in
            let limit = byteLimit.load(ordering: .relaxed)
            guard block.isFull, memoryBlocks * FrontierBlock.byteCount(stateBytes) > limit else {
                found.append(block)
                return
            }
            let (offset, bytes) = (fileEnd, block.count * stateBytes)
            guard openFile(), block.write(to: file, at: offset) else {
                isFull.store(true, ordering: .relaxed)
                return
            }
            fileEnd += Int64(bytes)
            spilledBytes.add(bytes, ordering: .relaxed)
            found.append(FrontierBlock(stateBytes: stateBytes, count: block.count, fileOffset: offset))
            memoryBlocks -= 1
        }
    }

    /// Only this user can open it, for a moment; nothing of it is left when the process ends, however it ends.
    private func openFile() -> Bool {
        if file >= 0 { return true }
        var name = Array("\(folder)/iommu-check.XXXXXX".utf8CString)
        file = mkstemp(&name)
        if file >= 0 {
            unlink(name)
            _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        }
        return file >= 0
    }

    /// All blocks of the level to be expanded, for checkpoints. Call it between levels.
    func forEachBlock(_ body: (FrontierBlock) throws -> Void) rethrows {
        for block in current {
            guard let block = block.inMemory(from: currentFile) else { continue }
            try body(block)
        }
    }
}
