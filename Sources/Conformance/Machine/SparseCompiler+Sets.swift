// SPDX-License-Identifier: MIT

import Core
import Diagnostics

extension SparseCompiler {
    func query(_ query: Core.Query, _ set: Core.Expression) throws(NotRunnable) -> Int {
        guard case .read(let place) = set.form else {
            throw NotRunnable("over a log sets are state variables", at: set.span)
        }
        let result = allocate(3)
        func ask(
            _ code: Instruction.Code, _ argument: Core.Expression?, outside: Outside = .isLeftOut
        ) throws(NotRunnable) {
            let (range, known) =
                try argument.map { argument throws(NotRunnable) in
                    try members(argument, outside, result)
                } ?? (0, [])
            let (sets, key) = try setPlace(place, set.span)
            emit(code, result, sets, key, range)
            patch(known)
        }
        switch query {
        case .contains(let member): try ask(.setContainsAll, member, outside: .isNoMember)
        case .containsAll(let range): try ask(.setContainsAll, range, outside: .isNoMember)
        case .isDisjoint(let range): try ask(.setIsDisjoint, range)
        case .isEmpty: try ask(.setIsEmpty, nil)
        case .count: try ask(.setCount, nil)
        case .highestRun(let range): try ask(.setHighestRun, range)
        case .lowestRun(let range): try ask(.setLowestRun, range)
        }
        return result
    }

    /// What becomes of negative numbers, which no set has and which are not to be read as words.
    enum Outside {
        case isLeftOut
        /// They are asked about: the answer is no.
        case isNoMember
    }

    /// Two registers, the ends of a range or a single member twice, without negative numbers.
    ///
    /// - Parameter result: gets the answer where it is known before the set is looked at.
    /// - Returns: also the jumps that are taken there.
    func members(
        _ argument: Core.Expression, _ outside: Outside, _ result: Int
    ) throws(NotRunnable) -> (range: Int, known: [Int]) {
        let range = allocate(2)
        let source = try value(argument)
        switch argument.kind {
        case .number(let number):
            move(source, to: range, count: 1)
            move(source, to: range + 1, count: 1)
            return (range, number.mayBeNegative ? leaveOutNegatives(of: range, outside, result) : [])
        case .record(_, let ends):
            move(source, to: range, count: 2)
            let mayBeNegative = ends.contains { $0.number?.mayBeNegative ?? false }
            return (range, mayBeNegative ? leaveOutNegatives(of: range, outside, result) : [])
        case .truth, .array, .set, .lock: preconditionFailure("members are numbers")
        }
    }

    /// Narrows a signed range to its part from 0 on, in place. What is empty becomes `1 ... 0`.
    private func leaveOutNegatives(of range: Int, _ outside: Outside, _ result: Int) -> [Int] {
        let test = allocate(1)
        emit(.lessSigned, test, range + 1, range)
        let toNegative = emit(.jumpIfFalse, 0, test)
        emit(.move, range, constant([1, 0]), 2)
        let toEnd = emit(.jump)
        patch(toNegative)
        emit(.lessSigned, test, range, constant(0))
        let isFine = emit(.jumpIfFalse, 0, test)
        var known: [Int] = []
        switch outside {
        case .isNoMember:
            emit(.move, result, constant(0), 1)
            known.append(emit(.jump))
        case .isLeftOut:
            emit(.move, range, constant(0), 1)
            emit(.lessSigned, test, range + 1, range)
            let isLeft = emit(.jumpIfFalse, 0, test)
            emit(.move, range, constant([1, 0]), 2)
            patch(isLeft)
        }
        patch([toEnd, isFine])
        return known
    }

    /// The set table and the registers of the key.
    private func setPlace(_ place: Core.Place, _ span: Span) throws(NotRunnable) -> (sets: Int, key: Int) {
        let path = try path(place, span)
        guard case .sets(let sets)? = layout.places[place.variable.number], !path.isWhole,
            path.indices.count == layout.sets[sets].keyCount
        else { throw NotRunnable("over a log sets are state variables", at: span) }
        return (sets, try key(path.indices))
    }

    func change(
        _ place: Core.Place, _ code: Instruction.Code, _ range: Core.Expression, _ span: Span
    ) throws(NotRunnable) {
        let (members, _) = try members(range, .isLeftOut, 0)
        guard case .sets(let sets)? = layout.places[place.variable.number] else {
            throw NotRunnable("over a log only sets of the state are changed", at: span)
        }
        let path = try path(place, span)
        guard !path.isWhole, path.indices.count == layout.sets[sets].keyCount else {
            throw NotRunnable("over a log '[all]' of a table of sets is only cleared", at: span)
        }
        emit(code, 0, sets, try key(path.indices), members)
    }
}

extension Core.Number {
    var mayBeNegative: Bool {
        switch self {
        case .word: false
        case .range(let lower, _): lower < 0
        case .integer: true
        }
    }
}
