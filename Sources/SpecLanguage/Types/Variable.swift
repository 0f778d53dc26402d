// SPDX-License-Identifier: MIT

package import Diagnostics

/// Something with a name that holds a value: a state variable, a parameter, a local, a quantified variable.
/// Identity matters, not the name: two variables of one name in different scopes are two objects.
package final class Variable: Sendable {
    package enum Storage: Hashable, Sendable {
        /// Part of the state.
        case state
        /// Parameter or local of an operation or process: one cell group a process instance, since operations
        /// do not recurse. `owner` is the operation's or process's name.
        case operation(owner: String)
        /// Parameter or local of a function, quantified variable, or optional binding inside an expression:
        /// lives only during one evaluation.
        case frame
    }

    package let name: String
    package let type: SpecType
    package let storage: Storage
    package let isMutable: Bool
    package let span: Span
    /// Unique and deterministic within one program: the order of declaration.
    package let number: Int

    package init(
        name: String, type: SpecType, storage: Storage, isMutable: Bool, span: Span, number: Int
    ) {
        self.name = name
        self.type = type
        self.storage = storage
        self.isMutable = isMutable
        self.span = span
        self.number = number
    }
}
