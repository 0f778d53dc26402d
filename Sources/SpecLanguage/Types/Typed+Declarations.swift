package import Diagnostics
import Synchronization

extension Typed {
    /// `fn`. The body is set once after all signatures are known, so that functions may call each other.
    package final class Function: Sendable {
        package struct Ensures: Sendable {
            package enum Case: Sendable {
                /// Holds of every result; the variable stands for it.
                case always(result: Variable)
                /// Holds where the result is present; the variable stands for what is in it.
                case some(Variable)
                case none
            }

            package let resultCase: Case
            package let condition: Expression
            package let span: Span

            package init(resultCase: Case, condition: Expression, span: Span) {
                self.resultCase = resultCase
                self.condition = condition
                self.span = span
            }
        }

        package struct Definition: Sendable {
            package let requires: [Expression]
            package let ensures: [Ensures]
            /// An expression body is a block with one `return`.
            package let body: Block

            package init(requires: [Expression], ensures: [Ensures], body: Block) {
                self.requires = requires
                self.ensures = ensures
                self.body = body
            }
        }

        package let name: String
        package let parameters: [Variable]
        package let result: SpecType
        package let documentation: String
        package let span: Span
        private let storage = Mutex<Definition?>(nil)

        package init(
            name: String, parameters: [Variable], result: SpecType, documentation: String, span: Span
        ) {
            self.name = name
            self.parameters = parameters
            self.result = result
            self.documentation = documentation
            self.span = span
        }

        package func define(_ definition: Definition) { storage.withLock { $0 = definition } }

        /// Present once type checking has succeeded.
        package var definition: Definition {
            guard let definition = storage.withLock({ $0 }) else {
                preconditionFailure("function '\(name)' is used before it is defined")
            }
            return definition
        }
    }

    /// `op`. As with functions, the body is set after all signatures are known.
    package final class Operation: Sendable {
        package let name: String
        package let parameters: [Variable]
        package let result: SpecType
        package let documentation: String
        package let span: Span
        private let storage = Mutex<Block?>(nil)

        package init(
            name: String, parameters: [Variable], result: SpecType, documentation: String, span: Span
        ) {
            self.name = name
            self.parameters = parameters
            self.result = result
            self.documentation = documentation
            self.span = span
        }

        package func define(_ body: Block) { storage.withLock { $0 = body } }

        /// Present once type checking has succeeded.
        package var body: Block {
            guard let body = storage.withLock({ $0 }) else {
                preconditionFailure("operation '\(name)' is used before it is defined")
            }
            return body
        }
    }

    package final class Process: Sendable {
        package let name: String
        package let parameters: [Variable]
        package let lane: String
        package let body: Block
        package let documentation: String
        package let span: Span

        package init(
            name: String, parameters: [Variable], lane: String, body: Block, documentation: String, span: Span
        ) {
            self.name = name
            self.parameters = parameters
            self.lane = lane
            self.body = body
            self.documentation = documentation
            self.span = span
        }
    }

    /// An invariant or a reachability property.
    package struct Property: Sendable {
        package let name: String
        package let condition: Expression
        package let documentation: String
        package let span: Span

        package init(name: String, condition: Expression, documentation: String, span: Span) {
            self.name = name
            self.condition = condition
            self.documentation = documentation
            self.span = span
        }
    }
}
