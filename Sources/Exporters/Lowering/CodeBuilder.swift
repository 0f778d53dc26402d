// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

/// Turns expressions and places of the Core into terms, with the statements that must come before them: checks of what may
/// fail, and loops for what is no single term.
///
/// Evaluation order is the interpreter's. A term stays valid only as long as nothing it reads is written; whoever
/// writes in between stores it in a temporary first (`stored`).
final class CodeBuilder {
    /// Where a variable with cells lives; `nil` for one that is not known here.
    typealias Locate = (Core.Variable) -> (storage: Storage, indices: [Term])?

    private(set) var statements: [ExportStatement] = []
    private let locate: Locate
    let translator: CoreTranslator
    let instanceCount: Int
    let mode: LoweringMode
    /// Values of variables that live during one evaluation, by number.
    var frames: [Int: Operand] = [:]
    /// Variables of functions that change, by number.
    var frameStorage: [Int: Storage] = [:]
    /// Locals of processes that are known as terms here (loop variables, parameters), by number.
    var known: [Int: Operand] = [:]
    /// Functions whose contracts were relied upon.
    var relied: [Typed.Function] = []
    private var emitted = 0

    /// Inlining may not grow beyond this.
    private static let statementsMax = 200_000
    /// Larger terms are stored before they are used more than once.
    private static let sharedSizeMax = 40

    init(
        _ translator: CoreTranslator, instanceCount: Int, mode: LoweringMode = .enumerated,
        locate: @escaping Locate
    ) {
        self.translator = translator
        self.instanceCount = instanceCount
        self.mode = mode
        self.locate = locate
    }

    /// The same, to go on in another way from here.
    func fork() -> CodeBuilder {
        let copy = CodeBuilder(translator, instanceCount: instanceCount, mode: mode, locate: locate)
        copy.statements = statements
        copy.frames = frames
        copy.frameStorage = frameStorage
        copy.known = known
        copy.relied = relied
        copy.emitted = emitted
        return copy
    }

    // MARK: Statements

    func emit(_ statement: ExportStatement) {
        emitted += 1
        statements.append(statement)
    }

    func emit(_ more: [ExportStatement]) { for statement in more { emit(statement) } }

    func check(_ condition: Term, _ error: FailureCause) {
        if condition.booleanConstant != true { emit(.check(condition, error: error)) }
    }

    /// What `body` emits, apart.
    func captured<Result>(_ body: () throws -> Result) throws -> (Result, [ExportStatement]) {
        guard emitted < Self.statementsMax else {
            throw ExportRefusal("the operations and functions, inlined, are too large to export")
        }
        let outer = statements
        statements = []
        defer { statements = outer }
        let result = try body()
        return (result, statements)
    }

    /// Emits statements that happen only where the condition holds.
    func emit(_ inner: [ExportStatement], where condition: Term) {
        if inner.isEmpty || condition.booleanConstant == false { return }
        if condition.booleanConstant == true { return emit(inner) }
        let checks = inner.compactMap { statement -> (Term, FailureCause)? in
            if case .check(let test, let error) = statement { (test, error) } else { nil }
        }
        guard checks.count == inner.count else { return emit(.conditional(condition, inner, [])) }
        for (test, error) in checks { check(.or(!condition, test), error) }
    }

    /// Emits a choice between two lists.
    func emitConditional(
        _ condition: Term, _ then: [ExportStatement], _ otherwise: [ExportStatement]
    ) {
        if otherwise.isEmpty { return emit(then, where: condition) }
        if then.isEmpty { return emit(otherwise, where: !condition) }
        if let flag = condition.booleanConstant { return emit(flag ? then : otherwise) }
        emit(.conditional(condition, then, otherwise))
    }

    // MARK: Temporaries

    func temporary(_ name: String, like term: Term) -> ExportVariable {
        ExportVariable(
            name: name, role: .temporary, isBoolean: term.isBoolean, lower: min(0, term.lower),
            upper: max(0, term.upper))
    }

    func temporary(_ name: String, upper: Int128) -> ExportVariable {
        ExportVariable(name: name, role: .temporary, upper: upper)
    }

    func flag(_ name: String) -> ExportVariable {
        ExportVariable(name: name, role: .temporary, isBoolean: true)
    }

    /// Stores a term in a new temporary, unless it never changes.
    func stored(_ term: Term, _ name: String) -> Term {
        if term.isStable { return term }
        let variable = temporary(name, like: term)
        emit(.assign(variable, [], term))
        return .read(variable)
    }

    func stored(_ operand: Operand, _ kind: Core.Kind, _ name: String) -> Operand {
        switch (operand, kind) {
        case (.number(let term), _): return .number(stored(term, name))
        case (.truth(let term), _): return .truth(stored(term, name))
        case (.record(let ends), .record(.interval, _)):
            let (first, last) = (ends[Core.Interval.first].term, ends[Core.Interval.last].term)
            return .record([
                .number(stored(first, name + "_first")), .number(stored(last, name + "_last")),
            ])
        case (.optional, _), (.record, _), (.array, _), (.set, _):
            let storage = StorageMaker(role: .temporary, instanceCount: instanceCount).make(name, kind)
            emit(storage.write(operand, []))
            return storage.read([])
        }
    }

    /// For what is used more than once. In proofs terms are shared as they are.
    func shared(_ operand: Operand, _ kind: Core.Kind, _ name: String) -> Operand {
        mode == .symbolic || operand.size <= Self.sharedSizeMax ? operand : stored(operand, kind, name)
    }

    // MARK: Variables

    /// Where a variable's cells are, if it has any.
    func place(of variable: Core.Variable) -> (storage: Storage, indices: [Term])? {
        switch variable.role {
        case .state, .local: locate(variable)
        case .frame: frameStorage[variable.number].map { ($0, []) }
        case .temporary: nil
        }
    }

    func value(of variable: Core.Variable) throws -> Operand {
        if let operand = known[variable.number] { return operand }
        if let (storage, indices) = place(of: variable) { return storage.read(indices) }
        guard let operand = frames[variable.number] else {
            throw ExportRefusal(
                "'\(variable.name)' is used in a way that cannot be exported", at: variable.span)
        }
        return operand
    }
}

extension Term {
    /// Whether it has the same value at every moment of a transition.
    var isStable: Bool {
        switch kind {
        case .constant, .boolean, .bound: true
        case .arithmetic(_, let left, let right): size < 8 && left.isStable && right.isStable
        case .read, .comparison, .not, .and, .or, .same, .conditional, .quantified: false
        }
    }
}
