// SPDX-License-Identifier: MIT

package import Findings

/// How two programs differ, as far as somebody outside can tell.
package struct Comparison: Sendable {
    /// The new one has the same runs, fewer, more, or some fewer and some more.
    package enum Relation: String, Sendable {
        case equal
        case stricter
        case weaker
        case incomparable
        case inconclusive

        /// - Parameters: whether something was added and removed; `nil`: not known.
        package init(adds: Bool?, removes: Bool?) {
            switch (adds, removes) {
            case (false, false): self = .equal
            case (false, true): self = .stricter
            case (true, false): self = .weaker
            case (true, true): self = .incomparable
            default: self = .inconclusive
            }
        }

        /// Of several comparisons together.
        package static func all(_ relations: [Relation]) -> Relation {
            if relations.contains(.incomparable) { return .incomparable }
            if relations.contains(.stricter), relations.contains(.weaker) { return .incomparable }
            if relations.contains(.inconclusive) { return .inconclusive }
            return relations.first { $0 != .equal } ?? .equal
        }
    }

    /// A property and its verdicts; `nil` where it is not stated.
    package struct Property: Sendable {
        package let name: String
        package let old: Verdict?
        package let new: Verdict?

        package init(name: String, old: Verdict?, new: Verdict?) {
            self.name = name
            self.old = old
            self.new = new
        }

        /// It held, and is violated now.
        package var isBroken: Bool {
            if case .holds = old, case .violated = new { return true }
            return false
        }

        var isSame: Bool {
            switch (old, new) {
            case (.holds, .holds), (.violated, .violated): true
            default: old?.word == new?.word
            }
        }
    }

    /// A property of the old program, asked of the new one.
    package struct Asked: Sendable {
        package let property: Property
        /// Declarations of the old program that it is asked with: functions, constants, types.
        package let with: [String]
        /// What may make it mean something else all the same.
        package let doubts: [String]

        package init(property: Property, with: [String], doubts: [String]) {
            self.property = property
            self.with = with
            self.doubts = doubts
        }
    }

    /// A run that one side has and the other has not.
    package struct Behaviour: Sendable {
        /// The last is what the other side cannot show here.
        package let observations: [String]
        /// What it shows instead; the first few.
        package let alternatives: [String]
        package let run: Run?

        package init(observations: [String], alternatives: [String], run: Run?) {
            self.observations = observations
            self.alternatives = alternatives
            self.run = run
        }
    }

    /// What one side has and the other has not.
    package enum Extra: Sendable {
        case none
        /// One of each kind that was found.
        case some([Behaviour])
        case inconclusive(String)

        package var isPresent: Bool? {
            switch self {
            case .none: false
            case .some: true
            case .inconclusive: nil
            }
        }
    }

    /// The platform or check.
    package let title: String
    /// Titles of the programs: `dma_generic on vtd`.
    package let oldProgram: String
    package let newProgram: String
    package let properties: [Property]
    /// What the old program states and the new one does not with the same meaning, asked of the new one.
    package let asked: [Asked]
    /// Properties that both state, and that may mean something else in the new program: why.
    package let doubtful: [String]
    /// Those that cannot be asked, and why.
    package let notAsked: [String]
    /// Constants and observed types that differ: the scopes are not the same.
    package let scopeDifferences: [String]
    /// What a reader should know before believing the word.
    package let remarks: [String]
    package let adds: Extra
    package let removes: Extra
    /// States of the old and of the new program; 0 where they were not counted to the end.
    package let oldStates: UInt64
    package let newStates: UInt64

    package init(
        title: String, oldProgram: String, newProgram: String, properties: [Property], asked: [Asked],
        doubtful: [String], notAsked: [String], scopeDifferences: [String], remarks: [String], adds: Extra,
        removes: Extra, oldStates: UInt64, newStates: UInt64
    ) {
        self.title = title
        self.oldProgram = oldProgram
        self.newProgram = newProgram
        self.properties = properties
        self.asked = asked
        self.doubtful = doubtful
        self.notAsked = notAsked
        self.scopeDifferences = scopeDifferences
        self.remarks = remarks
        self.adds = adds
        self.removes = removes
        self.oldStates = oldStates
        self.newStates = newStates
    }

    /// What can be observed of the two, and nothing else.
    private var observed: Relation { Relation(adds: adds.isPresent, removes: removes.isPresent) }

    /// Whether it is open whether the new program keeps something that the old one states.
    package var hasOpenStatement: Bool {
        !notAsked.isEmpty || !doubtful.isEmpty || asked.contains { !$0.doubts.isEmpty }
    }

    /// A program of which it is not known whether it keeps what the old one states is not equal to it.
    package var isOpenByStatements: Bool { hasOpenStatement && observed == .equal }

    package var relation: Relation { isOpenByStatements ? .inconclusive : observed }

    private var allProperties: [Property] { properties + asked.map(\.property) }

    package var broken: [Property] { allProperties.filter(\.isBroken) }

    /// Whether a verdict that was looked for was not found.
    package var hasInconclusiveVerdict: Bool {
        allProperties.contains { property in
            if case .inconclusive = property.new { true } else { false }
        }
    }
}
