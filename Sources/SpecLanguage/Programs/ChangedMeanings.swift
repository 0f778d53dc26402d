// SPDX-License-Identifier: MIT

package import Diagnostics

/// Which declarations of an old program mean something else in a new one, so that what an old property says
/// depends on which of the two it is asked with.
package struct ChangedMeanings {
    /// A program with its types.
    package struct Side {
        package let program: Program
        package let spec: TypedSpec

        package init(program: Program, spec: TypedSpec) {
            self.program = program
            self.spec = spec
        }
    }

    let old: Side
    let new: Side
    private let words: SourceWords
    private let oldDeclarations: [String: Syntax.Declaration]
    private let newDeclarations: [String: Syntax.Declaration]
    /// By enum case of the old program: its enum.
    private let oldCaseOwners: [String: String]
    /// Every name that the new program declares, enum cases too.
    private let newNames: Set<String>
    /// Functions, constants and types of the old program that the new one does not have as they were,
    /// directly or through what they use.
    private var changed: Set<String> = []
    /// Constants that are declared alike in both and have different values: what was set makes the
    /// difference.
    private var changedScope: Set<String> = []
    /// State variables that both have, declared with different types. What only bounds differ of that were
    /// set otherwise is a matter of scope.
    private var changedState: Set<String> = []

    package init(from old: Side, to new: Side, sources: SourceMap) {
        self.old = old
        self.new = new
        words = SourceWords(sources)
        oldDeclarations = Self.declarations(of: old.program)
        newDeclarations = Self.declarations(of: new.program)
        oldCaseOwners = Self.caseOwners(in: oldDeclarations)
        newNames = Set(newDeclarations.keys).union(Self.caseOwners(in: newDeclarations).keys)
        findChanged()
    }

    /// By name, constants with the values that the settings give them.
    private static func declarations(of program: Program) -> [String: Syntax.Declaration] {
        var declarations: [String: Syntax.Declaration] = [:]
        for declaration in program.members.map(\.declaration) {
            if case .initialization = declaration.kind { continue }
            let name = declaration.name.text
            declarations[name] = declaration
            if case .constant(let type, _) = declaration.kind,
                let setting = program.settings.last(where: { $0.name.text == name })
            {
                declarations[name] = declaration.with(.constant(type: type, value: setting.value))
            }
        }
        return declarations
    }

    private static func caseOwners(in declarations: [String: Syntax.Declaration]) -> [String: String] {
        var owners: [String: String] = [:]
        for (name, declaration) in declarations {
            if case .enumeration(let cases) = declaration.kind {
                for item in cases { owners[item.text] = name }
            }
        }
        return owners
    }

    // MARK: What is changed

    private mutating func findChanged() {
        var uses: [String: Set<String>] = [:]
        for (name, declaration) in oldDeclarations where Self.hasMeaning(declaration) {
            uses[name] = self.uses(in: NameMapping.names(in: declaration).subtracting([name]))
            if isChangedItself(declaration) { changed.insert(name) }
        }
        var hasGrown = true
        while hasGrown {
            hasGrown = false
            for (name, used) in uses where !changed.contains(name) {
                var reasons = used.intersection(changed)
                if isConstant(name), !hasOtherValue(name) {
                    // The values are the same, if the cases and fields are.
                    reasons = reasons.filter { isNamedByCasesOrFields($0) }
                }
                if !reasons.isEmpty {
                    changed.insert(name)
                    hasGrown = true
                }
            }
        }
        for (name, declaration) in oldDeclarations {
            guard case .stateVariable(let type, _) = declaration.kind, let other = newDeclarations[name],
                case .stateVariable(let otherType, _) = other.kind
            else { continue }
            // The initial value is the program's.
            let uses = self.uses(
                in: NameMapping.names(
                    in: declaration.with(.stateVariable(type: type, initial: nil))))
            if !isSame(type.span, otherType.span) || !uses.isDisjoint(with: changed) {
                changedState.insert(name)
            }
        }
        changedScope = uses.keys.filter { isConstant($0) && hasOtherValue($0) && !changed.contains($0) }
            .reduce(into: []) { $0.insert($1) }
    }

    private func isConstant(_ name: String) -> Bool {
        if case .constant = oldDeclarations[name]?.kind { true } else { false }
    }

    private func hasOtherValue(_ constant: String) -> Bool {
        let values = [old.spec, new.spec].map { $0.constants.first { $0.name == constant }?.value }
        return values[0] != values[1]
    }

    /// Declared names among these, an enum for each of its cases.
    private func uses(in names: Set<String>) -> Set<String> {
        Set(names.compactMap { oldDeclarations[$0] == nil ? oldCaseOwners[$0] : $0 })
    }

    /// What a property can be made of, beside the state.
    private static func hasMeaning(_ declaration: Syntax.Declaration) -> Bool {
        switch declaration.kind {
        case .constant, .type, .enumeration, .structure, .function: true
        case .stateVariable, .initialization, .fault, .operation, .process, .invariant, .reachable,
            .liveness, .interface, .change, .check, .proof, .matrix, .observer:
            false
        }
    }

    /// Enums and structs: values are written with their names.
    private func isNamedByCasesOrFields(_ name: String) -> Bool {
        guard let kind = oldDeclarations[name]?.kind else { return false }
        if case .enumeration = kind { return true }
        if case .structure = kind { return true }
        return false
    }

    private func isChangedItself(_ declaration: Syntax.Declaration) -> Bool {
        let name = declaration.name.text
        guard let other = newDeclarations[name] else { return true }
        if case .constant = declaration.kind, case .constant = other.kind {
            return hasOtherValue(name) && !isSame(declaration.span, other.span)
        }
        if case .function(let one) = declaration.kind, case .function(let two) = other.kind {
            return !isSame(one, two)
        }
        return !isSame(declaration.span, other.span)
    }

    /// Without contracts: what a function returns does not depend on them.
    private func isSame(_ one: Syntax.Function, _ other: Syntax.Function) -> Bool {
        func spans(_ function: Syntax.Function) -> [Span] {
            var spans = function.parameters.flatMap { [$0.name.span, $0.type.span] }
            spans.append(function.result.span)
            switch function.body {
            case .expression(let value): spans.append(value.span)
            case .block(let block): spans.append(block.span)
            case nil: break
            }
            return spans
        }
        return spans(one).flatMap(words.of) == spans(other).flatMap(words.of)
    }

    /// Whether two stretches of text are the same words, however they are laid out.
    func isSame(_ one: Span, _ other: Span) -> Bool { one == other || words.of(one) == words.of(other) }

    /// Whether a function of the old program is another one in the new program, itself or through what it
    /// uses.
    package func isChanged(function name: String) -> Bool {
        !dependence(of: [name]).changed.isEmpty
    }

    // MARK: What a property depends on

    /// What stands between a property of the old program and its meaning in the new one.
    struct Dependence {
        /// Functions, constants, types, enums and structs that are changed.
        var changed: Set<String> = []
        /// Constants that are set otherwise.
        var scope: Set<String> = []
        /// State variables whose types are changed.
        var state: Set<String> = []

        var isNone: Bool { changed.isEmpty && scope.isEmpty && state.isEmpty }
    }

    /// - Parameter names: those in the property's text.
    func dependence(of names: Set<String>) -> Dependence {
        var reached: Set<String> = []
        var queue = uses(in: names).sorted()
        while let name = queue.popLast() {
            guard reached.insert(name).inserted, let declaration = oldDeclarations[name],
                Self.hasMeaning(declaration)
            else { continue }
            if isConstant(name), !changed.contains(name) { continue }
            var uses = self.uses(in: NameMapping.names(in: declaration).subtracting([name]))
            // How large a type is is no part of what is said of all its values.
            if case .type = declaration.kind { uses.subtract(changedScope) }
            queue += uses.sorted()
        }
        return Dependence(
            changed: reached.intersection(changed), scope: reached.intersection(changedScope),
            state: reached.intersection(changedState))
    }

    /// Those that the new program can have beside its own: with other names, or because it has none of that
    /// name.
    func copyable(_ names: Set<String>, withTypes: Bool) -> [String] {
        names.filter { name in
            guard let kind = oldDeclarations[name]?.kind else { return false }
            if case .function = kind { return true }
            if case .constant = kind { return true }
            if newDeclarations[name] == nil { return true }
            if case .type = kind { return withTypes }
            return false
        }.sorted()
    }

    /// A declaration of the old program, a constant with the value that it has there.
    func declaration(named name: String) -> Syntax.Declaration? { oldDeclarations[name] }

    /// A name in the old program's text as the new program is to read it.
    ///
    /// - Parameters:
    ///   - copies: declarations of the old program that the new one gets too.
    ///   - suffix: what their names end with.
    func mapping(copies: Set<String>, suffix: String) -> NameMapping {
        NameMapping { name in
            if copies.contains(name) { return newDeclarations[name] == nil ? name : name + suffix }
            // A local of the old program may have the name of something that only the new one declares.
            let isLocal = oldDeclarations[name] == nil && oldCaseOwners[name] == nil
            return isLocal && newNames.contains(name) ? name + suffix : name
        }
    }

    func isTaken(_ name: String) -> Bool { newNames.contains(name) }
}

/// The words of stretches of source text, without space and comments.
struct SourceWords {
    private let sources: SourceMap

    init(_ sources: SourceMap) { self.sources = sources }

    func of(_ span: Span) -> [String] {
        let bytes = Array(sources[span.file].bytes[span.start..<span.end])
        let tokens = Lexer.lex(SourceFile(path: "", bytes: bytes), id: span.file).tokens
        return tokens.map { String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self) }
    }
}
