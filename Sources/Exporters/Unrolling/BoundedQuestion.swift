// SPDX-License-Identifier: MIT

package import TransitionSystem

/// Whether something is wrong within some number of steps, as a script for an SMT solver; and how its model is read.
package struct BoundedQuestion {
    private let lowering: SystemLowering
    private let printer: SMTLibPrinter

    /// - Throws: where the scripts would not mean the same.
    package init(_ system: TransitionSystem) throws(ExportRefusal) {
        lowering = try SystemLowering(system)
        do {
            printer = try SMTLibPrinter(try lowering.lower())
        } catch let refusal as ExportRefusal {
            throw refusal
        } catch {
            preconditionFailure("lowering throws refusals only: \(error)")
        }
    }

    /// Satisfiable where something is wrong after so many steps or fewer.
    package func script(depth: Int) throws(ExportRefusal) -> String { try printer.text(depth: depth) }

    /// The constants of the script that hold the spec's state after so many steps, locals left out; a width of 0 is a
    /// truth value.
    package func constants(step: Int) -> [(name: String, width: Int)] {
        lowering.stateVariables.flatMap { variable in
            printer.constants(of: variable, step: step).map { ($0, variable.isBoolean ? 0 : printer.width) }
        }
    }

    /// What those constants hold in a packed state.
    package func values(of packed: UnsafePointer<UInt64>) -> [Int128] { lowering.stateScalars(of: packed) }
}
