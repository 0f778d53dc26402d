// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// Puts a reduced layout in the place of a program's constants, with intervals as large as the check can use.
struct LayoutFitting: Sendable {
    let layout: PlatformLayout
    let machine: PlatformLayout.Machine
    let plan: CheckPlan
    let library: ModuleLibrary
    let sources: SourceMap
    /// Settings from the command line.
    let overrides: [Syntax.Setting]

    /// - Parameter leastPages: as `ReductionScope.leastPages`.
    /// - Returns: `nil` where there are more pages than can be explored.
    func program(_ leastPages: [Int: Int]) -> (program: Program, fitted: FittedLayout)? {
        guard case .fitted(let fitted) = layout.reduced(machine, leastPages: leastPages) else { return nil }
        var map = sources
        var bound: [Syntax.Setting] = []
        for text in fitted.settings {
            let setting = try? SettingText.parse(text, origin: layout.path, sources: &map)
            guard let setting else { return nil }
            bound.append(setting)
        }
        let (program, _) = Program.compose(plan.composition, in: library, overrides: bound + overrides)
        return program.map { ($0, fitted) }
    }

    /// As `program`, typed, without the properties of these names.
    func spec(
        _ leastPages: [Int: Int], without names: Set<String> = []
    ) -> (spec: TypedSpec, fitted: FittedLayout)? {
        guard let (program, fitted) = program(leastPages) else { return nil }
        let (spec, _) = TypeChecker.check(names.isEmpty ? program : program.leavingOut(names))
        return spec.map { ($0, fitted) }
    }
}
