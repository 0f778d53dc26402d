// SPDX-License-Identifier: MIT

import Diagnostics

/// Asks of a new program what an old one stated: its properties, with the functions, constants and types that
/// they use.
package struct PropertyTransplant {
    package enum Outcome: Sendable {
        /// The new program states it, with the same meaning.
        case stated
        /// `program` states it under this name. With which declarations of the old program, and what may mean
        /// something else all the same.
        case asked(name: String, with: [String], doubts: [String])
        /// The new program states it, and something that it speaks of may mean something else.
        case doubtful([String])
        /// It means nothing in the new program: why.
        case impossible(String)
    }

    let meanings: ChangedMeanings
    /// The new program with what is asked of it.
    package private(set) var program: Program
    private var copied: Set<String> = []

    package init(_ meanings: ChangedMeanings) {
        self.meanings = meanings
        program = meanings.new.program
    }

    /// What an old declaration is called in the new program.
    private static let suffix = " as it was"

    // MARK: Properties

    package mutating func ask(_ property: Program.Member) -> Outcome {
        let declaration = property.declaration
        let name = declaration.name.text
        let own = meanings.new.program.statements.first { $0.declaration.name.text == name }
        let names = NameMapping.names(in: declaration).subtracting([name])
        let dependence = meanings.dependence(of: names)
        let isStated = own.map { meanings.isSame($0.declaration.span, declaration.span) } ?? false
        if isStated, dependence.isNone { return .stated }
        let asked = meanings.isTaken(name) || own != nil ? name + Self.suffix : name
        return transplant(dependence, isStated: isStated, as: asked) { program, mapping in
            let kind = mapping.declaration(declaration).kind
            return program.adding(
                Program.Member(module: property.module, declaration: declaration.with(kind)), named: asked)
        }
    }

    /// Tries to give the new program what is changed beside its own; where it cannot have the old types, with
    /// its own.
    ///
    /// - Parameter state: states the property with names mapped.
    private mutating func transplant(
        _ dependence: ChangedMeanings.Dependence, isStated: Bool, as asked: String,
        _ state: (Program, NameMapping) -> Program
    ) -> Outcome {
        var mistake = ""
        for withTypes in [true, false] {
            let copies = meanings.copyable(dependence.changed, withTypes: withTypes)
            let doubts = doubts(dependence, copies: Set(copies))
            if isStated, copies.isEmpty { return .doubtful(doubts) }
            let suffix = Self.suffix + (withTypes ? "" : ", with other types")
            let mapping = meanings.mapping(copies: Set(copies), suffix: suffix)
            var more = program
            var added = copied
            for name in copies {
                guard let declaration = meanings.declaration(named: name) else { continue }
                let copy = mapping.declaration(declaration)
                guard added.insert(copy.name.text).inserted else { continue }
                more = more.with(more.members + [Program.Member(module: "", declaration: copy)])
            }
            more = state(more, mapping)
            let mistakes = TypeChecker.check(more).diagnostics.filter { $0.severity == .error }
            if let first = mistakes.first {
                if mistake.isEmpty { mistake = first.message }
                continue
            }
            program = more
            copied = added
            return .asked(name: asked, with: copies, doubts: doubts)
        }
        return .impossible(mistake)
    }

    private func doubts(_ dependence: ChangedMeanings.Dependence, copies: Set<String>) -> [String] {
        dependence.scope.sorted().map { "'\($0)' is set otherwise" }
            + dependence.state.sorted().map { "'\($0)' has another type" }
            + dependence.changed.subtracting(copies).sorted().map { "'\($0)' is declared otherwise" }
    }

    // MARK: Assertions

    /// An assertion of the old program.
    package struct Assertion: Sendable {
        /// `nil` where the author gave it none.
        package let name: String?
        /// The operation, process or module of the `init` that it stands in.
        package let home: String
        package let outcome: Outcome
    }

    /// Asks each assertion of the old program where the new one has an assertion of that name.
    package mutating func askAssertions() -> [Assertion] {
        let olds = AssertionSite.all(in: meanings.old.program)
        var news = AssertionSite.all(in: meanings.new.program)
        let meanings = meanings
        var partners: [Int: AssertionSite] = [:]
        // Those that stand as they were first, then those of the same name, nearby before elsewhere.
        let rules: [(AssertionSite, AssertionSite) -> Bool] = [
            { $0.isAt($1) && $0.name == $1.name && meanings.isSame($0.condition.span, $1.condition.span) },
            { $0.name == $1.name && meanings.isSame($0.condition.span, $1.condition.span) },
            { $0.isAt($1) && $0.name == $1.name && $0.name != nil },
            { $0.name == $1.name && $0.name != nil },
        ]
        for rule in rules {
            for (number, site) in olds.enumerated() where partners[number] == nil {
                guard let place = news.firstIndex(where: { rule(site, $0) }) else { continue }
                partners[number] = news.remove(at: place)
            }
        }
        return olds.enumerated().map { number, site in
            let outcome = partners[number].map { ask(site, at: $0) }
            return Assertion(
                name: site.name, home: site.home,
                outcome: outcome ?? .impossible("nothing is asserted there any more"))
        }
    }

    private mutating func ask(_ site: AssertionSite, at partner: AssertionSite) -> Outcome {
        let dependence = meanings.dependence(of: NameMapping.names(in: site.condition))
        let isStated = meanings.isSame(site.condition.span, partner.condition.span)
        if isStated, dependence.isNone { return .stated }
        let asked = (site.name ?? "of \(site.home)") + Self.suffix
        return transplant(dependence, isStated: isStated, as: asked) { program, mapping in
            program.rewritingStatements { statement in
                guard case .assert(_, let condition) = statement.kind,
                    condition.span == partner.condition.span
                else { return [statement] }
                let name = Syntax.Name(text: asked, span: statement.span)
                let old = Syntax.Statement(
                    .assert(name: name, mapping.expression(site.condition)), span: statement.span)
                return [old, statement]
            }
        }
    }
}

/// An assertion, and where it stands.
private struct AssertionSite {
    /// The operation, process or module of the `init`.
    let home: String
    let isInitialization: Bool
    let name: String?
    let condition: Syntax.Expression

    func isAt(_ other: AssertionSite) -> Bool {
        home == other.home && isInitialization == other.isInitialization
    }

    static func all(in program: Program) -> [AssertionSite] {
        var sites: [AssertionSite] = []
        for member in program.members {
            let declaration = member.declaration
            let isInitialization = if case .initialization = declaration.kind { true } else { false }
            _ = program.with([member]).rewritingStatements { statement in
                if case .assert(let name, let condition) = statement.kind {
                    sites.append(
                        AssertionSite(
                            home: declaration.name.text, isInitialization: isInitialization,
                            name: name?.text, condition: condition))
                }
                return [statement]
            }
        }
        return sites
    }
}
