// SPDX-License-Identifier: MIT

package import Diagnostics
package import SpecLanguage

/// One point of a process's control graph: what is done there and where control goes. Operations are
/// inlined; two call sites
/// with the same continuation share the callee's nodes, so that they share its locations too.
package final class ControlNode {
    package enum Kind {
        /// Filled in later (loops); never met when running.
        case pending
        /// End of the round.
        case finish
        /// `step`: a location.
        case boundary(label: String?, next: ControlNode)
        /// `with lock(l)`: a location; waits, then takes the lock.
        case acquire(Typed.Target, next: ControlNode)
        case release(Typed.Target, next: ControlNode)
        /// `await`: a location; waits.
        case await(Typed.Expression, next: ControlNode)
        case assign(Typed.Target, Typed.Expression, next: ControlNode)
        /// Evaluated for its run-time errors only; left out where there can be none.
        case discard(Typed.Expression, next: ControlNode)
        case mutate(Typed.Target, Typed.Mutation, [Typed.Expression], next: ControlNode)
        /// Binds the parameters of an operation.
        case enter(Typed.Operation, [Typed.Expression], next: ControlNode)
        case branch(Typed.Expression, then: ControlNode, otherwise: ControlNode)
        case bind(Variable, Typed.Expression, then: ControlNode, otherwise: ControlNode)
        case fault(String, strikes: ControlNode, passes: ControlNode)
        case choose([(arm: Typed.Arm, next: ControlNode)])
        case assert(String, Typed.Expression, next: ControlNode)
        /// The loop variable gets its first value, or the loop is left.
        case loopBegin(Variable, LoopRange, body: ControlNode, after: ControlNode)
        /// The loop variable gets its next value, or the loop is left.
        case loopNext(Variable, LoopRange, body: ControlNode, after: ControlNode)
    }

    package enum LoopRange {
        case wholeType
        /// The range is evaluated once; `last` keeps its end.
        case interval(Typed.Expression, last: Variable)
    }

    package let number: Int
    package internal(set) var kind: Kind
    /// The operation or process whose text this is.
    package let owner: String
    package let span: Span?

    init(number: Int, kind: Kind, owner: String, span: Span?) {
        self.number = number
        self.kind = kind
        self.owner = owner
        self.span = span
    }

    /// Whether control rests here between steps.
    package var isLocation: Bool {
        switch kind {
        case .boundary, .acquire, .await: true
        case .assert, .assign, .bind, .branch, .choose, .discard, .enter, .fault, .finish, .loopBegin,
            .loopNext, .mutate, .pending, .release:
            false
        }
    }

    package var successors: [ControlNode] {
        switch kind {
        case .pending, .finish: []
        case .boundary(_, let next), .acquire(_, let next), .release(_, let next), .await(_, let next),
            .assign(_, _, let next), .discard(_, let next), .mutate(_, _, _, let next),
            .enter(_, _, let next),
            .assert(_, _, let next):
            [next]
        case .branch(_, let then, let otherwise), .bind(_, _, let then, let otherwise): [then, otherwise]
        case .fault(_, let strikes, let passes): [passes, strikes]
        case .choose(let arms): arms.map(\.next)
        case .loopBegin(_, _, let body, let after), .loopNext(_, _, let body, let after): [body, after]
        }
    }
}
