// SPDX-License-Identifier: MIT

package import TransitionSystem

/// A spec as the text of another checker.
package enum Exporter {
    package enum Target: String, CaseIterable, Sendable {
        case murphi
        case promela
        case smtlib
    }

    /// - Throws: `ExportRefusal` where the text would not mean the same.
    package static func text(
        of system: TransitionSystem, for target: Target, depth: Int = 10
    ) throws(ExportRefusal) -> String {
        do {
            let model = try SystemLowering(system).lower()
            switch target {
            case .murphi: return try MurphiPrinter.text(model)
            case .promela: return try PromelaPrinter.text(model)
            case .smtlib: return try SMTLibPrinter.text(model, depth: depth)
            }
        } catch let refusal as ExportRefusal {
            throw refusal
        } catch {
            preconditionFailure("lowering throws refusals only: \(error)")
        }
    }
}
