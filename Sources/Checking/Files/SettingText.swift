// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// `NAME=VALUE` from a command line or a platform, as the language reads it: the value is parsed, never
/// pasted.
enum SettingText {
    /// - Parameters:
    ///   - text: `PAGES=8`
    ///   - origin: shown in diagnostics: `--set PAGES=8`
    static func parse(_ text: String, origin: String, sources: inout SourceMap) throws(BadInput)
        -> Syntax.Setting
    {
        let prefix = "module settings\nconst "
        let file = SourceFile(path: origin, text: prefix + text + "\n")
        var map = sources
        let (module, diagnostics) = Parser.parse(file, id: map.add(file))
        sources = map
        if let module, !diagnostics.contains(where: { $0.severity == .error }),
            module.declarations.count == 1,
            let declaration = module.declarations.first,
            case .constant(type: nil, value: let value) = declaration.kind
        {
            return Syntax.Setting(name: declaration.name, value: value)
        }
        throw BadInput(
            Diagnostic(
                "bad-setting", "'\(text.prefix(200))' does not set a constant", at: nil,
                help: "write NAME=VALUE, for example PAGES=8"))
    }
}
