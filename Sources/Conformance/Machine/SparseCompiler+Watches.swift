// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

extension SparseCompiler {
    /// Code that computes what a failed condition spoke of.
    func watches(_ condition: Typed.Expression) throws(NotRunnable) -> [SparseProgram.Watch] {
        var found: [SparseProgram.Watch] = []
        try watch(condition, &found)
        return found
    }

    private func watch(
        _ expression: Typed.Expression, _ found: inout [SparseProgram.Watch]
    ) throws(NotRunnable) {
        guard found.count < 12 else { return }
        switch expression.kind {
        case .literal: return
        case .unary(_, let operand), .convert(let operand): try watch(operand, &found)
        case .binary(_, let left, let right):
            try watch(left, &found)
            try watch(right, &found)
        case .interval(let first, let last):
            try watch(first, &found)
            try watch(last, &found)
        case .conditional(let test, _, _): try watch(test, &found)
        case .optionalBinding(_, let value, _, _): try watch(value, &found)
        case .method(let method, let base, let arguments):
            guard case .set(let element) = base.type else {
                try watch(base, &found)
                for argument in arguments { try watch(argument, &found) }
                return
            }
            for argument in arguments { try watch(argument, &found) }
            let range = try arguments.first.map { argument throws(NotRunnable) in try self.range(argument) }
            let run = allocate(3)
            let (sets, key) = try setPlace(base)
            let whole = range ?? constant([0, .max])
            emit(method == .highestRun ? .setHighestRun : .setLowestRun, run, sets, key, whole)
            add(
                SparseProgram.Watch(
                    span: base.span, type: .optional(.interval(element)), register: run, isRun: true), &found)
        case .call(let function, let arguments):
            for argument in arguments { try watch(argument, &found) }
            guard function.definition.body.statements.count == 1,
                case .returnValue(let body?)? = function.definition.body.statements.first?.kind
            else { return }
            for (parameter, argument) in zip(function.parameters, arguments) {
                try move(
                    try value(argument), to: try place(of: parameter),
                    count: try words(parameter.type, parameter.span))
            }
            try watch(body, &found)
        case .variable(let variable):
            if case .set = variable.type { return }
            add(
                SparseProgram.Watch(
                    span: expression.span, type: expression.type, register: try value(expression),
                    isRun: false), &found)
        case .element, .field:
            guard (try? words(expression.type, expression.span)) != nil else { return }
            let size = try words(expression.type, expression.span)
            let copy = allocate(size)
            try move(try value(expression), to: copy, count: size)
            add(
                SparseProgram.Watch(
                    span: expression.span, type: expression.type, register: copy, isRun: false), &found)
        case .quantifier, .listQuantifier, .record, .list: return
        }
    }

    private func add(_ watch: SparseProgram.Watch, _ found: inout [SparseProgram.Watch]) {
        if !found.contains(where: { $0.span == watch.span }) { found.append(watch) }
    }
}
