// SPDX-License-Identifier: MIT

package import Diagnostics

/// Resolves names, evaluates constants and checks types of one composed program.
///
/// Order: declarations by name; constants and types on demand; signatures; bodies; properties. Reports
/// several errors a
/// run: what cannot be typed becomes `.erroneous`, which fits everywhere.
package final class TypeChecker {
    /// What the program is typed for.
    package enum Purpose: Sendable {
        /// Every table and quantifier must be small enough to enumerate.
        case exploration
        /// Only contracts are proved: widths do not matter.
        case proof
        /// Single runs over machine words of up to 64 bits: tables are sparse and never enumerated.
        case fullWidth
    }

    let program: Program
    let purpose: Purpose
    var diagnostics: [Diagnostic] = []
    var declarations: [String: Program.Member] = [:]
    /// Constants that were evaluated, and those under evaluation (to find circles).
    var constants: [String: TypedSpec.Constant] = [:]
    var resolvedTypes: [String: SpecType] = [:]
    var beingResolved: [String] = []
    var enumCases: [String: (type: SpecType, ordinal: Int)] = [:]
    var stateVariables: [String: TypedSpec.StateVariable] = [:]
    var functions: [String: Typed.Function] = [:]
    var operations: [String: Typed.Operation] = [:]
    var settings: [String: Syntax.Setting] = [:]
    var variableCount = 0
    /// Names that some expression read, for 'nothing reads it'.
    var readStateVariables: Set<String> = []
    var hasReportedSize = false
    var typeMeasures = TypeMeasures()
    /// Called operations by caller, to find recursion.
    var calls: [String: [(callee: String, span: Span)]] = [:]
    var callsOfFunctions: [String: [(callee: String, span: Span)]] = [:]

    /// What surrounds the expression or statement being checked.
    var scope = Scope()

    init(program: Program, purpose: Purpose) {
        self.program = program
        self.purpose = purpose
    }

    /// - Returns: the typed program if there is no error; all errors and warnings.
    package static func check(
        _ program: Program, for purpose: Purpose = .exploration
    ) -> (spec: TypedSpec?, diagnostics: [Diagnostic]) {
        let checker = TypeChecker(program: program, purpose: purpose)
        let spec = checker.run()
        let failed = checker.diagnostics.contains { $0.severity == .error }
        return (failed ? nil : spec, checker.diagnostics)
    }

    private func run() -> TypedSpec {
        collectDeclarations()
        applySettings()
        // A second declaration of a name was reported; typing it as well would only confuse the two.
        let members = program.members.filter(isRegistered)
        for member in members { resolveSignature(of: member) }
        checkInterfaces()
        for member in members { defineBody(of: member) }
        let processes = program.members.compactMap(process(of:))
        let initialization = program.members.compactMap(initialization(of:))
        var invariants: [Typed.Property] = []
        var reachables: [Typed.Property] = []
        var liveness: [Typed.Liveness] = []
        for member in program.members {
            switch member.declaration.kind {
            case .invariant(let condition): invariants.append(property(member, condition))
            case .reachable(let condition): reachables.append(property(member, condition))
            case .liveness(let formula, let fairness):
                switch temporalProperty(member, formula, fairness) {
                case .invariant(let property)?: invariants.append(property)
                case .liveness(let property)?: liveness.append(property)
                case nil: break
                }
            case .change, .check, .constant, .enumeration, .fault, .function, .initialization, .interface,
                .matrix, .observer, .operation, .process, .proof, .stateVariable, .structure, .type:
                break
            }
        }
        let observers = program.members.compactMap(observer(of:))
        rejectRecursion()
        let warnings = unreadStateVariables()
        let order = program.members.map(\.declaration.name.text)
        return TypedSpec(
            title: program.title, constants: order.compactMap { constants[$0] },
            stateVariables: order.compactMap { stateVariables[$0] }, initialization: initialization,
            functions: order.compactMap { functions[$0] }, operations: order.compactMap { operations[$0] },
            processes: processes, invariants: invariants, reachables: reachables, liveness: liveness,
            observers: observers,
            faults: program.members.compactMap { member in
                if case .fault = member.declaration.kind { member.declaration.name.text } else { nil }
            }, warnings: warnings)
    }

    private func isRegistered(_ member: Program.Member) -> Bool {
        if case .initialization = member.declaration.kind { return true }
        return declarations[member.declaration.name.text]?.declaration.span == member.declaration.span
    }

    // MARK: Reporting

    func error(
        _ id: String, _ message: String, at span: Span, label: String? = nil, notes: [Diagnostic.Note] = [],
        help: String? = nil
    ) {
        diagnostics.append(Diagnostic(id, message, at: span, label: label, notes: notes, help: help))
    }

    // MARK: Variables

    func makeVariable(
        _ name: Syntax.Name, type: SpecType, storage: Variable.Storage, isMutable: Bool
    ) -> Variable {
        variableCount += 1
        return Variable(
            name: name.text, type: type, storage: storage, isMutable: isMutable, span: name.span,
            number: variableCount)
    }

    /// Declares a local name; it may not hide anything, so that a reader never wonders which one is meant.
    func declareLocal(_ variable: Variable) {
        if let other = scope.variable(named: variable.name) {
            error(
                "duplicate-name", "'\(variable.name)' is already declared", at: variable.span,
                notes: [.init(message: "declared here", span: other.span)], help: "choose another name")
        } else if let other = declarations[variable.name], Self.canBeMeant(other.declaration) {
            error(
                "duplicate-name", "'\(variable.name)' would hide a declaration of the same name",
                at: variable.span,
                notes: [.init(message: "declared here", span: other.declaration.name.span)],
                help: "choose another name")
        } else if enumCases[variable.name] != nil {
            error(
                "duplicate-name", "'\(variable.name)' would hide an enum case of the same name",
                at: variable.span, help: "choose another name")
        }
        scope.declare(variable)
    }

    /// Whether a bare name in an expression, call or type can mean the declaration. Processes and
    /// properties are only
    /// named where nothing else can stand.
    private static func canBeMeant(_ declaration: Syntax.Declaration) -> Bool {
        switch declaration.kind {
        case .process, .invariant, .reachable, .liveness, .fault, .observer: false
        case .change, .check, .constant, .enumeration, .function, .initialization, .interface, .matrix,
            .operation, .proof, .stateVariable, .structure, .type:
            true
        }
    }

    /// Runs `body` with names of its own.
    func inNewScope<Result>(_ body: () -> Result) -> Result {
        scope.push()
        defer { scope.pop() }
        return body()
    }

    /// Locks are read by 'with lock'.
    private static func holdsLocks(_ type: SpecType) -> Bool {
        switch type {
        case .lock: true
        case .array(_, let element): holdsLocks(element)
        case .absent, .bits, .bool, .enumeration, .erroneous, .integer, .interval, .list, .optional, .queue,
            .range, .set, .structure, .symmetric, .void:
            false
        }
    }

    private func unreadStateVariables() -> [Diagnostic] {
        program.members.compactMap { member in
            guard case .stateVariable = member.declaration.kind,
                let variable = stateVariables[member.declaration.name.text]?.variable,
                !Self.holdsLocks(variable.type), !readStateVariables.contains(variable.name)
            else { return nil }
            return Diagnostic(
                "never-read", severity: .warning, "nothing reads the state variable '\(variable.name)'",
                at: variable.span, help: "remove it, or use it in an invariant")
        }
    }
}
