// SPDX-License-Identifier: MIT

import SpecLanguage

/// An export model as Murphi, in the dialect of Rumur.
struct MurphiPrinter {
    private let model: ExportModel
    private var names: Names
    private var lines = Lines()
    private let range = MurphiRange()

    static func text(_ model: ExportModel) throws(ExportRefusal) -> String {
        var printer = MurphiPrinter(model)
        try printer.write()
        guard !printer.range.isExceeded else {
            throw ExportRefusal(
                "numbers beyond 2^62 may be computed, which Rumur's are not",
                help: "give variables the types of smaller ranges")
        }
        return printer.lines.text
    }

    private init(_ model: ExportModel) {
        self.model = model
        names = Names(reserved: Self.reserved)
        for variable in model.variables { names.declare(variable) }
    }

    private static let reserved: Set<String> = [
        "alias", "array", "assert", "assume", "begin", "boolean", "by", "case", "clear", "const", "cover",
        "do", "else",
        "elsif", "end", "endalias", "endexists", "endfor", "endforall", "endfunction", "endif",
        "endprocedure",
        "endrecord", "endrule", "endruleset", "endstartstate", "endswitch", "endwhile", "enum", "error",
        "exists",
        "externfun", "externproc", "false", "flush", "for", "forall", "from", "function", "if", "in",
        "interleaved",
        "invariant", "isundefined", "ismember", "liveness", "log", "multiset", "multisetadd", "multisetcount",
        "multisetremove", "multisetremovepred", "none", "of", "packed", "procedure", "process", "program",
        "put",
        "record", "return", "rule", "ruleset", "scalarset", "startstate", "switch", "then", "to",
        "traceuntil", "true",
        "type", "undefine", "union", "var", "while",
    ]

    // MARK: Declarations

    private mutating func write() throws(ExportRefusal) {
        comment("\(model.title), exported by iommu-check")
        comment("rumur FILE --output MODEL.c --symmetry-reduction off --deadlock-detection off")
        for note in model.notes { comment(note) }
        lines.line("")
        lines.line("var")
        for variable in model.variables {
            let type = try self.type(variable)
            lines.line("  \(names[variable]): \(type); -- \(Names.comment(variable.comment))")
        }
        for (variable, texts) in model.locations {
            for (number, text) in texts.enumerated() {
                comment("\(names[variable]) = \(number): \(text)")
            }
        }
        lines.line("")
        for start in model.starts { writeStart(start) }
        for rule in model.rules { try write(rule) }
        for property in model.properties { try write(property) }
    }

    private mutating func comment(_ text: String) { lines.line("-- " + Names.comment(text)) }

    private func type(_ variable: ExportVariable) throws(ExportRefusal) -> String {
        guard variable.lower >= -(1 << 62), variable.upper <= 1 << 62 else {
            throw ExportRefusal("'\(variable.name)' holds numbers beyond 2^62, which Rumur's do not")
        }
        guard variable.dimensions.allSatisfy({ $0 > 0 }) else {
            throw ExportRefusal("'\(variable.name)' has no elements: Murphi has no empty arrays")
        }
        let scalar = variable.isBoolean ? "boolean" : "\(variable.lower)..\(variable.upper)"
        return variable.dimensions.reversed().reduce(scalar) { "array [0..\($1 - 1)] of \($0)" }
    }

    private mutating func writeStart(_ start: ExportModel.Start) {
        lines.line("startstate")
        lines.line("begin")
        lines.depth += 1
        for variable in model.variables {
            var inner = names
            let indices = variable.dimensions.map { _ in inner.unique("i") }
            for (index, size) in zip(indices, variable.dimensions) {
                lines.line("for \(index) : 0..\(size - 1) do")
                lines.depth += 1
            }
            let zero = variable.isBoolean ? "false" : "0"
            lines.line("\(names[variable])\(indices.map { "[\($0)]" }.joined()) := \(zero);")
            for _ in indices {
                lines.depth -= 1
                lines.line("end;")
            }
        }
        for (variable, indices, value) in start.values {
            let text = variable.isBoolean ? "true" : "\(value)"
            lines.line("\(names[variable])\(indices.map { "[\($0)]" }.joined()) := \(text);")
        }
        lines.depth -= 1
        lines.line("end;")
        lines.line("")
    }

    // MARK: Rules

    private mutating func write(_ rule: ExportModel.Rule) throws(ExportRefusal) {
        guard rule.parameters.allSatisfy({ $0.count > 0 }) else { return }
        var inner = names
        let parameters = rule.parameters.filter { $0.count > 1 }
        for parameter in parameters { inner.declare(parameter) }
        inner.declare(rule.body, [rule.guardTerm])
        var body = MurphiStatements(names: inner, range: range, depth: parameters.isEmpty ? 1 : 2)
        try body.write(rule.body)
        if !parameters.isEmpty {
            let sets = parameters.map { "\(inner[$0]) : 0..\($0.count - 1)" }
            lines.line("ruleset \(sets.joined(separator: "; ")) do")
            lines.depth += 1
        }
        lines.line("rule \"\(Names.comment(rule.name))\"")
        lines.line("  \(body.text(rule.guardTerm))")
        lines.line("==>")
        try writeTemporaries(ExportModel.temporaries(of: rule.body, [rule.guardTerm]), body)
        lines.line("begin")
        lines.append(body.lines)
        lines.line("end;")
        if !parameters.isEmpty {
            lines.depth -= 1
            lines.line("end;")
        }
        lines.line("")
    }

    private mutating func writeTemporaries(
        _ temporaries: [ExportVariable], _ body: MurphiStatements
    ) throws(ExportRefusal) {
        guard !temporaries.isEmpty || !body.counters.isEmpty else { return }
        lines.line("var")
        for variable in temporaries { lines.line("  \(body.names[variable]): \(try type(variable));") }
        for counter in body.counters { lines.line("  \(counter): 0..\(ExportStatement.endlessRounds + 1);") }
    }

    // MARK: Properties

    private mutating func write(_ property: ExportModel.Property) throws(ExportRefusal) {
        var inner = names
        inner.declare(property.statements, [property.value])
        var body = MurphiStatements(names: inner, range: range, depth: 1)
        let word = property.kind == .reachable ? "cover" : "invariant"
        var value = body.text(property.value)
        if !property.statements.isEmpty {
            body.onError = "return \(property.valueOnError ? "true" : "false");"
            try body.write(property.statements)
            body.lines.line("return \(value);")
            let function = names.unique("holds_" + property.name)
            lines.line("function \(function)(): boolean;")
            try writeTemporaries(ExportModel.temporaries(of: property.statements, [property.value]), body)
            lines.line("begin")
            lines.append(body.lines)
            lines.line("end;")
            lines.line("")
            value = "\(function)()"
        }
        lines.line("\(word) \"\(Names.comment(property.name))\"")
        lines.line("  \(value);")
        lines.line("")
    }
}

/// Whether Rumur's numbers, of 64 bits, are enough for all that is computed.
private final class MurphiRange {
    var isExceeded = false
}

/// Statements and terms of one rule or function.
private struct MurphiStatements {
    var names: Names
    let range: MurphiRange
    var lines = Lines()
    /// Of loops whose rounds are counted.
    private(set) var counters: [String] = []
    /// What a failed check does; `nil`: it is an error.
    var onError: String?

    init(names: Names, range: MurphiRange, depth: Int) {
        self.names = names
        self.range = range
        lines.depth = depth
    }

    mutating func write(_ statements: [ExportStatement]) throws(ExportRefusal) {
        for statement in statements { try write(statement) }
    }

    private mutating func block(_ statements: [ExportStatement]) throws(ExportRefusal) {
        lines.depth += 1
        try write(statements)
        lines.depth -= 1
    }

    private mutating func write(_ statement: ExportStatement) throws(ExportRefusal) {
        switch statement {
        case .assign(let variable, let indices, let value):
            lines.line("\(place(variable, indices)) := \(text(value));")
        case .check(let condition, let error):
            lines.line("if !\(text(condition)) then")
            lines.line("  " + (onError ?? "error \"\(Names.comment(error.name))\";"))
            lines.line("end;")
        case .require(let condition): lines.line("assume \(text(condition));")
        case .conditional(let condition, let then, let otherwise):
            lines.line("if \(text(condition)) then")
            try block(then)
            if !otherwise.isEmpty {
                lines.line("else")
                try block(otherwise)
            }
            lines.line("end;")
        case .forEach(let binder, let body):
            if binder.count == 0 { return }
            if binder.count == 1 { return try write(body) }
            lines.line("for \(names[binder]) : 0..\(binder.count - 1) do")
            try block(body)
            lines.line("end;")
        case .loop(let condition, let roundsMax, let body):
            guard roundsMax == nil else {
                lines.line("while \(text(condition)) do")
                try block(body)
                return lines.line("end;")
            }
            let counter = names.unique("rounds")
            counters.append(counter)
            lines.line("\(counter) := 0;")
            lines.line("while \(text(condition)) do")
            lines.line("  \(counter) := \(counter) + 1;")
            try block([.comment("a loop that does not end is an error")])
            lines.line("  if \(counter) > \(ExportStatement.endlessRounds) then")
            lines.line("    " + (onError ?? "error \"\(RunTimeErrorKind.endlessLoop.rawValue)\";"))
            lines.line("  end;")
            try block(body)
            lines.line("end;")
        case .comment(let text): lines.line("-- " + Names.comment(text))
        }
    }

    // MARK: Terms

    private func place(_ variable: ExportVariable, _ indices: [Term]) -> String {
        names[variable] + indices.map { "[\(text($0))]" }.joined()
    }

    /// In parentheses, unless it is a name or a number.
    func text(_ term: Term) -> String {
        switch term.kind {
        case .constant(let number): return number < 0 ? "(\(number))" : "\(number)"
        case .boolean(let flag): return flag ? "true" : "false"
        case .read(let variable, let indices): return place(variable, indices)
        case .bound(let binder): return names[binder]
        case .arithmetic(let operation, let left, let right):
            if term.lower < -(1 << 62) || term.upper > 1 << 62 { range.isExceeded = true }
            return "(\(text(left)) \(Self.symbol(operation)) \(text(right)))"
        case .comparison(let comparison, let left, let right):
            let symbol =
                switch comparison {
                case .equal: "="
                case .notEqual: "!="
                case .less: "<"
                case .lessOrEqual: "<="
                }
            return "(\(text(left)) \(symbol) \(text(right)))"
        case .not(let operand): return "(!\(text(operand)))"
        case .and(let left, let right): return "(\(text(left)) & \(text(right)))"
        case .or(let left, let right): return "(\(text(left)) | \(text(right)))"
        case .same(let left, let right): return "(\(text(left)) = \(text(right)))"
        case .conditional(let condition, let then, let otherwise):
            return "(\(text(condition)) ? \(text(then)) : \(text(otherwise)))"
        case .quantified(let isForall, let binder, let body):
            return
                "(\(isForall ? "forall" : "exists") \(names[binder]) : 0..\(binder.count - 1) do \(text(body)) end)"
        }
    }

    private static func symbol(_ operation: Term.Arithmetic) -> String {
        switch operation {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        case .bitAnd: "&"
        case .bitOr: "|"
        case .bitXor: "^"
        }
    }
}
