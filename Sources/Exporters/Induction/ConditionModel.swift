// SPDX-License-Identifier: MIT

/// What a solver's model says of terms.
final class ConditionModel {
    /// Of what is read, by identity of the term.
    let values: [ObjectIdentifier: Int128]
    private let table: TermTable

    /// One cell of the state.
    struct Cell: Hashable {
        let variable: ExportVariable
        let indices: [Int128]
    }

    /// Cells that are spoken of.
    private(set) var cells: [Cell: Int128] = [:]

    init(_ script: ConditionScript, _ answers: [String: Int128], table: TermTable) {
        values = script.names.compactMapValues { answers[$0] }
        self.table = table
        for read in script.reads {
            guard case .read(let variable, let indices) = read.kind, let value = value(read) else { continue }
            let places = indices.compactMap { self.value($0) }
            guard places.count == indices.count else { continue }
            cells[Cell(variable: variable, indices: places)] = value
        }
        known = [:]
    }

    private var known: [ObjectIdentifier: Int128?] = [:]

    /// A truth value is 0 or 1; `nil` where the model leaves it open.
    func value(_ term: Term) -> Int128? {
        let term = table.canonical(term)
        if let value = known[ObjectIdentifier(term)] { return value }
        let value = compute(term)
        known[ObjectIdentifier(term)] = .some(value)
        return value
    }

    private func compute(_ term: Term) -> Int128? {
        switch term.kind {
        case .constant(let number): return number
        case .boolean(let flag): return flag ? 1 : 0
        case .read(let variable, let indices):
            if let known = values[ObjectIdentifier(term)] { return known }
            return indices.isEmpty ? nil : cell(variable, indices.map { value($0) })
        case .not(let operand): return value(operand).map { 1 - $0 }
        case .and(let left, let right):
            let (a, b) = (value(left), value(right))
            return a == 0 || b == 0 ? 0 : a == nil || b == nil ? nil : 1
        case .or(let left, let right):
            let (a, b) = (value(left), value(right))
            return a == 1 || b == 1 ? 1 : a == nil || b == nil ? nil : 0
        case .conditional(let test, let then, let otherwise):
            guard let flag = value(test) else { return nil }
            return value(flag != 0 ? then : otherwise)
        case .same(let left, let right), .comparison(.equal, let left, let right):
            return compare(left, right) { $0 == $1 }
        case .comparison(.notEqual, let left, let right): return compare(left, right) { $0 != $1 }
        case .comparison(.less, let left, let right): return compare(left, right) { $0 < $1 }
        case .comparison(.lessOrEqual, let left, let right): return compare(left, right) { $0 <= $1 }
        case .arithmetic(let operation, let left, let right):
            guard let a = value(left), let b = value(right) else { return nil }
            if b == 0, operation == .divide || operation == .remainder { return nil }
            return Term.arithmetic(operation, .constant(a), .constant(b)).integerConstant
        case .bound, .quantified: return nil
        }
    }

    private func compare(_ left: Term, _ right: Term, _ body: (Int128, Int128) -> Bool) -> Int128? {
        guard let a = value(left), let b = value(right) else { return nil }
        return body(a, b) ? 1 : 0
    }

    private func cell(_ variable: ExportVariable, _ indices: [Int128?]) -> Int128? {
        let places = indices.compactMap(\.self)
        return places.count == indices.count ? cells[Cell(variable: variable, indices: places)] : nil
    }
}
