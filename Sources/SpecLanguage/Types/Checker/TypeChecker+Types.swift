// SPDX-License-Identifier: MIT

import Diagnostics

extension TypeChecker {
    /// Widths, counts and bounds are below this, so that no table of a type can exhaust the machine.
    private static var indexCountMax: Int { 1 << 16 }

    func resolve(_ expression: Syntax.TypeExpression) -> SpecType { resolve(expression, name: nil) }

    /// - Parameter name: makes ranges, words and symmetric types nominal.
    func resolve(_ expression: Syntax.TypeExpression, name: String?) -> SpecType {
        switch expression.kind {
        case .missing: return .erroneous
        case .named(let used): return namedType(used, at: expression.span)
        case .range(let lower, let upper, let isInclusive):
            guard let lower = constantInteger(lower), let upper = constantInteger(upper) else {
                return .erroneous
            }
            let last = isInclusive ? upper : upper - 1
            guard last >= lower else {
                error(
                    "empty-type", "the range \(lower) \(isInclusive ? "..." : "..<") \(upper) has no value",
                    at: expression.span)
                return .erroneous
            }
            return .range(name: name, lower: lower, upper: last)
        case .bits(let width):
            guard let bits = constantInteger(width) else { return .erroneous }
            guard (1...64).contains(bits) else {
                error("bad-width", "a machine word has 1 to 64 bits, not \(bits)", at: width.span)
                return .erroneous
            }
            return .bits(name: name, width: bits)
        case .symmetric(let count):
            guard let number = constantInteger(count) else { return .erroneous }
            guard let name else {
                error(
                    "unnamed-type", "a symmetric type needs a name", at: expression.span,
                    help: "declare 'type Name = symmetric \(number)'")
                return .erroneous
            }
            guard number >= 1, purpose == .proof || number <= 64 else {
                error("bad-count", "a symmetric type has 1 to 64 elements, not \(number)", at: count.span)
                return .erroneous
            }
            return .symmetric(name: name, count: number)
        case .array(let index, let element):
            let indexType = resolve(index)
            checkEnumerable(indexType, at: index.span, countMax: Self.indexCountMax)
            return .array(index: indexType, element: resolve(element))
        case .optional(let wrapped):
            let type = resolve(wrapped)
            if case .optional = type {
                error(
                    "nested-optional", "an optional of an optional", at: expression.span, help: "use one '?'")
                return type
            }
            if case .lock = type {
                error("bad-lock", "a lock cannot be optional", at: expression.span)
            }
            return type == .erroneous ? .erroneous : .optional(type)
        case .set(let element):
            let type = resolve(element)
            checkIndexType(type, at: element.span)
            return .set(type)
        case .queue(let element, let capacity):
            guard let number = constantInteger(capacity) else { return .erroneous }
            guard (1...256).contains(number) else {
                error("bad-count", "a queue has room for 1 to 256 elements, not \(number)", at: capacity.span)
                return .erroneous
            }
            return .queue(resolve(element), capacity: number)
        case .interval(let element):
            let type = resolve(element)
            if !type.isNumeric {
                error("not-a-number", "a range needs a numeric type", at: element.span)
                return .erroneous
            }
            return .interval(type)
        case .list(let element): return .list(resolve(element))
        }
    }

    private func namedType(_ name: String, at span: Span) -> SpecType {
        switch name {
        case "Bool": .bool
        case "Int": .integer(unit: nil)
        case "Lock": .lock
        default: type(named: name, at: span)
        }
    }

    /// A declared type, resolved on first use.
    func type(named name: String, at span: Span) -> SpecType {
        if let type = resolvedTypes[name] { return type }
        guard let member = declarations[name] else {
            reportUnknownType(name, at: span)
            return .erroneous
        }
        guard !beingResolved.contains(name) else {
            error("circular-type", "the type '\(name)' is made of itself", at: span)
            return .erroneous
        }
        guard !isTooDeep(name, at: span) else { return .erroneous }
        beingResolved.append(name)
        defer { beingResolved.removeLast() }
        var type: SpecType
        switch member.declaration.kind {
        case .type(let expression): type = resolve(expression, name: name)
        case .enumeration(let cases): type = .enumeration(name: name, cases: cases.map(\.text))
        case .structure(let fields):
            type = .structure(
                name: name, fields: fields.map { .init(name: $0.name.text, type: resolve($0.type)) })
            reportDuplicates(fields)
        case .change, .check, .constant, .fault, .function, .initialization, .interface, .invariant,
            .liveness, .matrix, .observer, .operation, .process, .proof, .reachable, .stateVariable:
            error(
                "not-a-type", "'\(name)' is not a type", at: span,
                notes: [.init(message: "declared here", span: member.declaration.name.span)])
            return .erroneous
        }
        let measure = typeMeasures.measure(type)
        if let excess = measure.excess(partsMax: Limits.typePartsMax, depthMax: Limits.callDepthMax) {
            reportSize(
                "type-too-large", "'\(name)' is \(excess)", at: member.declaration.name.span,
                help: "leave out what the check does not need")
            type = .erroneous
        }
        resolvedTypes[name] = type
        return type
    }

    /// Whether a declaration stands at the end of too many that each need the next one.
    func isTooDeep(_ name: String, at span: Span) -> Bool {
        guard beingResolved.count >= Limits.callDepthMax else { return false }
        reportSize(
            "too-deep",
            "'\(name)' is what more than \(Limits.callDepthMax) declarations need, each through the next",
            at: span, help: "declare '\(beingResolved[0])' with fewer in between")
        return true
    }

    /// One message is enough: declarations that need the one that is too large or too deep are so themselves.
    private func reportSize(_ id: String, _ message: String, at span: Span, help: String) {
        if !hasReportedSize { error(id, message, at: span, help: help) }
        hasReportedSize = true
    }

    private func reportDuplicates(_ fields: [Syntax.Binding]) {
        var seen: Set<String> = []
        for field in fields where !seen.insert(field.name.text).inserted {
            error("duplicate-name", "two fields are named '\(field.name.text)'", at: field.name.span)
        }
    }

    private func reportUnknownType(_ name: String, at span: Span) {
        let names = program.members.compactMap { member -> String? in
            switch member.declaration.kind {
            case .type, .enumeration, .structure: member.declaration.name.text
            case .change, .check, .constant, .fault, .function, .initialization, .interface, .invariant,
                .liveness, .matrix, .observer, .operation, .process, .proof, .reachable, .stateVariable:
                nil
            }
        }
        let close = closestName(to: name, among: names + ["Bool", "Int", "Lock"])
        error(
            "unknown-name", "there is no type '\(name)'", at: span, label: "not found",
            help: close.map { "did you mean '\($0)'?" } ?? "declare it, or import the file that does")
    }

    /// The type may index an array or be quantified over.
    func checkIndexType(_ type: SpecType, at span: Span) {
        guard type != .erroneous, type.indexCount == nil else { return }
        error(
            "not-finite", "'\(type.description)' cannot be enumerated", at: span,
            help: "use Bool, a range, bits, an enum or a symmetric type")
    }

    func checkEnumerable(_ type: SpecType, at span: Span, countMax: Int) {
        checkIndexType(type, at: span)
        if purpose == .exploration, let count = type.indexCount, count > countMax {
            error(
                "too-many-values", "'\(type.description)' has more than \(countMax) values", at: span,
                help: "set a smaller scope")
        }
    }

    /// A symmetric type has no first element, so no default.
    func checkHasDefault(_ type: SpecType, at span: Span) {
        switch type {
        case .symmetric:
            error(
                "no-default", "a variable of the symmetric type '\(type.description)' has no initial value",
                at: span, help: "make it optional: its elements cannot be told apart")
        case .array(_, let element): checkHasDefault(element, at: span)
        case .structure(_, let fields): for field in fields { checkHasDefault(field.type, at: span) }
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .lock, .optional,
            .queue, .range, .set, .void:
            break
        }
    }

    // MARK: Constants

    func constant(named name: String, at span: Span) -> TypedSpec.Constant? {
        if let constant = constants[name] { return constant }
        guard let member = declarations[name], case .constant(let type, let value) = member.declaration.kind
        else {
            return nil
        }
        // What is wrong is a constant all the same: one message is enough.
        let erroneous = TypedSpec.Constant(
            name: name, type: .erroneous, value: .number(0), span: member.declaration.name.span)
        guard !beingResolved.contains(name) else {
            error("circular-constant", "the constant '\(name)' is defined by itself", at: span)
            return erroneous
        }
        guard !isTooDeep(name, at: span) else { return erroneous }
        beingResolved.append(name)
        defer { beingResolved.removeLast() }
        let outer = scope
        scope = Scope()
        defer { scope = outer }
        let source = settings[name]?.value ?? value
        let declared = type.map(resolve)
        let typed = declared.map { check(source, as: $0) } ?? infer(source, expected: nil)
        let constant: TypedSpec.Constant
        if case .literal(let literal) = typed.kind {
            var constantType = declared ?? typed.type
            // An untyped number mixes with every numeric type.
            if declared == nil, case .range = constantType { constantType = .integer(unit: nil) }
            constant = .init(
                name: name, type: constantType, value: literal, span: member.declaration.name.span)
        } else {
            if typed.type != .erroneous {
                error(
                    "not-constant", "the value of '\(name)' is not a constant", at: source.span,
                    help: "use literals, other constants and operators")
            }
            constant = erroneous
        }
        constants[name] = constant
        return constant
    }

    /// A number known now, within what a scope can use; reports what is not.
    func constantInteger(_ expression: Syntax.Expression) -> Int? {
        let outer = scope
        scope = Scope()
        defer { scope = outer }
        let typed = infer(expression, expected: nil)
        if typed.type == .erroneous { return nil }
        guard case .literal(.number(let number)) = typed.kind else {
            error(
                "not-constant", "this must be a number known before the check starts", at: expression.span,
                help: "use literals and constants")
            return nil
        }
        guard let result = Int(exactly: number), result.magnitude <= 1 << 61 else {
            error("number-too-large", "\(number) is too large here", at: expression.span)
            return nil
        }
        return result
    }
}
