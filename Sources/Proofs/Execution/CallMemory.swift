// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// What is known of calls, by function and arguments: functions are pure, so a call with the same arguments
/// has the same result, and that what is required was promised is seen without a look inside.
struct CallMemory<Knowledge> {
    private struct Key: Hashable {
        let function: ObjectIdentifier
        let arguments: [Part]
    }

    /// By what an argument is told from another.
    private enum Part: Hashable {
        case term(Term)
        /// Of the same bits with and without a sign the same is not true.
        case number(Term, isSigned: Bool)
        case identity(ObjectIdentifier)
        case begin
        case end
    }

    /// With the arguments: what is known by identity must stay alive.
    private var entries: [Key: (knowledge: Knowledge, arguments: [Symbol])] = [:]

    func knowledge(of function: Typed.Function, _ arguments: [Symbol]) -> Knowledge? {
        Self.key(function, arguments).flatMap { entries[$0]?.knowledge }
    }

    mutating func remember(_ knowledge: Knowledge, of function: Typed.Function, _ arguments: [Symbol]) {
        guard let key = Self.key(function, arguments) else { return }
        entries[key] = (knowledge, arguments)
    }

    private static func key(_ function: Typed.Function, _ arguments: [Symbol]) -> Key? {
        var parts: [Part] = []
        for argument in arguments { guard append(argument, to: &parts) else { return nil } }
        return Key(function: ObjectIdentifier(function), arguments: parts)
    }

    private static func append(_ symbol: Symbol, to parts: inout [Part]) -> Bool {
        switch symbol {
        case .number(let number): parts.append(part(number))
        case .token(let term): parts.append(.term(term))
        case .set(let set): parts.append(.identity(ObjectIdentifier(set.identity)))
        case .interval(let first, let last): parts += [part(first), part(last)]
        case .record(let fields):
            parts.append(.begin)
            for field in fields { guard append(field, to: &parts) else { return false } }
            parts.append(.end)
        case .bool, .optional, .absent, .list: return false
        }
        return true
    }

    private static func part(_ number: SymbolicNumber) -> Part {
        .number(number.term, isSigned: number.isSigned)
    }
}
