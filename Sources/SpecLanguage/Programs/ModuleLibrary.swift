// SPDX-License-Identifier: MIT

package import Diagnostics

/// The modules that one spec file reaches through its imports, parsed. Knows nothing of file systems: the
/// caller reads.
package struct ModuleLibrary: Sendable {
    /// How an import was answered by whoever reads files.
    package enum ImportAnswer {
        /// `identity` is the same for two imports of one file.
        case found(identity: String, SourceFile)
        /// The import leads out of the spec root.
        case outsideRoot
        /// Nothing readable there; the text says why.
        case unreadable(String)
    }

    /// More modules than this is an attack or a mistake.
    private static let modulesMax = 256

    package let main: Syntax.Module
    /// By name, the main module included.
    package let modules: [String: Syntax.Module]

    /// Parses `main` and everything it imports, directly or not.
    ///
    /// - Returns: the library if every file could be parsed, and all diagnostics of all files.
    package static func load(
        main: SourceFile, identity: String, sources: inout SourceMap,
        answer: (Syntax.Import) -> ImportAnswer
    ) -> (library: ModuleLibrary?, diagnostics: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        var modules: [String: Syntax.Module] = [:]
        var seen: Set<String> = [identity]
        let mainID = sources.add(main)
        let parsed = Parser.parse(main, id: mainID)
        diagnostics += parsed.diagnostics
        guard let mainModule = parsed.module else { return (nil, diagnostics) }
        modules[mainModule.name.text] = mainModule
        var waiting = mainModule.imports
        var next = 0
        while next < waiting.count {
            let wanted = waiting[next]
            next += 1
            let written = (wanted.isAbsolute ? "/" : "") + wanted.components.joined(separator: "/")
            switch answer(wanted) {
            case .outsideRoot:
                diagnostics.append(
                    Diagnostic(
                        "import-outside-root", "import '\(written)' leads out of the spec root",
                        at: wanted.span,
                        help: "import a file at or below the directory that holds 'spec-root'"))
            case .unreadable(let reason):
                diagnostics.append(
                    Diagnostic(
                        "import-not-found", "cannot read import '\(written)': \(reason)", at: wanted.span,
                        help: "imports are paths from the spec root, without '.spec'"))
            case .found(let identity, let file):
                guard seen.insert(identity).inserted else { continue }
                guard seen.count <= modulesMax else {
                    diagnostics.append(
                        Diagnostic("too-many-modules", "more than \(modulesMax) modules", at: wanted.span))
                    return (nil, diagnostics)
                }
                let result = Parser.parse(file, id: sources.add(file))
                diagnostics += result.diagnostics
                guard let module = result.module else { continue }
                diagnostics += register(module, importedBy: wanted, in: &modules)
                waiting += module.imports
            }
        }
        let failed = diagnostics.contains { $0.severity == .error }
        return (failed ? nil : ModuleLibrary(main: mainModule, modules: modules), diagnostics)
    }

    private static func register(
        _ module: Syntax.Module, importedBy wanted: Syntax.Import, in modules: inout [String: Syntax.Module]
    ) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        if let last = wanted.components.last, last != module.name.text {
            diagnostics.append(
                Diagnostic(
                    "module-name-mismatch", "the file '\(last).spec' holds the module '\(module.name.text)'",
                    at: module.name.span, help: "name the module after its file: 'module \(last)'"))
        }
        if let other = modules[module.name.text] {
            diagnostics.append(
                Diagnostic(
                    "duplicate-module", "two modules are named '\(module.name.text)'", at: module.name.span,
                    notes: [.init(message: "the other one", span: other.name.span)]))
        } else {
            modules[module.name.text] = module
        }
        return diagnostics
    }

    /// A module and everything it imports, imported ones first, in the order written.
    package func closure(of module: Syntax.Module) -> [Syntax.Module] {
        var order: [Syntax.Module] = []
        var visited: Set<String> = []
        func visit(_ module: Syntax.Module) {
            guard visited.insert(module.name.text).inserted else { return }
            for wanted in module.imports {
                if let name = wanted.components.last, let imported = modules[name] { visit(imported) }
            }
            order.append(module)
        }
        visit(module)
        return order
    }
}
