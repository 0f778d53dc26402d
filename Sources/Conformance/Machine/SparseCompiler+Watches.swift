// SPDX-License-Identifier: MIT

import Core
import Diagnostics
import SpecLanguage

extension SparseCompiler {
    private static let watchesMax = 12

    /// Code that computes what a failed condition spoke of.
    func watches(of condition: Typed.Expression) throws(NotRunnable) -> [SparseProgram.Watch] {
        let watches = try refusing { () throws(CoreRefusal) in try translator.watches(of: condition) }
        var found: [SparseProgram.Watch] = []
        func add(_ watch: SparseProgram.Watch) {
            if !found.contains(where: { $0.span == watch.span }) { found.append(watch) }
        }
        for watch in watches where found.count < Self.watchesMax {
            switch watch {
            case .bind(let parameter, let value): try store(value, in: parameter)
            case .value(let expression, let span, let type):
                guard let size = try? words(expression.kind, span) else { continue }
                let copy = allocate(size)
                move(try value(expression), to: copy, count: size)
                add(SparseProgram.Watch(span: span, type: type, register: copy, isRun: false))
            case .run(let expression, let span, let element):
                add(
                    SparseProgram.Watch(
                        span: span, type: .optional(.interval(element)), register: try value(expression),
                        isRun: true))
            }
        }
        return found
    }
}
