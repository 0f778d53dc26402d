// SPDX-License-Identifier: MIT

import SpecLanguage

/// Runs the code of a `SparseProgram` on states.
///
/// Invariant: `code` ends every path in `finish`, `fail`, `reject` or `stop`; registers are those the compiler
/// gave out. Nothing here allocates but tables that grow.
final class SparseMachine {
    enum Outcome: Equatable {
        case finished
        /// Number of the failure.
        case failed(Int)
        case rejected
    }

    let program: SparseProgram
    let registers: UnsafeMutablePointer<UInt64>
    private let code: UnsafeMutablePointer<Instruction>
    private let globalCount: Int
    /// How often each operation was entered, while `isCounting`.
    let entered: UnsafeMutablePointer<Int>
    /// Off while what is run was counted already: an event in one of several possible states.
    var isCounting = true
    /// Choices to take, then those taken so far with the number of ways each had.
    private var oracle: [Int] = []
    private(set) var taken: [(choice: Int, ways: Int)] = []

    /// More rounds of loops than this in one event are a loop without end.
    private static let roundsMax = 1 << 22

    init(_ program: SparseProgram) {
        self.program = program
        registers = .allocate(capacity: program.registerCount)
        registers.initialize(repeating: 0, count: program.registerCount)
        for (register, word) in program.constants { registers[register] = word }
        code = .allocate(capacity: program.code.count)
        for (index, instruction) in program.code.enumerated() {
            (code + index).initialize(to: instruction)
        }
        globalCount = program.layout.globalDefaults.count
        entered = .allocate(capacity: program.spec.operations.count + 1)
        entered.initialize(repeating: 0, count: program.spec.operations.count + 1)
    }

    deinit {
        registers.deallocate()
        code.deallocate()
        entered.deallocate()
    }

    func run(from start: Int, on store: SparseStore, choices: [Int] = []) -> Outcome {
        oracle = choices
        if !taken.isEmpty { taken.removeAll(keepingCapacity: true) }
        store.globals.withUnsafeMutableBufferPointer { globals in
            for index in 0..<globalCount { registers[index] = globals[index] }
        }
        let outcome = execute(from: start, store)
        store.globals.withUnsafeMutableBufferPointer { globals in
            for index in 0..<globalCount { globals[index] = registers[index] }
        }
        return outcome
    }

    /// Fills the registers of a failure's watches.
    ///
    /// - Returns: whether they could be computed.
    func explain(_ failure: Int, on store: SparseStore) -> Bool {
        let start = program.failures[failure].explanation
        guard start >= 0 else { return false }
        for index in 0..<globalCount { registers[index] = store.globals[index] }
        return execute(from: start, store) == .finished
    }

    /// Whether a condition of the spec holds in a state; `nil` where it cannot be computed there.
    func holds(_ condition: SparseProgram.Condition, on store: SparseStore) -> Bool? {
        for index in 0..<globalCount { registers[index] = store.globals[index] }
        guard execute(from: condition.start, store) == .finished else { return nil }
        return registers[condition.register] != 0
    }

    private func choice(ways: Int) -> Int {
        let choice = taken.count < oracle.count ? oracle[taken.count] : 0
        taken.append((choice, ways))
        return choice
    }

    private func execute(from start: Int, _ store: SparseStore) -> Outcome {
        let r = registers
        var rounds = 0
        var place = start
        return store.tables.withUnsafeBufferPointer { tables in
            store.sets.withUnsafeBufferPointer { sets in
                while true {
                    let i = code[place]
                    place += 1
                    let (a, b, c, d) = (Int(i.a), Int(i.b), Int(i.c), Int(i.d))
                    switch i.code {
                    case .move:
                        for offset in 0..<c { r[a + offset] = r[b + offset] }
                    case .addWord: r[a] = (r[b] &+ r[c]) & r[d]
                    case .subtractWord: r[a] = (r[b] &- r[c]) & r[d]
                    case .multiplyWord: r[a] = (r[b] &* r[c]) & r[d]
                    case .divideWord: r[a] = (r[b] / r[c]) & r[d]
                    case .remainderWord: r[a] = (r[b] % r[c]) & r[d]
                    case .andWord: r[a] = r[b] & r[c] & r[d]
                    case .orWord: r[a] = (r[b] | r[c]) & r[d]
                    case .xorWord: r[a] = (r[b] ^ r[c]) & r[d]
                    case .shiftLeftWord: r[a] = r[c] > 63 ? 0 : (r[b] << r[c]) & r[d]
                    case .shiftRightWord: r[a] = r[c] > 63 ? 0 : (r[b] >> r[c]) & r[d]
                    case .complementWord: r[a] = ~r[b] & r[c]
                    case .addExact, .subtractExact, .multiplyExact, .divideExact, .remainderExact:
                        guard let result = Self.exact(i.code, r[b], r[c]) else { return .failed(d) }
                        r[a] = result
                    case .signed:
                        guard r[b] >> 63 == 0 else { return .failed(d) }
                        r[a] = r[b]
                    case .equal:
                        var isEqual = true
                        for offset in 0..<d where r[b + offset] != r[c + offset] { isEqual = false }
                        r[a] = isEqual ? 1 : 0
                    case .notEqual:
                        var isEqual = true
                        for offset in 0..<d where r[b + offset] != r[c + offset] { isEqual = false }
                        r[a] = isEqual ? 0 : 1
                    case .lessWord: r[a] = r[b] < r[c] ? 1 : 0
                    case .lessOrEqualWord: r[a] = r[b] <= r[c] ? 1 : 0
                    case .lessSigned: r[a] = Int64(bitPattern: r[b]) < Int64(bitPattern: r[c]) ? 1 : 0
                    case .lessOrEqualSigned:
                        r[a] = Int64(bitPattern: r[b]) <= Int64(bitPattern: r[c]) ? 1 : 0
                    case .not: r[a] = r[b] ^ 1
                    case .checkRange:
                        let number = Int64(bitPattern: r[b])
                        guard Int64(bitPattern: r[c]) <= number, number <= Int64(bitPattern: r[c + 1]) else {
                            return .failed(d)
                        }
                    case .jump:
                        if a < place {
                            rounds += 1
                            guard rounds < Self.roundsMax else { return .failed(-1) }
                        }
                        place = a
                    case .jumpIfTrue: if r[b] != 0 { place = a }
                    case .jumpIfFalse: if r[b] == 0 { place = a }
                    case .readTable: tables[a].read(r + b, into: r + c)
                    case .writeTable: tables[a].write(r + b, r + c)
                    case .clearTable: tables[a].clear(prefix: r + b, count: c)
                    case .setContainsAll:
                        r[a] =
                            r[d] > r[d + 1] || sets[b].find(r + c)?.containsAll(r[d], r[d + 1]) ?? false
                            ? 1 : 0
                    case .setIsDisjoint:
                        r[a] =
                            r[d] > r[d + 1] || sets[b].find(r + c)?.isDisjoint(r[d], r[d + 1]) ?? true
                            ? 1 : 0
                    case .setIsEmpty: r[a] = sets[b].find(r + c) == nil ? 1 : 0
                    case .setCount: r[a] = sets[b].find(r + c)?.memberCount ?? 0
                    case .setHighestRun, .setLowestRun:
                        Self.run(i.code, sets[b].find(r + c), r[d], r[d + 1], into: r + a)
                    case .setInsert: if r[d] <= r[d + 1] { sets[b].insert(r + c, r[d], r[d + 1]) }
                    case .setRemove: if r[d] <= r[d + 1] { sets[b].remove(r + c, r[d], r[d + 1]) }
                    case .setClear: sets[b].clear(r + c)
                    case .clearSets: sets[a].clear(prefix: r + b, count: c)
                    case .enter: if isCounting { entered[a] &+= 1 }
                    case .choose: r[a] = UInt64(choice(ways: b))
                    case .reject: return .rejected
                    case .fail: return .failed(a)
                    case .finish, .stop: return .finished
                    }
                }
            }
        }
    }

    private static func run(
        _ code: Instruction.Code, _ set: IntervalSet?, _ first: UInt64, _ last: UInt64,
        into result: UnsafeMutablePointer<UInt64>
    ) {
        let found =
            first > last
            ? nil
            : code == .setHighestRun ? set?.highestRun(first, last) : set?.lowestRun(first, last)
        result[0] = found == nil ? 0 : 1
        result[1] = found?.0 ?? 0
        result[2] = found?.1 ?? 0
    }

    private static func exact(_ code: Instruction.Code, _ left: UInt64, _ right: UInt64) -> UInt64? {
        let (a, b) = (Int64(bitPattern: left), Int64(bitPattern: right))
        let (result, overflow) =
            switch code {
            case .addExact: a.addingReportingOverflow(b)
            case .subtractExact: a.subtractingReportingOverflow(b)
            case .multiplyExact: a.multipliedReportingOverflow(by: b)
            case .divideExact: a.dividedReportingOverflow(by: b)
            default: a.remainderReportingOverflow(dividingBy: b)
            }
        return overflow ? nil : UInt64(bitPattern: result)
    }
}
