// SPDX-License-Identifier: MIT

/// An export model, its steps unrolled, as SMT-LIB without quantifiers: bit vectors and truth values. It is satisfiable
/// where something is wrong after so many steps or fewer.
///
/// What is free is which option each step takes; all else is defined by it. Option 0 stays where it is, to the end.
struct SMTLibPrinter {
    private let model: ExportModel
    private var depth: Int
    private var names = Names(reserved: ["choice", "start", "term", "last", "fails", "wrong"])
    private var lines = Lines()
    private var options: [Option] = []
    private var wrong: [(name: String, term: Term)] = []
    /// The scalars of a state, as terms.
    private var scalars: [ExportVariable: [Term]] = [:]
    private var elements: [(variable: ExportVariable, name: String)] = []
    private var terms = SMTLibTerms()

    private static let optionsMax = 20_000
    private static let textMax = 256 << 20

    private struct Option {
        let title: String
        let isEnabled: Term
        let fails: Term
        /// By number of the element: what it holds afterwards, where that may be something else.
        let changes: [Int: Term]
    }

    static func text(_ model: ExportModel, depth: Int) throws(ExportRefusal) -> String {
        try SMTLibPrinter(model).text(depth: depth)
    }

    func text(depth: Int) throws(ExportRefusal) -> String {
        var printer = self
        printer.depth = depth
        try printer.write()
        return printer.lines.text
    }

    /// Bits of every number of the text.
    var width: Int { terms.width }

    /// The constants that hold a variable's scalars after so many steps.
    func constants(of variable: ExportVariable, step: Int) -> [String] {
        (scalars[variable] ?? []).compactMap { leaf in
            if case .read(let element, _) = leaf.kind { "\(element.name)@\(step)" } else { nil }
        }
    }

    init(_ model: ExportModel) throws(ExportRefusal) {
        self.model = model
        depth = 0
        for variable in model.variables {
            names.declare(variable)
            var leaves: [Term] = []
            for number in 0..<variable.count {
                let name = names[variable] + (variable.dimensions.isEmpty ? "" : ".\(number)")
                let leaf = ExportVariable(
                    name: name, role: .state, isBoolean: variable.isBoolean, lower: variable.lower,
                    upper: variable.upper)
                elements.append((leaf, name))
                leaves.append(.read(leaf))
            }
            scalars[variable] = leaves
        }
        try findOptions()
        wrong = try wrongState()
        terms.count(options.flatMap { [$0.isEnabled, $0.fails] + $0.changes.values } + wrong.map(\.term))
        for (variable, _) in elements { terms.cover(variable.lower, variable.upper) }
        guard terms.isBounded else {
            throw ExportRefusal(
                "numbers beyond 2^124 may be computed, which is not exported: their overflow is a run-time error",
                help: "give variables the types of smaller ranges")
        }
    }

    // MARK: Options

    private mutating func findOptions() throws(ExportRefusal) {
        for rule in model.rules {
            for values in try ParameterValues.all(of: rule.parameters) {
                var run = SymbolicRun(scalars, values)
                try run.require(rule.guardTerm)
                if run.isPossible.booleanConstant == false { continue }
                try run.run(rule.body)
                let isEnabled = Term.and(run.isPossible, !run.fails)
                var changes: [Int: Term] = [:]
                var number = 0
                for variable in model.variables {
                    for (old, new) in zip(scalars[variable] ?? [], run.values(of: variable)) {
                        if old !== new { changes[number] = new }
                        number += 1
                    }
                }
                let texts = rule.parameters.compactMap { values[$0]?.integerConstant.map { "\($0)" } }
                options.append(
                    Option(
                        title: "\(rule.name) (\(texts.joined(separator: ", ")))", isEnabled: isEnabled,
                        fails: run.fails, changes: changes))
                guard options.count <= Self.optionsMax else {
                    throw ExportRefusal(
                        "there are too many ways to choose for SMT-LIB",
                        help: "set a smaller scope: '--set NAME=VALUE'")
                }
            }
        }
    }

    /// Something is wrong with a state.
    private func wrongState() throws(ExportRefusal) -> [(name: String, term: Term)] {
        var found: [(name: String, term: Term)] = []
        for property in model.properties where property.kind != .reachable {
            var run = SymbolicRun(scalars)
            try run.run(property.statements)
            let value = try run.evaluate(property.value)
            found.append((property.name, !.conditional(run.fails, .boolean(property.valueOnError), value)))
        }
        return found
    }

    // MARK: Text

    private mutating func write() throws(ExportRefusal) {
        comment("\(model.title), exported by iommu-check")
        comment("sat: something is wrong after \(depth) steps or fewer; unsat: nothing is")
        for note in model.notes { comment(note) }
        for (variable, texts) in model.locations {
            for (number, text) in texts.enumerated() { comment("\(names[variable]) = \(number): \(text)") }
        }
        for (number, option) in options.enumerated() { comment("choice \(number + 1): \(option.title)") }
        lines.line("(set-logic QF_BV)")
        writeStart()
        let step = stepText()
        for number in 0..<depth {
            guard lines.text.utf8.count <= Self.textMax else {
                throw ExportRefusal("the text is larger than 256 MiB", help: "set a smaller '--depth'")
            }
            comment("step \(number)")
            lines.append(
                step.replacing("@next", with: "@\(number + 1)").replacing("@now", with: "@\(number)"))
            if number > 0 {
                lines.line(
                    "(assert (=> (= choice@\(number - 1) \(choice(0))) (= choice@\(number) \(choice(0)))))")
            }
        }
        writeQuestion(wrong)
    }

    private mutating func comment(_ text: String) { lines.line("; " + Names.comment(text)) }

    private var choiceWidth: Int { Int.bitWidth - options.count.leadingZeroBitCount + 1 }
    private func choice(_ number: Int) -> String { "(_ bv\(number) \(choiceWidth))" }

    private func sort(_ isBoolean: Bool) -> String { isBoolean ? "Bool" : "(_ BitVec \(terms.width))" }

    private func constant(_ value: Int128, _ isBoolean: Bool) -> String {
        isBoolean ? (value != 0 ? "true" : "false") : "(_ bv\(value) \(terms.width))"
    }

    private mutating func writeStart() {
        var values = [[Int128]](
            repeating: Array(repeating: 0, count: elements.count), count: model.starts.count)
        var first: [ExportVariable: Int] = [:]
        var count = 0
        for variable in model.variables {
            first[variable] = count
            count += variable.count
        }
        for (number, start) in model.starts.enumerated() {
            for (variable, indices, value) in start.values {
                let place = zip(indices, variable.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
                values[number][(first[variable] ?? 0) + place] = value
            }
        }
        if model.starts.count > 1 {
            lines.line("(declare-fun start () (_ BitVec 16))")
            lines.line("(assert (bvult start (_ bv\(model.starts.count) 16)))")
        }
        for (place, (variable, name)) in elements.enumerated() {
            var text = constant(values[0][place], variable.isBoolean)
            for number in values.indices.dropFirst() where values[number][place] != values[0][place] {
                text =
                    "(ite (= start (_ bv\(number) 16)) \(constant(values[number][place], variable.isBoolean)) \(text))"
            }
            lines.define("\(name)@0", sort(variable.isBoolean), text)
        }
    }

    /// One step, from `@now` to `@next`.
    private mutating func stepText() -> String {
        var step = Lines()
        step.line("(declare-fun choice@now () (_ BitVec \(choiceWidth)))")
        step.line("(assert (bvule choice@now \(choice(options.count))))")
        for (number, option) in options.enumerated() {
            let isEnabled = terms.text(option.isEnabled, &step)
            step.line("(assert (=> (= choice@now \(choice(number + 1))) \(isEnabled)))")
        }
        for (place, (variable, name)) in elements.enumerated() {
            var text = "\(name)@now"
            for (number, option) in options.enumerated() {
                guard let change = option.changes[place] else { continue }
                let value = terms.text(change, &step)
                text = "(ite (= choice@now \(choice(number + 1))) \(value) \(text))"
            }
            step.define("\(name)@next", sort(variable.isBoolean), text)
        }
        terms.forget()
        return step.text
    }

    private mutating func writeQuestion(_ wrong: [(name: String, term: Term)]) {
        comment("what is wrong")
        var question = Lines()
        var parts: [String] = []
        for (name, term) in wrong {
            let text = terms.text(term, &question)
            question.line("; \(Names.comment(name))")
            question.define("wrong.\(parts.count)", "Bool", text)
            parts.append("wrong.\(parts.count)")
        }
        lines.append(question.text.replacing("@now", with: "@\(depth)"))
        terms.forget()
        if depth > 0 {
            var failures = Lines()
            // The step itself has defined terms of these numbers.
            terms.prefix = "last"
            for (number, option) in options.enumerated() where option.fails.booleanConstant != false {
                let text = terms.text(option.fails, &failures)
                failures.define("fails.\(number + 1)", "Bool", text)
                parts.append("fails.\(number + 1)")
            }
            lines.append(failures.text.replacing("@now", with: "@\(depth - 1)"))
            terms.forget()
        }
        lines.line("(assert (or false \(parts.joined(separator: " "))))")
        lines.line("(check-sat)")
    }
}

extension Lines {
    /// As a constant that is what it says: solvers copy what 'define-fun' defines to wherever it is used.
    fileprivate mutating func define(_ name: String, _ sort: String, _ text: String) {
        line("(declare-fun \(name) () \(sort))")
        line("(assert (= \(name) \(text)))")
    }
}

/// Terms as SMT-LIB; what is used more than once is defined once a step.
struct SMTLibTerms {
    private var uses: [ObjectIdentifier: Int] = [:]
    private var numbers: [ObjectIdentifier: Int] = [:]
    private var defined: Set<ObjectIdentifier> = []
    private var largest: Int128 = 1
    private var kept: [Term] = []
    /// Of names of definitions.
    var prefix = "term"

    /// Bits of every number, its sign included.
    var width: Int {
        var width = 1
        while width < 127, (Int128(1) << Int128(width)) <= largest { width += 1 }
        return width + 2
    }

    /// Whether no number reaches where bounds are not followed any more.
    var isBounded: Bool { largest < Term.unbounded }

    mutating func cover(_ lower: Int128, _ upper: Int128) {
        largest = max(largest, lower < 0 ? -lower : lower, upper < 0 ? -upper : upper)
    }

    mutating func count(_ roots: [Term]) {
        kept = roots
        var seen: Set<ObjectIdentifier> = []
        for root in roots {
            uses[ObjectIdentifier(root), default: 0] += 1
            root.visit(&seen) { term in
                cover(term.lower, term.upper)
                for part in term.parts { uses[ObjectIdentifier(part), default: 0] += 1 }
            }
        }
    }

    /// What follows is another step: nothing is defined there.
    mutating func forget() { defined = [] }

    mutating func text(_ term: Term, _ lines: inout Lines) -> String {
        switch term.kind {
        case .constant(let number):
            return number < 0 ? "(bvneg (_ bv\(-number) \(width)))" : "(_ bv\(number) \(width))"
        case .boolean(let flag): return flag ? "true" : "false"
        case .read(let variable, _): return variable.name + "@now"
        default: break
        }
        let identity = ObjectIdentifier(term)
        guard uses[identity, default: 0] > 1 else { return expression(term, &lines) }
        let number = numbers[identity] ?? numbers.count
        numbers[identity] = number
        if defined.insert(identity).inserted {
            let text = expression(term, &lines)
            let sort = term.isBoolean ? "Bool" : "(_ BitVec \(width))"
            lines.define("\(prefix).\(number)@now", sort, text)
        }
        return "\(prefix).\(number)@now"
    }

    private mutating func expression(_ term: Term, _ lines: inout Lines) -> String {
        let parts = term.parts.map { text($0, &lines) }.joined(separator: " ")
        switch term.kind {
        case .arithmetic(let operation, _, _): return "(\(Self.name(operation)) \(parts))"
        case .comparison(.equal, _, _), .same: return "(= \(parts))"
        case .comparison(.notEqual, _, _): return "(distinct \(parts))"
        case .comparison(.less, _, _): return "(bvslt \(parts))"
        case .comparison(.lessOrEqual, _, _): return "(bvsle \(parts))"
        case .not: return "(not \(parts))"
        case .and: return "(and \(parts))"
        case .or: return "(or \(parts))"
        case .conditional: return "(ite \(parts))"
        case .constant, .boolean, .read, .bound, .quantified: preconditionFailure("a leaf is no expression")
        }
    }

    static func name(_ operation: Term.Arithmetic) -> String {
        switch operation {
        case .add: "bvadd"
        case .subtract: "bvsub"
        case .multiply: "bvmul"
        case .divide: "bvsdiv"
        case .remainder: "bvsrem"
        case .bitAnd: "bvand"
        case .bitOr: "bvor"
        case .bitXor: "bvxor"
        }
    }
}
