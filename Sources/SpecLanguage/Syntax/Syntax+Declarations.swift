// SPDX-License-Identifier: MIT

package import Diagnostics

extension Syntax {
    package struct Declaration: Sendable {
        package indirect enum Kind: Sendable {
            case constant(type: TypeExpression?, value: Expression)
            case type(TypeExpression)
            case enumeration(cases: [Name])
            case structure(fields: [Binding])
            /// One variable of a `state { … }` block; each becomes a declaration of its own.
            case stateVariable(type: TypeExpression, initial: Expression?)
            /// `init { … }`; its name is the module's, so that a change can replace it.
            case initialization(Block)
            case fault
            case function(Function)
            case operation(Operation)
            case process(Process)
            case invariant(Expression)
            case reachable(Expression)
            /// `property name: always … `; kept as its own tree, checked by the liveness engine.
            case liveness(TemporalFormula, fairness: [Name])
            case interface(members: [Declaration])
            case change(Change)
            case check(Check)
            case proof(Proof)
            case matrix(Matrix)
            case observer(Observer)
        }

        package let kind: Kind
        package let name: Name
        package let documentation: String
        package let span: Span

        package init(_ kind: Kind, name: Name, documentation: String, span: Span) {
            self.kind = kind
            self.name = name
            self.documentation = documentation
            self.span = span
        }
    }

    /// `fn`: pure, may read state, proved by its contract. `body` is `nil` in an interface.
    package struct Function: Sendable {
        package enum Body: Sendable {
            case expression(Expression)
            case block(Block)
        }

        package let parameters: [Binding]
        package let result: TypeExpression
        package let contract: Contract
        package let body: Body?

        package init(parameters: [Binding], result: TypeExpression, contract: Contract, body: Body?) {
            self.parameters = parameters
            self.result = result
            self.contract = contract
            self.body = body
        }
    }

    package struct Contract: Sendable {
        package var requires: [Expression] = []
        package var ensures: [Ensures] = []

        package init() {}
    }

    /// `ensures some(r): …`, `ensures none: …`, or `ensures …` over `result`.
    package struct Ensures: Sendable {
        package enum Case: Sendable {
            case always
            case some(Name)
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

    /// `op`: several atomic steps. `body` is `nil` in an interface.
    package struct Operation: Sendable {
        package let parameters: [Binding]
        package let result: TypeExpression?
        package let body: Block?

        package init(parameters: [Binding], result: TypeExpression?, body: Block?) {
            self.parameters = parameters
            self.result = result
            self.body = body
        }
    }

    /// `process cpu(cpu: Cpu) as "CPU" { … }`: one instance for each value of its parameters, repeated for
    /// ever.
    package struct Process: Sendable {
        package let parameters: [Binding]
        /// Title of its lane in diagrams.
        package let lane: String?
        package let body: Block

        package init(parameters: [Binding], lane: String?, body: Block) {
            self.parameters = parameters
            self.lane = lane
            self.body = body
        }
    }

    /// `always`, `eventually`, leads-to and the boolean connectives over state expressions.
    package indirect enum TemporalFormula: Sendable {
        case state(Expression)
        case always(TemporalFormula)
        case eventually(TemporalFormula)
        case leadsTo(Expression, Expression)
        case implies(Expression, TemporalFormula)
    }

    /// `change flush_forgotten on vtd { … }`
    package struct Change: Sendable {
        package enum Item: Sendable {
            case add(Declaration)
            case replace(Declaration)
            case remove(kind: String, name: Name)
        }

        package let baseline: Name
        package let items: [Item]

        package init(baseline: Name, items: [Item]) {
            self.baseline = baseline
            self.items = items
        }
    }

    /// `NAME = value`
    package struct Setting: Sendable {
        package let name: Name
        package let value: Expression

        package init(name: Name, value: Expression) {
            self.name = name
            self.value = value
        }
    }

    /// What `check` and `proof` share: which modules make the program.
    package struct Composition: Sendable {
        package var use: Name?
        package var on: Name?
        package var changes: [Name] = []
        package var settings: [Setting] = []

        package init() {}
    }

    /// `check gart { use dma_generic on gart; set PAGES = 8; expect holds }`
    package struct Check: Sendable {
        package enum Expectation: Sendable {
            case holds
            /// `violates no_stale_dma within 9 steps`
            case violates(property: Name, stepsMax: Int?)
        }

        package let composition: Composition
        package let expectation: Expectation?

        package init(composition: Composition, expectation: Expectation?) {
            self.composition = composition
            self.expectation = expectation
        }
    }

    /// `proof top_down { use iova; set ADDRESS_BITS = 64; prove alloc_top_down; expect proved }`
    package struct Proof: Sendable {
        package enum Expectation: String, Sendable { case proved, refuted }

        package let composition: Composition
        package let functions: [Name]
        /// `prove invariant a, b`: preserved by every step.
        package let invariants: [Name]
        /// `unbounded PAGES, CPUS`: constants that stand for any number.
        package let unbounded: [Name]
        package let expectation: Expectation?

        package init(
            composition: Composition, functions: [Name], invariants: [Name], unbounded: [Name],
            expectation: Expectation?
        ) {
            self.composition = composition
            self.functions = functions
            self.invariants = invariants
            self.unbounded = unbounded
            self.expectation = expectation
        }
    }
}
