// SPDX-License-Identifier: MIT

package import Diagnostics
import Foundation
package import SpecLanguage

/// A spec file with everything it imports, parsed.
package struct LoadedSpec: Sendable {
    /// As the user wrote it.
    package let path: String
    package let library: ModuleLibrary
    package var sources: SourceMap
    package let warnings: [Diagnostic]

    /// - Parameters:
    ///   - known: files that were read before; its own come behind them.
    ///   - edited: taken instead of the file of its path.
    /// - Throws: `BadInput` with every error found.
    package static func load(
        _ path: String, after known: SourceMap = SourceMap(), edited: SourceFile? = nil
    ) throws(BadInput) -> LoadedSpec {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(path, bytesMax: InputFile.specBytesMax)
        } catch {
            throw BadInput(
                Diagnostic(
                    "cannot-read", "cannot read the spec '\(path)': \(error)", at: nil,
                    help: "name a text file that starts with 'module'"))
        }
        guard let resolved = SpecRoot.resolve(path) else {
            throw BadInput(Diagnostic("cannot-read", "cannot read the spec '\(path)'", at: nil))
        }
        let root = SpecRoot(of: resolved)
        let shownRoot = Self.shownRoot(path: path, resolved: resolved, root: root.path)
        var sources = known
        let (library, diagnostics) = ModuleLibrary.load(
            main: edited.flatMap { $0.path == path ? $0 : nil } ?? SourceFile(path: path, bytes: bytes),
            identity: resolved, sources: &sources
        ) { wanted in
            let answer = root.answer(wanted, shownRoot: shownRoot)
            if let edited, case .found(let identity, let file) = answer, file.path == edited.path {
                return .found(identity: identity, edited)
            }
            return answer
        }
        guard let library else { throw BadInput(diagnostics, sources: sources) }
        return LoadedSpec(path: path, library: library, sources: sources, warnings: diagnostics)
    }

    /// The root as the user would write it: `path` less what lies below the root.
    private static func shownRoot(path: String, resolved: String, root: String) -> String {
        let below = resolved.dropFirst(root.count).drop { $0 == "/" }
        guard path.hasSuffix(below), path.count > below.count else { return path == below ? "" : root }
        return String(path.dropLast(below.count + 1))
    }
}

/// The user's input is wrong: exit code 2. Carries everything to say about it.
package struct BadInput: Error {
    package let diagnostics: [Diagnostic]
    package let sources: SourceMap

    package init(_ diagnostics: [Diagnostic], sources: SourceMap) {
        self.diagnostics = diagnostics
        self.sources = sources
    }

    package init(_ diagnostic: Diagnostic) { self.init([diagnostic], sources: SourceMap()) }

    /// As shown on the terminal.
    package var text: String { TextRenderer(sources: sources).render(diagnostics) }
}
