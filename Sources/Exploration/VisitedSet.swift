/// The states found so far, numbered 0, 1, 2… in the order in which they came, each with the number of the
/// state from which it was found first. Exact: the packed words themselves are kept and compared.
///
/// States lie in chunks by number, so the states found but not expanded yet, the frontier, are a range of
/// numbers and need no queue; chunks never move, so other threads may read states that are in while this one
/// adds more. An open-addressed index of 32-bit slots leads from a hash to a number. When the index is full
/// it is made anew, half as large again, from the states: the old one is given back first, so that growth
/// never needs both.
///
/// Bytes a state, for `w` words: 8w, 4 for the parent, and 5 to 7.5 for the index (load 0.8 down to 0.53).
struct VisitedSet: ~Copyable {
    /// Numbers and parents take 32 bits, and one value is needed for 'none'.
    static let largestCount = Int(UInt32.max) - 1

    private static let chunkShift = 18
    private static let statesPerChunk = 1 << chunkShift
    private static let noParent = UInt32.max
    /// What the hot loop looks up ahead: far enough to overlap cache misses, near enough for the first-level
    /// cache.
    private static let group = 32

    let wordsPerState: Int
    private(set) var count = 0
    /// No state is added beyond this many.
    var maximumCount: Int { didSet { updateCheckpoint() } }
    private let memoryLimit: Int

    /// By chunk number: `statesPerChunk` states, then as many parents. Has its final size from the start.
    private let chunks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var chunkMemory: [PageMemory] = []
    private var index = StateIndex()
    /// Adding a state when `count` is here goes the slow way: something is full.
    private var checkpoint = 0
    /// First slots of a group of hashes.
    private let slotsAhead: UnsafeMutablePointer<UInt32>
    /// Where the values read ahead of their use go, so that the compiler cannot drop the reads.
    private var readAhead: UInt64 = 0

    /// - Parameter memoryLimit: bytes that states, parents and index may take together.
    init(wordsPerState: Int, maximumCount: Int = largestCount, memoryLimit: Int = .max) {
        precondition(wordsPerState > 0, "a packed state has at least one word")
        self.wordsPerState = wordsPerState
        self.maximumCount = min(maximumCount, Self.largestCount)
        self.memoryLimit = memoryLimit
        let chunkCount = (Self.largestCount >> Self.chunkShift) + 1
        chunks = .allocate(capacity: chunkCount)
        chunks.initialize(repeating: nil, count: chunkCount)
        slotsAhead = .allocate(capacity: Self.group)
        slotsAhead.initialize(repeating: 0, count: Self.group)
        updateCheckpoint()
    }

    deinit {
        chunks.deallocate()
        slotsAhead.deallocate()
    }

    /// Memory in use now. It never falls, and growth needs no more than what is in use after it: so this is
    /// also the peak. Pages that were reserved but never touched are not counted: they take no memory.
    var byteCount: Int { index.byteCount + count * bytesPerState }

    /// Without the index.
    private var bytesPerState: Int { 8 * wordsPerState + 4 }

    /// The words of a state, and of those after it up to `contiguousCount(from:)`.
    func state(_ number: Int) -> UnsafePointer<UInt64> {
        assert(number >= 0 && number < count)
        return UnsafePointer(address(of: number))
    }

    /// How many states from `number` on lie one after the other.
    func contiguousCount(from number: Int) -> Int {
        Self.statesPerChunk - (number & (Self.statesPerChunk - 1))
    }

    /// The state from which this one was found first; `nil` for an initial state.
    func parent(of number: Int) -> Int? {
        assert(number >= 0 && number < count)
        let parent = parentAddress(of: number).pointee
        return parent == Self.noParent ? nil : Int(parent)
    }

    /// Adds initial states.
    ///
    /// - Returns: false as soon as a new state finds no room; the ones before it are in.
    mutating func insertInitial(
        _ states: UnsafePointer<UInt64>, hashes: UnsafePointer<UInt64>, count stateCount: Int
    ) -> Bool {
        for k in 0..<stateCount
        where !insert(states + k * wordsPerState, hash: hashes[k], parent: Self.noParent) {
            return false
        }
        return true
    }

    /// Adds the successors of a batch of sources: those of source number `firstParent + i` end before
    /// `sourceEnds[i]`.
    ///
    /// - Returns: false as soon as a new state finds no room; the ones before it are in.
    mutating func insert(
        _ states: UnsafePointer<UInt64>, hashes: UnsafePointer<UInt64>, sourceEnds: UnsafeBufferPointer<Int>,
        firstParent: Int
    ) -> Bool {
        let total = sourceEnds.last ?? 0
        var source = 0
        var k = 0
        while k < total {
            let groupEnd = min(k + Self.group, total)
            lookAhead(hashes + k, count: groupEnd - k)
            while k < groupEnd {
                while sourceEnds[source] <= k { source += 1 }
                let parent = UInt32(truncatingIfNeeded: firstParent + source)
                guard insert(states + k * wordsPerState, hash: hashes[k], parent: parent) else {
                    return false
                }
                k += 1
            }
        }
        return true
    }
}

// MARK: The hot path

extension VisitedSet {
    /// Reads what the insertions of these hashes will read first, all reads independent of each other: so
    /// their cache misses overlap, where each insertion alone would wait for its own.
    @inline(__always)
    private mutating func lookAhead(_ hashes: UnsafePointer<UInt64>, count hashCount: Int) {
        assert(hashCount <= Self.group)
        for k in 0..<hashCount { slotsAhead[k] = index.slots[index.position(of: hashes[k])] }
        if count == 0 { return }
        // Without branches, as a wrong guess would throw away the reads begun after it.
        var sum: UInt64 = 0
        for k in 0..<hashCount {
            let slot = slotsAhead[k]
            let isCandidate = slot != StateIndex.empty && index.tagMatches(slot, hashes[k])
            sum &+= address(of: isCandidate ? index.number(in: slot) : 0).pointee
        }
        readAhead &+= sum
    }

    /// - Returns: false if the state is new and there is no room.
    @inline(__always)
    private mutating func insert(_ words: UnsafePointer<UInt64>, hash: UInt64, parent: UInt32) -> Bool {
        assert(hash == StateHash.hash(words, count: wordsPerState))
        assert(parent == Self.noParent || parent < count)
        var position = index.position(of: hash)
        while true {
            let slot = index.slots[position]
            if slot == StateIndex.empty { break }
            if index.tagMatches(slot, hash), isEqual(address(of: index.number(in: slot)), words) {
                return true
            }
            position = index.position(after: position)
        }
        if count == checkpoint {
            guard makeRoom() else { return false }
            position = index.emptyPosition(for: hash)
        }
        let target = address(of: count)
        for word in 0..<wordsPerState { target[word] = words[word] }
        parentAddress(of: count).pointee = parent
        index.fill(position, with: count, hash: hash)
        count &+= 1
        return true
    }

    @inline(__always)
    private func isEqual(_ a: UnsafePointer<UInt64>, _ b: UnsafePointer<UInt64>) -> Bool {
        var word = 0
        while word < wordsPerState {
            if a[word] != b[word] { return false }
            word &+= 1
        }
        return true
    }

    @inline(__always)
    private func address(of number: Int) -> UnsafeMutablePointer<UInt64> {
        assert(chunks[number >> Self.chunkShift] != nil)
        let chunk = chunks[number >> Self.chunkShift].unsafelyUnwrapped
        let place = number & (Self.statesPerChunk - 1)
        return chunk.assumingMemoryBound(to: UInt64.self) + place &* wordsPerState
    }

    @inline(__always)
    private func parentAddress(of number: Int) -> UnsafeMutablePointer<UInt32> {
        assert(chunks[number >> Self.chunkShift] != nil)
        let chunk = chunks[number >> Self.chunkShift].unsafelyUnwrapped
        let parents = chunk + Self.statesPerChunk &* wordsPerState &* 8
        return parents.assumingMemoryBound(to: UInt32.self) + (number & (Self.statesPerChunk - 1))
    }
}

// MARK: Growth

extension VisitedSet {
    /// Makes room for one more state at least.
    ///
    /// - Returns: false where a limit, or the kernel, forbids it.
    private mutating func makeRoom() -> Bool {
        assert(count == checkpoint)
        guard count < maximumCount else { return false }
        if count == index.largestCount {
            guard growIndex() else { return false }
        }
        if count == chunkMemory.count << Self.chunkShift {
            guard let chunk = PageMemory(byteCount: Self.statesPerChunk * bytesPerState) else { return false }
            chunks[chunkMemory.count] = chunk.base
            chunkMemory.append(chunk)
        }
        updateCheckpoint()
        return count < checkpoint
    }

    private mutating func updateCheckpoint() {
        let affordable = max(0, memoryLimit - index.byteCount) / bytesPerState
        let inChunks = chunkMemory.count << Self.chunkShift
        checkpoint = max(count, min(maximumCount, index.largestCount, inChunks, affordable))
    }

    private mutating func growIndex() -> Bool {
        let capacity = index.capacity + index.capacity / 2
        let (needed, overflow) = StateIndex.byteCount(capacity: capacity)
            .addingReportingOverflow((count + 1) * bytesPerState)
        guard !overflow, needed <= memoryLimit else { return false }
        // The new index is only reserved here, and the old one gone before the first page of the new one is
        // touched.
        guard let larger = StateIndex(capacity: capacity) else { return false }
        index = larger
        fillIndex()
        return true
    }

    /// Enters all states into an empty index.
    private mutating func fillIndex() {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.group) { hashes in
            var first = 0
            while first < count {
                let end = min(first + Self.group, count)
                for number in first..<end {
                    hashes[number - first] = StateHash.hash(address(of: number), count: wordsPerState)
                    readAhead &+= UInt64(index.slots[index.position(of: hashes[number - first])])
                }
                for number in first..<end {
                    let hash = hashes[number - first]
                    index.fill(index.emptyPosition(for: hash), with: number, hash: hash)
                }
                first = end
            }
        }
    }
}
