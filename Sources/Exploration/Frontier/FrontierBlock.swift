import Glibc

/// Some states of one level, packed to bytes: in memory, or written to the frontier's file.
final class FrontierBlock {
    static let capacity = 2048
    /// States are copied by whole words.
    private static let padding = 8

    private(set) var count = 0
    private let stateBytes: Int
    private let bytes: UnsafeMutableRawPointer?
    /// Where the states are in the file; -1: in memory.
    private let fileOffset: Int64

    /// An empty block in memory.
    init(stateBytes: Int) {
        self.stateBytes = stateBytes
        bytes = .allocate(byteCount: Self.byteCount(stateBytes), alignment: 8)
        fileOffset = -1
    }

    /// States that were written to a file.
    init(stateBytes: Int, count: Int, fileOffset: Int64) {
        self.stateBytes = stateBytes
        self.count = count
        self.fileOffset = fileOffset
        bytes = nil
    }

    deinit { bytes?.deallocate() }

    static func byteCount(_ stateBytes: Int) -> Int { capacity * stateBytes + padding }

    var isFull: Bool { count == Self.capacity }
    var isInMemory: Bool { bytes != nil }

    func empty() { count = 0 }

    @inline(__always)
    func append(_ state: UnsafePointer<UInt64>) {
        guard let bytes else { return }
        memcpy(bytes + count &* stateBytes, state, stateBytes)
        count &+= 1
    }

    /// Unpacks states to whole words.
    func copy(_ range: Range<Int>, wordsPerState: Int, to states: UnsafeMutablePointer<UInt64>) {
        guard let bytes else { preconditionFailure("a block is read from its file first") }
        for index in range {
            let state = states + (index - range.lowerBound) &* wordsPerState
            state[wordsPerState &- 1] = 0
            memcpy(state, bytes + index &* stateBytes, stateBytes)
        }
    }

    /// - Returns: false where the file cannot take them.
    func write(to file: Int32, at offset: Int64) -> Bool {
        guard let bytes else { return false }
        return count * stateBytes == 0 || writeAll(file, bytes, count * stateBytes, offset)
    }

    /// The block with its states in memory.
    func inMemory(from file: Int32) -> FrontierBlock? {
        if isInMemory { return self }
        let block = FrontierBlock(stateBytes: stateBytes)
        guard let target = block.bytes, readAll(file, target, count * stateBytes, fileOffset) else {
            return nil
        }
        block.count = count
        return block
    }
}

/// Writes all bytes, or returns false.
func writeAll(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int, _ offset: Int64) -> Bool {
    var done = 0
    while done < count {
        let written = pwrite(file, bytes + done, count - done, off_t(offset) + off_t(done))
        if written <= 0 {
            if written < 0, errno == EINTR { continue }
            return false
        }
        done += written
    }
    return true
}

/// Reads all bytes, or returns false.
func readAll(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int, _ offset: Int64) -> Bool {
    var done = 0
    while done < count {
        let read = pread(file, bytes + done, count - done, off_t(offset) + off_t(done))
        if read <= 0 {
            if read < 0, errno == EINTR { continue }
            return false
        }
        done += read
    }
    return true
}
