import Diagnostics
import SpecLanguage
import Z3

/// A claim to be discharged: from the hypotheses follows the goal.
struct Claim {
    let name: String
    let span: Span
    let hypotheses: [Formula]
    let goal: Formula
    /// Whether the claim is about a real execution from the function's start, or about a loop round of
    /// which only the
    /// invariants are known.
    let isInsideLoop: Bool
}

/// Evaluates typed expressions on symbols, as the interpreter does on values. What it learns on the way
/// goes to
/// `assumptions`, what must hold to `claims`.
final class SymbolicEvaluator {
    let context: Context
    let maker: SymbolMaker
    var values: [Int: Symbol] = [:]
    var assumptions: [Formula] = []
    var claims: [Claim] = []
    private(set) var mentioned: [Term] = []
    /// Runs of sets that were asked for: a model's sets are read off them.
    struct Run {
        let first: Term
        let last: Term
        let isPresent: Formula
    }

    private(set) var runs: [Run] = []
    var isInsideLoop = false
    private var callDepth = 0

    init(_ context: Context) {
        self.context = context
        maker = SymbolMaker(context: context)
    }

    private var sets: SetEncoding { SetEncoding(maker: maker) { self.mentioned.append($0) } }

    func assume(_ formula: Formula) { assumptions.append(formula) }

    func claim(_ name: String, _ goal: Formula, at span: Span) {
        claims.append(
            Claim(name: name, span: span, hypotheses: assumptions, goal: goal, isInsideLoop: isInsideLoop))
    }

    // MARK: Typed access

    func bool(_ expression: Typed.Expression) throws -> Formula {
        guard case .bool(let formula) = try evaluate(expression) else { throw NotProvable("this condition") }
        return formula
    }

    func number(_ expression: Typed.Expression) throws -> SymbolicNumber {
        guard case .number(let number) = try evaluate(expression) else { throw NotProvable("this number") }
        return number
    }

    func bounds(_ expression: Typed.Expression) throws -> SetEncoding.Bounds {
        guard case .interval(let first, let last) = try evaluate(expression) else {
            throw NotProvable("this range")
        }
        return (first, last)
    }

    /// A condition as one term: only where it has no quantifier.
    func term(_ formula: Formula) throws -> Term {
        switch formula.kind {
        case .term(let term): term
        case .not(let inner): try term(inner).not()
        case .all(let parts): try Term.all(try parts.map(term), in: context)
        case .any(let parts): try Term.any(try parts.map(term), in: context)
        case .forAll, .exists: throw NotProvable("a quantifier inside the condition of a choice")
        }
    }

    // MARK: Expressions

    func evaluate(_ expression: Typed.Expression) throws -> Symbol {
        switch expression.kind {
        case .literal(let value): return try maker.symbol(value, expression.type)
        case .variable(let variable):
            guard let value = values[variable.number] else {
                throw NotProvable("'\(variable.name)': proofs know parameters and constants, not the state")
            }
            return value
        case .field(let base, let index): return try part(index, of: try evaluate(base))
        case .method(let method, let base, let arguments): return try evaluate(method, base, arguments)
        case .convert(let operand): return try convert(try evaluate(operand), to: expression.type)
        case .unary(let operation, let operand): return try unary(operation, operand, expression.type)
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right, expression)
        case .conditional(let condition, let then, let otherwise):
            return try conditional(try bool(condition), then, otherwise)
        case .optionalBinding(let variable, let value, let then, let otherwise):
            guard case .optional(let isPresent, let payload) = try evaluate(value) else {
                throw NotProvable("this optional")
            }
            values[variable.number] = payload
            return try conditional(isPresent, then, otherwise)
        case .quantifier(let quantifier, let variable, let body):
            return try quantified(quantifier, variable, body)
        case .listQuantifier(let quantifier, let variable, let list, let body):
            guard case .list(let elements) = try evaluate(list) else { throw NotProvable("this list") }
            let parts = try elements.map { element in
                values[variable.number] = element
                return try bool(body)
            }
            return .bool(Formula(quantifier == .forall ? .all(parts) : .any(parts)))
        case .call(let function, let arguments):
            return try call(function, try arguments.map(evaluate), expression.span)
        case .record(let parts): return .record(try parts.map(evaluate))
        case .list(let parts): return .list(try parts.map(evaluate))
        case .interval(let first, let last):
            return .interval(first: try number(first), last: try number(last))
        case .element: throw NotProvable("an array")
        }
    }

    private func part(_ index: Int, of symbol: Symbol) throws -> Symbol {
        switch symbol {
        case .record(let fields): return fields[index]
        case .interval(let first, let last): return .number(index == 0 ? first : last)
        default: throw NotProvable("this part of a value")
        }
    }

    private func convert(_ symbol: Symbol, to type: SpecType) throws -> Symbol {
        switch (symbol, type) {
        case (.number(let number), .bits(_, let width)):
            return .number(.init(term: try number.word(width), isSigned: false))
        case (.absent, .optional(let wrapped)):
            return .optional(
                isPresent: try maker.bool(false), payload: try maker.fresh(wrapped, "absent") { _ in })
        case (.optional, .optional): return symbol
        case (_, .optional(let wrapped)):
            return .optional(isPresent: try maker.bool(true), payload: try convert(symbol, to: wrapped))
        default: return symbol
        }
    }

    private func unary(
        _ operation: Syntax.UnaryOperator, _ operand: Typed.Expression, _ type: SpecType
    ) throws -> Symbol {
        if operation == .not { return .bool(try bool(operand).not()) }
        let value = try number(operand)
        if case .bits = type {
            return .number(
                .init(
                    term: operation == .negate ? try value.term.negated() : try value.term.complemented(),
                    isSigned: false))
        }
        guard operation == .negate else { throw NotProvable("'~' on exact numbers") }
        return .number(try .exact(.subtract, try .literal(0, context), value))
    }

    private func binary(
        _ operation: Syntax.BinaryOperator, _ left: Typed.Expression, _ right: Typed.Expression,
        _ expression: Typed.Expression
    ) throws -> Symbol {
        switch operation {
        case .implies: return .bool(try bool(left).implies(try bool(right)))
        case .and: return .bool(Formula(.all([try bool(left), try bool(right)])))
        case .or: return .bool(Formula(.any([try bool(left), try bool(right)])))
        case .equal: return .bool(try maker.equal(try evaluate(left), try evaluate(right)))
        case .notEqual: return .bool(try maker.equal(try evaluate(left), try evaluate(right)).not())
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return .bool(
                maker.formula(try SymbolicNumber.compare(operation, try number(left), try number(right))))
        default:
            let (a, b) = (try number(left), try number(right))
            if case .bits(_, let width) = expression.type {
                return .number(try .wrapping(operation, try a.word(width), try b.word(width)))
            }
            return .number(try .exact(operation, a, b))
        }
    }

    private func conditional(
        _ condition: Formula, _ then: Typed.Expression, _ otherwise: Typed.Expression
    ) throws -> Symbol {
        let (a, b) = (try evaluate(then), try evaluate(otherwise))
        if case .bool(let x) = a, case .bool(let y) = b {
            return .bool(Formula(.all([condition.implies(x), condition.not().implies(y)])))
        }
        return try maker.choose(try term(condition), a, b)
    }

    /// Over words and small types only; the body is evaluated anew for each word it is asked of.
    private func quantified(
        _ quantifier: Syntax.Quantifier, _ variable: Variable, _ body: Typed.Expression
    ) throws -> Symbol {
        guard case .bits(_, let width) = variable.type else {
            let count = variable.type.indexCount ?? 0
            guard count <= 256 else { throw NotProvable("a quantifier over '\(variable.type.description)'") }
            let parts = try (0..<count).map { ordinal in
                values[variable.number] = try maker.symbol(
                    variable.type.value(ordinal: Int128(ordinal)), variable.type)
                return try bool(body)
            }
            return .bool(Formula(quantifier == .forall ? .all(parts) : .any(parts)))
        }
        let captured = values
        let instance: (Term) throws -> Formula = { word in
            let outer = self.values
            self.values = captured
            defer { self.values = outer }
            self.values[variable.number] = .number(.init(term: word, isSigned: false))
            return try self.bool(body)
        }
        return .bool(
            Formula(
                quantifier == .forall
                    ? .forAll(width: width, .candidate, hint: variable.name, body: instance)
                    : .exists(width: width, .candidate, hint: variable.name, body: instance)))
    }

    // MARK: Methods and calls

    private func evaluate(
        _ method: Typed.Method, _ base: Typed.Expression, _ arguments: [Typed.Expression]
    ) throws -> Symbol {
        switch (try evaluate(base), method) {
        case (.set(let set), .contains):
            let word = try number(arguments[0]).word(set.width)
            mentioned.append(word)
            return .bool(try set.contains(word))
        case (.set(let set), .isDisjoint): return .bool(try sets.isDisjoint(set, try bounds(arguments[0])))
        case (.set(let set), .containsAll): return .bool(try sets.containsAll(set, try bounds(arguments[0])))
        case (.set(let set), .highestRun), (.set(let set), .lowestRun):
            let (symbol, run, isPresent) = try sets.run(
                set, in: try bounds(arguments[0]), isHighest: method == .highestRun, assume: assume)
            runs.append(Run(first: run.first.term, last: run.last.term, isPresent: isPresent))
            return symbol
        case (.set(let set), .isEmpty):
            return .bool(
                Formula(.forAll(width: set.width, .member, hint: "member") { try set.contains($0).not() }))
        case (.interval(let first, let last), .contains):
            let member = try number(arguments[0])
            return .bool(
                Formula(
                    .all([
                        maker.formula(try SymbolicNumber.compare(.lessOrEqual, first, member)),
                        maker.formula(try SymbolicNumber.compare(.lessOrEqual, member, last)),
                    ])))
        case (.interval(let first, let last), .overlaps):
            return .bool(try sets.overlaps((first, last), try bounds(arguments[0])))
        case (.interval(let first, let last), .isEmpty):
            return .bool(maker.formula(try SymbolicNumber.compare(.less, last, first)))
        case (.list(let elements), .count): return .number(try .literal(Int128(elements.count), context))
        default: throw NotProvable("'\(method.rawValue)'")
        }
    }

    func mutate(_ symbol: Symbol, _ mutation: Typed.Mutation, _ arguments: [Typed.Expression]) throws
        -> Symbol
    {
        guard case .set(let set) = symbol else { throw NotProvable("'\(mutation.rawValue)'") }
        if mutation == .clear {
            let no = try maker.bool(false)
            return .set(SymbolicSet(width: set.width) { _ in no })
        }
        let range: SetEncoding.Bounds
        switch try evaluate(arguments[0]) {
        case .interval(let first, let last): range = (first, last)
        case .number(let member): range = (member, member)
        default: throw NotProvable("'\(mutation.rawValue)' of this")
        }
        return .set(
            mutation == .insert ? try sets.inserting(range, into: set) : try sets.removing(range, from: set))
    }

    /// A function with a contract is known by its contract, any other by its body.
    func call(_ function: Typed.Function, _ arguments: [Symbol], _ span: Span) throws -> Symbol {
        guard callDepth < 64 else { throw NotProvable("calls nested more than 64 deep") }
        callDepth += 1
        defer { callDepth -= 1 }
        let definition = function.definition
        let outer = values
        defer { values = outer }
        for (parameter, argument) in zip(function.parameters, arguments) {
            values[parameter.number] = argument
        }
        guard definition.ensures.isEmpty else {
            for requirement in definition.requires {
                claim("'\(function.name)' may be called", try bool(requirement), at: span)
            }
            let result = try maker.fresh(function.result, "\(function.name)_result", assume: assume)
            for ensures in definition.ensures { assume(try self.ensured(ensures, by: result)) }
            mentionWords(of: result)
            return result
        }
        guard definition.body.statements.count == 1,
            case .returnValue(let value?) = definition.body.statements[0].kind
        else { throw NotProvable("'\(function.name)', which has neither a contract nor a single expression") }
        return try evaluate(value)
    }

    /// What an `ensures` says of a result.
    func ensured(_ ensures: Typed.Function.Ensures, by result: Symbol) throws -> Formula {
        switch (ensures.resultCase, result) {
        case (.always(let variable), _):
            values[variable.number] = result
            return try bool(ensures.condition)
        case (.some(let variable), .optional(let isPresent, let payload)):
            values[variable.number] = payload
            return isPresent.implies(try bool(ensures.condition))
        case (.none, .optional(let isPresent, _)): return isPresent.not().implies(try bool(ensures.condition))
        case (.some, .absent): return try maker.bool(true)
        case (.none, .absent): return try bool(ensures.condition)
        default: throw NotProvable("a result that is not optional")
        }
    }

    /// Universals are instantiated at the words of a value.
    func mentionWords(of symbol: Symbol) {
        switch symbol {
        case .number(let number) where !number.isSigned: mentioned.append(number.term)
        case .optional(_, let payload): mentionWords(of: payload)
        case .interval(let first, let last):
            mentionWords(of: .number(first))
            mentionWords(of: .number(last))
        case .record(let parts): for part in parts { mentionWords(of: part) }
        default: break
        }
    }
}
