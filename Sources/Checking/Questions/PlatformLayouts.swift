import Diagnostics
import Findings
import SpecLanguage

struct PlatformLayout: Sendable {
    let name: String
    var groupText: String? { nil }
    var tooLarge: String? { nil }
    func rows(isProof: Bool) -> [LayoutRow] { [] }
    func settings(for plan: CheckPlan, in library: ModuleLibrary, sources: inout SourceMap) throws -> [Syntax.Setting] { [] }
}

enum PlatformLayouts {
    static func load(_ path: String?, group: Int?) throws -> [PlatformLayout?] { [nil] }
}
