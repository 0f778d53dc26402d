// SPDX-License-Identifier: MIT

package import Diagnostics

/// One composed program with its scope: the modules of a check merged, its settings applied, everything
/// typed.
package struct TypedSpec: Sendable {
    package struct StateVariable: Sendable {
        package let variable: Variable
        /// `nil`: the type's default (false, lowest number, first case, none, empty, free).
        package let initial: Typed.Expression?

        package init(variable: Variable, initial: Typed.Expression?) {
            self.variable = variable
            self.initial = initial
        }
    }

    package struct Constant: Sendable {
        package let name: String
        package let type: SpecType
        package let value: Value
        package let span: Span

        package init(name: String, type: SpecType, value: Value, span: Span) {
            self.name = name
            self.type = type
            self.value = value
            self.span = span
        }
    }

    /// Names for reports: `default_domain on vtd with no_flush`.
    package let title: String
    /// In order of declaration, imported modules first.
    package let constants: [Constant]
    package let stateVariables: [StateVariable]
    package let initialization: [Typed.Block]
    package let functions: [Typed.Function]
    package let operations: [Typed.Operation]
    package let processes: [Typed.Process]
    package let invariants: [Typed.Property]
    package let reachables: [Typed.Property]
    package let liveness: [Typed.Liveness]
    package let observers: [Typed.Observer]
    package let faults: [String]
    /// Warnings: a state variable that nothing reads, and so on.
    package let warnings: [Diagnostic]

    package init(
        title: String, constants: [Constant], stateVariables: [StateVariable], initialization: [Typed.Block],
        functions: [Typed.Function], operations: [Typed.Operation], processes: [Typed.Process],
        invariants: [Typed.Property], reachables: [Typed.Property], liveness: [Typed.Liveness] = [],
        observers: [Typed.Observer] = [], faults: [String], warnings: [Diagnostic]
    ) {
        self.title = title
        self.constants = constants
        self.stateVariables = stateVariables
        self.initialization = initialization
        self.functions = functions
        self.operations = operations
        self.processes = processes
        self.invariants = invariants
        self.reachables = reachables
        self.liveness = liveness
        self.observers = observers
        self.faults = faults
        self.warnings = warnings
    }

    /// The same program with other observers.
    package func with(observers: [Typed.Observer]) -> TypedSpec {
        TypedSpec(
            title: title, constants: constants, stateVariables: stateVariables,
            initialization: initialization, functions: functions, operations: operations,
            processes: processes, invariants: invariants, reachables: reachables, liveness: liveness,
            observers: observers, faults: faults, warnings: warnings)
    }
}
