// SPDX-License-Identifier: MIT

import Core

extension ExpressionWriter {
    func query(
        _ query: Core.Query, _ base: Core.Expression, _ kind: Core.Kind
    ) throws(NotCompilable) -> Operand {
        guard case .set(let element) = base.kind else { preconditionFailure("a set was checked") }
        let set = bind(try value(base)).text
        func asked(_ function: String, _ range: Core.Expression) throws(NotCompilable) -> Operand {
            Operand("\(function)(\(set), \(try ordinals(range, element)), \(element.count))")
        }
        func run(_ function: String, _ range: Core.Expression) throws(NotCompilable) -> Operand {
            let optional = try types.swiftType(kind)
            let found = newName("run")
            body.line("let \(found) = \(try asked(function, range).text)")
            let interval = "Interval($0.first + \(element.lower), $0.last + \(element.lower))"
            return Operand(
                "(\(found).map { \(optional)(some: true, value: \(interval)) } ?? \(optional).zero)")
        }
        switch query {
        case .contains(let member):
            return Operand("contains(\(set), \(types.ordinal(bind(try value(member)).text, element)))")
        case .isEmpty: return Operand("(\(set) == 0)")
        case .count: return Operand("\(set).nonzeroBitCount", bounds: 0...element.count)
        case .containsAll(let range): return try asked("containsAll", range)
        case .isDisjoint(let range): return try asked("isDisjoint", range)
        case .highestRun(let range): return try run("highestRun", range)
        case .lowestRun(let range): return try run("lowestRun", range)
        }
    }

    /// The positions of a range of numbers among those of a kind.
    private func ordinals(_ range: Core.Expression, _ number: Core.Number) throws(NotCompilable) -> String {
        guard number.lower != 0 else { return try value(range).text }
        let range = bind(try value(range)).text
        return "Interval(\(range).first - \(number.lower), \(range).last - \(number.lower))"
    }

    /// The members of a range as bits.
    private func mask(_ range: String, _ set: Core.Kind) throws(NotCompilable) -> String {
        guard case .set(let number) = set else { preconditionFailure("a set was checked") }
        return "mask(\(range), \(number.count), \(try types.swiftType(set)).self)"
    }

    func insert(_ range: Core.Expression, into place: Core.Place) throws(NotCompilable) {
        try change(place, range) { old, mask in "\(old) |= \(mask)" }
    }

    func remove(_ range: Core.Expression, from place: Core.Place) throws(NotCompilable) {
        try change(place, range) { old, mask in "\(old) &= ~\(mask)" }
    }

    private func change(
        _ place: Core.Place, _ range: Core.Expression, _ line: (_ old: String, _ mask: String) -> String
    ) throws(NotCompilable) {
        guard case .set(let number) = place.kind else { preconditionFailure("a set was checked") }
        let members = bind(Operand(try ordinals(range, number))).text
        let mask = bind(Operand(try mask(members, place.kind))).text
        try atEachPlace(of: place) { (destination: Destination) throws(NotCompilable) in
            switch destination {
            case .packed(let packed):
                let old = newName("old")
                body.line("var \(old) = \(try types.load(place.kind, from: packed))")
                body.line(line(old, mask))
                body.line(types.store(old, place.kind, to: packed))
            case .local(let name): body.line(line(name, mask))
            }
        }
    }
}
