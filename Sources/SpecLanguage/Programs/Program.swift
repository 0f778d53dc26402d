// SPDX-License-Identifier: MIT

package import Diagnostics

/// The declarations that one check speaks of: modules merged, changes applied, nothing typed yet.
package struct Program: Sendable {
    package struct Member: Sendable {
        package let module: String
        package let declaration: Syntax.Declaration

        package init(module: String, declaration: Syntax.Declaration) {
            self.module = module
            self.declaration = declaration
        }
    }

    /// `default_domain on vtd with no_flush`
    package let title: String
    /// Imported modules first, in the order written. Checks, proofs, matrices, changes and interfaces are not among
    /// them.
    package let members: [Member]
    package let interfaces: [Member]
    /// Interfaces that some module of the program says it implements.
    package let implemented: [Syntax.Name]
    /// Values for constants, later ones win: the check's, then the command line's.
    package let settings: [Syntax.Setting]

    /// Merges what a check names.
    ///
    /// - Parameter overrides: settings from the command line or a platform file.
    package static func compose(
        _ composition: Syntax.Composition, in library: ModuleLibrary, overrides: [Syntax.Setting] = []
    ) -> (program: Program?, diagnostics: [Diagnostic]) {
        var composer = ProgramComposer(library: library)
        return composer.compose(composition, overrides: overrides)
    }
}

/// Applies `use`, `on` and `with` in this order.
private struct ProgramComposer {
    let library: ModuleLibrary
    var diagnostics: [Diagnostic] = []
    var members: [Program.Member] = []
    var interfaces: [Program.Member] = []
    var moduleNames: Set<String> = []
    var implemented: [Syntax.Name] = []

    init(library: ModuleLibrary) { self.library = library }

    mutating func compose(
        _ composition: Syntax.Composition, overrides: [Syntax.Setting]
    ) -> (program: Program?, diagnostics: [Diagnostic]) {
        var title = library.main.name.text
        if let use = composition.use {
            title = use.text
            if let module = module(named: use) { add(module) }
        } else {
            add(library.main)
        }
        if let platform = composition.on {
            title += " on \(platform.text)"
            if let module = module(named: platform) { add(module) }
        }
        if !composition.changes.isEmpty {
            title += " with " + composition.changes.map(\.text).joined(separator: ", ")
        }
        for name in composition.changes { apply(changeNamed: name) }
        let failed = diagnostics.contains { $0.severity == .error }
        let program = Program(
            title: title, members: members, interfaces: interfaces, implemented: implemented,
            settings: composition.settings + overrides)
        return (failed ? nil : program, diagnostics)
    }

    private mutating func module(named name: Syntax.Name) -> Syntax.Module? {
        if let module = library.modules[name.text] { return module }
        let close = closestName(to: name.text, among: library.modules.keys.sorted())
        diagnostics.append(
            Diagnostic(
                "unknown-module", "no imported module is named '\(name.text)'", at: name.span,
                help: close.map { "did you mean '\($0)'?" } ?? "import the file that holds it"))
        return nil
    }

    private mutating func add(_ root: Syntax.Module) {
        for module in library.closure(of: root) where moduleNames.insert(module.name.text).inserted {
            implemented += module.implements
            for declaration in module.declarations { add(declaration, of: module.name.text) }
        }
    }

    private mutating func add(_ declaration: Syntax.Declaration, of module: String) {
        switch declaration.kind {
        case .check, .proof, .matrix, .change: break
        case .interface: interfaces.append(.init(module: module, declaration: declaration))
        case .constant, .enumeration, .fault, .function, .initialization, .invariant, .liveness, .observer,
            .operation, .process, .reachable, .stateVariable, .structure, .type:
            members.append(.init(module: module, declaration: declaration))
        }
    }

    private mutating func apply(changeNamed name: Syntax.Name) {
        let known = library.modules.values.sorted { $0.name.text < $1.name.text }.flatMap { module in
            module.declarations.compactMap { declaration -> (String, Syntax.Module, Syntax.Change)? in
                guard case .change(let change) = declaration.kind else { return nil }
                return (declaration.name.text, module, change)
            }
        }
        guard let (_, home, change) = known.first(where: { $0.0 == name.text }) else {
            let close = closestName(to: name.text, among: known.map(\.0))
            diagnostics.append(
                Diagnostic(
                    "unknown-change", "there is no change '\(name.text)'", at: name.span,
                    help: close.map { "did you mean '\($0)'?" } ?? "import the file that declares it"))
            return
        }
        guard moduleNames.contains(change.baseline.text) else {
            diagnostics.append(
                Diagnostic(
                    "change-without-baseline",
                    "'\(name.text)' changes the module '\(change.baseline.text)', which is not part of this check",
                    at: name.span, notes: [.init(message: "the change", span: change.baseline.span)],
                    help: "this check is made of: \(moduleNames.sorted().joined(separator: ", "))"))
            return
        }
        for item in change.items { apply(item, of: change, home: home.name.text) }
    }

    private mutating func apply(_ item: Syntax.Change.Item, of change: Syntax.Change, home: String) {
        switch item {
        case .add(let declaration): add(declaration, of: home)
        case .replace(let declaration):
            guard
                let place = place(
                    of: declaration.name, kind: Self.kindWord(declaration), change,
                    otherwise: "leave out 'replace' to add it")
            else { return }
            // The replaced declaration keeps its module, so that a later `replace init` finds it again.
            members[place] = .init(module: members[place].module, declaration: declaration)
        case .remove(let kind, let name):
            guard let place = place(of: name, kind: kind, change, otherwise: "leave out the line") else {
                return
            }
            members.remove(at: place)
        }
    }

    /// Index of what a change replaces or removes; reports what is missing.
    private mutating func place(
        of name: Syntax.Name, kind: String, _ change: Syntax.Change, otherwise: String
    ) -> Int? {
        let found = members.lastIndex { member in
            Self.kindWord(member.declaration) == kind && member.declaration.name.text == name.text
                && (kind != "init" || member.module == change.baseline.text)
        }
        if let found { return found }
        let names = members.filter { Self.kindWord($0.declaration) == kind }.map(\.declaration.name.text)
        let close = closestName(to: name.text, among: names)
        let missing = kind == "init" ? "an 'init' of '\(change.baseline.text)'" : "\(kind) '\(name.text)'"
        diagnostics.append(
            Diagnostic(
                "nothing-to-change", "there is no \(missing) to replace or remove", at: name.span,
                help: close.map { "did you mean '\($0)'?" } ?? otherwise))
        return nil
    }

    /// The keyword that introduces a declaration.
    private static func kindWord(_ declaration: Syntax.Declaration) -> String {
        switch declaration.kind {
        case .constant: "const"
        case .type: "type"
        case .enumeration: "enum"
        case .structure: "struct"
        case .stateVariable: "state"
        case .initialization: "init"
        case .fault: "fault"
        case .function: "fn"
        case .operation: "op"
        case .process: "process"
        case .invariant: "invariant"
        case .reachable: "reachable"
        case .liveness: "property"
        case .interface: "interface"
        case .change: "change"
        case .check: "check"
        case .proof: "proof"
        case .matrix: "matrix"
        case .observer: "observe"
        }
    }
}
