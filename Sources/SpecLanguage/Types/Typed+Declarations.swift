// SPDX-License-Identifier: MIT

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

    /// Somebody outside, and what is seen from there.
    package struct Observer: Sendable {
        package let name: String
        /// By name: each call, with its arguments, and what it returns.
        package var operations: [String] = []
        /// In each state, for all arguments.
        package var functions: [Function] = []
        package var variables: [Variable] = []
        /// Types whose values are all alike.
        package var alike: [SpecType] = []
        package let span: Span

        package init(name: String, span: Span) {
            self.name = name
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

    /// What must come about in every fair run.
    ///
    /// An **obligation** arises in each state in which the premise holds (in initial states only, unless
    /// `arisesAnywhere`), and what follows that state must do what the goal says.
    package struct Liveness: Sendable {
        package enum Goal: Sendable {
            /// The condition holds there or later.
            case eventually(Expression)
            /// It holds again and again.
            case alwaysEventually(Expression)
            /// From some state on it holds for ever.
            case eventuallyAlways(Expression)
            /// It holds there and in all that follows.
            case always(Expression)

            package var condition: Expression {
                switch self {
                case .eventually(let condition), .alwaysEventually(let condition),
                    .eventuallyAlways(let condition), .always(let condition):
                    condition
                }
            }
        }

        /// What is not put off for ever.
        package enum Fairness: Hashable, Sendable {
            /// Index into the spec's processes: each of its instances.
            case process(Int)
            /// Index into the spec's operations: each instance that can enter it.
            case operation(Int)
        }

        package let name: String
        package let arisesAnywhere: Bool
        /// `nil`: always true.
        package let premise: Expression?
        package let goal: Goal
        package let fairness: [Fairness]
        package let documentation: String
        package let span: Span

        package init(
            name: String, arisesAnywhere: Bool, premise: Expression?, goal: Goal, fairness: [Fairness],
            documentation: String, span: Span
        ) {
            self.name = name
            self.arisesAnywhere = arisesAnywhere
            self.premise = premise
            self.goal = goal
            self.fairness = fairness
            self.documentation = documentation
            self.span = span
        }
    }
}
