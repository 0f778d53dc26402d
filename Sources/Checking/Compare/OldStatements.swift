// SPDX-License-Identifier: MIT

import SpecLanguage

/// What OLD states, as it is asked of NEW: where NEW does not state it with the same meaning, OLD's property
/// is asked, with the functions and constants that it uses.
struct OldStatements: Sendable {
    struct Asked: Sendable {
        /// In the new program.
        let name: String
        /// In the old one.
        let property: String
        /// Declarations of the old program that it is asked with.
        let with: [String]
        /// What may make it mean something else all the same.
        let doubts: [String]
    }

    /// The new program with what is asked of it.
    let program: Program
    private(set) var asked: [Asked] = []
    /// Properties that NEW states too, and that may mean something else there, with the reason; those of one
    /// reason together.
    private(set) var doubtful: [String] = []
    /// What means nothing in NEW: why.
    private(set) var notAsked: [String] = []

    /// Functions that are observed and not the same in NEW.
    let changedViews: [String]

    init(of old: PropertySweep, in new: PropertySweep) {
        let meanings = ChangedMeanings(
            from: .init(program: old.program, spec: old.spec),
            to: .init(program: new.program, spec: new.spec), sources: new.sources)
        let views = Set(old.spec.observers.flatMap(\.functions).map(\.name))
        changedViews = views.filter { meanings.isChanged(function: $0) }.sorted()
        var transplant = PropertyTransplant(meanings)
        var outcomes = old.program.statements.map { property in
            let name = property.declaration.name.text
            return (name: name, title: name, outcome: transplant.ask(property))
        }
        outcomes += transplant.askAssertions().map {
            (
                name: $0.name ?? "assertion",
                title: ($0.name.map { "assertion \($0)" } ?? "an assertion") + " in \($0.home)",
                outcome: $0.outcome
            )
        }
        program = transplant.program
        var doubts: [(reason: String, titles: [String])] = []
        for (name, title, outcome) in outcomes {
            switch outcome {
            case .stated: break
            case .asked(let asOld, let with, let reasons):
                asked.append(Asked(name: asOld, property: name, with: with, doubts: reasons))
            case .doubtful(let reasons):
                let reason = reasons.joined(separator: ", ")
                if let place = doubts.firstIndex(where: { $0.reason == reason }) {
                    doubts[place].titles.append(title)
                } else {
                    doubts.append((reason, [title]))
                }
            case .impossible(let why): notAsked.append("\(title): \(why)")
            }
        }
        doubtful = doubts.map { "\($0.titles.joined(separator: ", ")) (\($0.reason))" }
    }
}
