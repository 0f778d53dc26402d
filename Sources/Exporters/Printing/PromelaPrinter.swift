// SPDX-License-Identifier: MIT

import SpecLanguage

/// An export model as Promela without embedded C: one process, whose every option is one indivisible transition.
///
/// Parameters are constants: each option stands for one choice of them. Temporaries are hidden, so that they are no
/// part of the state.
struct PromelaPrinter {
    private let model: ExportModel
    private var names: Names
    private var lines = Lines()
    private var optionCount = 0

    private static let optionsMax = 20_000
    private static let textMax = 64 << 20

    static func text(_ model: ExportModel) throws(ExportRefusal) -> String {
        var printer = PromelaPrinter(model)
        try printer.write()
        return printer.lines.text
    }

    private init(_ model: ExportModel) {
        self.model = model
        let flags = model.properties.indices.map { "reached_\($0)" }
        names = Names(reserved: Self.reserved.union(flags), isLowercase: true)
        for variable in model.variables { names.declare(variable) }
    }

    /// Of Promela, of the C that SPIN makes of it, and of what it gives to the preprocessor.
    private static let reserved: Set<String> = [
        "active", "assert", "atomic", "bit", "bool", "break", "byte", "c_code", "c_decl", "c_expr", "c_state",
        "c_track",
        "chan", "d_step", "d_proctype", "do", "else", "empty", "enabled", "eval", "false", "fi", "for",
        "full", "get_priority",
        "goto", "hidden", "if", "in", "init", "inline", "int", "len", "local", "ltl", "mtype", "nempty",
        "never", "nfull",
        "notrace", "np_", "od", "of", "pc_value", "pid", "print", "printf", "printm", "priority", "proctype",
        "provided",
        "return", "run", "select", "set_priority", "short", "show", "skip", "timeout", "trace", "true",
        "typedef",
        "unless", "unsigned", "xr", "xs", "nr_pr", "last", "stdin", "stdvar", "always", "eventually", "until",
        "weakuntil",
        "stronguntil", "next", "release", "implies", "equivalent", "u", "v", "w", "x", "auto", "case", "char",
        "const",
        "continue", "default", "double", "enum", "extern", "float", "long", "main", "register", "signed",
        "sizeof", "static",
        "struct", "switch", "union", "void", "volatile", "while", "now", "state", "unix", "linux", "safety",
        "noreduce",
        "maxseq0", "minseq0", "rand", "uchar", "uint", "ulong", "ushort", "wasnew",
    ]

    // MARK: Declarations

    private mutating func write() throws(ExportRefusal) {
        comment("\(model.title), exported by iommu-check")
        lines.line("/* spin -a FILE; gcc -O2 -DSAFETY -DNOREDUCE pan.c -o pan; ./pan -m10000000 */")
        comment(
            "a state is too large for SPIN: -DVECTORSZ=4096; a property is looked for: spin -DREACHED_0 -a FILE"
        )
        for note in model.notes { comment(note) }
        for (variable, texts) in model.locations {
            for (number, text) in texts.enumerated() { comment("\(names[variable]) = \(number): \(text)") }
        }
        lines.line("")
        for variable in model.variables { try declare(variable) }
        lines.line("")
        // Hidden variables are declared before they are used, and known after.
        var pool = PromelaPool(names: names)
        var process = Lines()
        process.depth = 1
        try writeRules(&pool, &process)
        try writeProperties(&pool, &process)
        writeReads(&process)
        if !pool.declarations.isEmpty {
            comment("SPIN's breadth-first search takes no hidden variables: spin -DBREADTH_FIRST")
            lines.line("#ifdef BREADTH_FIRST")
            lines.line("#define hidden")
            lines.line("#endif")
        }
        for (name, type) in pool.declarations { lines.line("hidden \(type) \(name);") }
        lines.line("")
        lines.line("init {")
        if model.starts.count > 1 { writeStarts() }
        lines.line("  do")
        lines.append(process)
        lines.line("  od")
        lines.line("}")
    }

    private mutating func comment(_ text: String) { lines.line("/* " + Names.comment(text) + " */") }

    static func type(_ variable: ExportVariable) throws(ExportRefusal) -> String {
        guard variable.dimensions.allSatisfy({ $0 > 0 }) else {
            throw ExportRefusal("'\(variable.name)' has no elements: Promela has no empty arrays")
        }
        if variable.lower >= 0, variable.upper <= 255 { return "byte" }
        if variable.lower >= -32768, variable.upper <= 32767 { return "short" }
        guard variable.lower >= Int128(Int32.min), variable.upper <= Int128(Int32.max) else {
            throw ExportRefusal(
                "'\(variable.name)' holds numbers of more than 32 bits, which Promela's do not")
        }
        return "int"
    }

    private mutating func declare(_ variable: ExportVariable) throws(ExportRefusal) {
        let type = variable.isBoolean ? "bool" : try Self.type(variable)
        var values = [Int128](repeating: 0, count: variable.count)
        if model.starts.count == 1 {
            for (other, indices, value) in model.starts[0].values where other == variable {
                values[Self.flat(indices, variable)] = value
            }
        }
        let name = names[variable]
        let note = "/* \(Names.comment(variable.comment)) */"
        if variable.dimensions.isEmpty { return lines.line("\(type) \(name) = \(values[0]); \(note)") }
        let first = values.allSatisfy { $0 == values[0] }
        let text = first ? "\(values[0])" : "{ \(values.map { "\($0)" }.joined(separator: ", ")) }"
        lines.line("\(type) \(name)[\(values.count)] = \(text); \(note)")
    }

    private static func flat(_ indices: [Int], _ variable: ExportVariable) -> Int {
        zip(indices, variable.dimensions).reduce(0) { $0 * $1.1 + $1.0 }
    }

    private mutating func writeStarts() {
        comment("one more state than there are: the one before the choice")
        lines.line("  if")
        for start in model.starts {
            let assignments = start.values.map { variable, indices, value in
                let place = indices.isEmpty ? "" : "[\(Self.flat(indices, variable))]"
                return "\(names[variable])\(place) = \(value)"
            }
            lines.line("  :: d_step { true -> \((assignments + ["skip"]).joined(separator: "; ")) }")
        }
        lines.line("  fi;")
    }

    // MARK: Options

    private mutating func writeRules(_ pool: inout PromelaPool, _ process: inout Lines) throws(ExportRefusal)
    {
        for rule in model.rules {
            process.line("/* \(Names.comment(rule.name)) */")
            for values in try ParameterValues.all(of: rule.parameters) {
                var substitution = Substitution(binders: values)
                let condition = substitution.apply(rule.guardTerm)
                if condition.booleanConstant == false { continue }
                optionCount += 1
                guard optionCount <= Self.optionsMax, process.text.utf8.count <= Self.textMax else {
                    throw ExportRefusal(
                        "there are too many ways to choose for Promela, in which each is an option of its own",
                        help: "set a smaller scope: '--set NAME=VALUE'")
                }
                let body = ExportStatement.applying(&substitution, to: rule.body)
                var statements = PromelaStatements(pool: pool, depth: 2)
                try statements.writeTransition(body)
                process.line(":: d_step { \(try statements.text(condition)) ->")
                process.append(statements.lines)
                statements.pool.writeReset(&process)
                process.line("}")
                pool = statements.pool
                pool.release()
            }
        }
    }

    private mutating func writeProperties(
        _ pool: inout PromelaPool, _ process: inout Lines
    ) throws(ExportRefusal) {
        var reachedCount = 0
        for (number, property) in model.properties.enumerated() {
            var statements = PromelaStatements(pool: pool, depth: 2)
            let end = names.unique("done_\(number)_\(property.name)")
            statements.onError = property.kind == .invariant ? nil : end
            try statements.write(property.statements)
            let isReached = property.kind == .reachable
            let value = try statements.text(isReached ? !property.value : property.value)
            statements.lines.line("assert(\(value));")
            statements.lines.line("\(end): skip")
            if isReached {
                process.line("/* fails where it is reached: \(Names.comment(property.name)) */")
                process.line("#ifdef REACHED_\(reachedCount)")
                reachedCount += 1
            } else {
                process.line("/* \(Names.comment(property.name)) */")
            }
            process.line(":: d_step { true ->")
            process.append(statements.lines)
            statements.pool.writeReset(&process)
            process.line("}")
            if isReached { process.line("#endif") }
            pool = statements.pool
            pool.release()
        }
    }

    /// SPIN leaves out of a state what nothing reads: here everything is read, by an option that is never taken.
    private func writeReads(_ process: inout Lines) {
        process.line("/* reads everything: SPIN hides what nothing reads */")
        let reads = model.variables.map { variable in
            "\(names[variable])\(variable.dimensions.isEmpty ? "" : "[0]") == 0"
        }
        process.line(":: d_step { (\((["false"] + reads).joined(separator: " && "))) -> skip }")
    }
}

/// Hidden variables, used again from option to option.
private struct PromelaPool {
    private(set) var names: Names
    private(set) var declarations: [(name: String, type: String)] = []
    private var unused: [String: [String]] = [:]
    private var used: [(kind: String, name: String)] = []
    private(set) var variables: [ExportVariable: String] = [:]
    private(set) var binders: [Binder: String] = [:]

    init(names: Names) { self.names = names }

    func state(_ variable: ExportVariable) -> String { names[variable] }

    mutating func take(_ type: String, count: Int?) -> String {
        let kind = type + (count.map { "[\($0)]" } ?? "")
        if let name = unused[kind]?.popLast() {
            used.append((kind, name))
            return name
        }
        let name = names.unique("tmp_\(type)")
        declarations.append((name + (count.map { "[\($0)]" } ?? ""), type))
        used.append((kind, name))
        return name
    }

    mutating func temporary(_ variable: ExportVariable) throws(ExportRefusal) -> String {
        if let name = variables[variable] { return name }
        let name = take(
            try PromelaPrinter.type(variable), count: variable.dimensions.isEmpty ? nil : variable.count)
        variables[variable] = name
        return name
    }

    mutating func counter(_ binder: Binder) -> String {
        if let name = binders[binder] { return name }
        let name = take("int", count: nil)
        binders[binder] = name
        return name
    }

    /// Where they are not hidden, what the option's variables hold at its end would tell states apart.
    func writeReset(_ process: inout Lines) {
        if used.isEmpty { return }
        process.line("#ifdef BREADTH_FIRST")
        for (kind, name) in used {
            guard let bracket = kind.firstIndex(of: "["),
                let count = Int(kind[bracket...].dropFirst().dropLast())
            else {
                process.line("; \(name) = 0")
                continue
            }
            for index in 0..<count { process.line("; \(name)[\(index)] = 0") }
        }
        process.line("#endif")
    }

    /// The option is written: its variables may be used again.
    mutating func release() {
        for (kind, name) in used { unused[kind, default: []].append(name) }
        used = []
        variables = [:]
        binders = [:]
    }
}

/// Statements and terms of one option.
private struct PromelaStatements {
    var pool: PromelaPool
    var lines = Lines()
    /// The label that a failed check goes to; `nil`: it is an error.
    var onError: String?

    init(pool: PromelaPool, depth: Int) {
        self.pool = pool
        lines.depth = depth
    }

    /// A transition whose requirements may fail half-way: what was written is then taken back, so that nothing changes.
    mutating func writeTransition(_ statements: [ExportStatement]) throws(ExportRefusal) {
        let last = statements.lastIndex { if case .require = $0 { true } else { false } } ?? 0
        var saved: [(variable: ExportVariable, copy: String)] = []
        ExportStatement.visit(Array(statements[..<last])) { statement in
            if case .assign(let variable, _, _) = statement, variable.role == .state,
                !saved.contains(where: { $0.variable == variable })
            {
                saved.append((variable, ""))
            }
        }
        for (number, entry) in saved.enumerated() {
            let variable = entry.variable
            saved[number].copy = pool.take(
                try PromelaPrinter.type(variable), count: variable.dimensions.isEmpty ? nil : variable.count)
            writeCopy(variable, from: pool.state(variable), to: saved[number].copy)
        }
        try writeTransition(statements[...], saved)
        lines.line("skip")
    }

    private mutating func writeTransition(
        _ statements: ArraySlice<ExportStatement>, _ saved: [(variable: ExportVariable, copy: String)]
    ) throws(ExportRefusal) {
        guard let first = statements.first else { return }
        guard case .require(let condition) = first else {
            try write(first)
            return try writeTransition(statements.dropFirst(), saved)
        }
        lines.line("if")
        lines.line(":: \(try text(condition)) ->")
        lines.depth += 1
        try writeTransition(statements.dropFirst(), saved)
        lines.line("skip")
        lines.depth -= 1
        lines.line(":: else ->")
        lines.depth += 1
        for (variable, copy) in saved { writeCopy(variable, from: copy, to: pool.state(variable)) }
        lines.line("skip")
        lines.depth -= 1
        lines.line("fi;")
    }

    private mutating func writeCopy(_ variable: ExportVariable, from source: String, to target: String) {
        if variable.dimensions.isEmpty { return lines.line("\(target) = \(source);") }
        for number in 0..<variable.count { lines.line("\(target)[\(number)] = \(source)[\(number)];") }
    }

    mutating func write(_ statements: [ExportStatement]) throws(ExportRefusal) {
        for statement in statements { try write(statement) }
    }

    private mutating func block(_ statements: [ExportStatement]) throws(ExportRefusal) {
        lines.depth += 1
        try write(statements)
        lines.line("skip")
        lines.depth -= 1
    }

    private mutating func write(_ statement: ExportStatement) throws(ExportRefusal) {
        switch statement {
        case .assign(let variable, let indices, let value):
            lines.line("\(try place(variable, indices)) = \(try text(value));")
        case .check(let condition, let error):
            guard let onError else {
                return lines.line("assert(\(try text(condition))); /* \(Names.comment(error.name)) */")
            }
            lines.line("if :: \(try text(!condition)) -> goto \(onError) :: else -> skip fi;")
        case .require: preconditionFailure("requirements are not nested")
        case .conditional(let condition, let then, let otherwise):
            lines.line("if")
            lines.line(":: \(try text(condition)) ->")
            try block(then)
            lines.line(":: else ->")
            try block(otherwise)
            lines.line("fi;")
        case .forEach(let binder, let body):
            if binder.count == 0 { return }
            if binder.count == 1 { return try write(body) }
            let counter = pool.counter(binder)
            lines.line("\(counter) = 0;")
            lines.line("do")
            lines.line(":: (\(counter) < \(binder.count)) ->")
            try block(body)
            lines.line("  ; \(counter) = \(counter) + 1")
            lines.line(":: else -> break")
            lines.line("od;")
        case .loop(let condition, let roundsMax, let body):
            let counter = roundsMax == nil ? pool.take("int", count: nil) : nil
            if let counter { lines.line("\(counter) = 0;") }
            lines.line("do")
            lines.line(":: \(try text(condition)) ->")
            if let counter {
                lines.line("  \(counter) = \(counter) + 1;")
                lines.line("  assert(\(counter) <= \(ExportStatement.endlessRounds)); /* endless_loop */")
            }
            try block(body)
            lines.line(":: else -> break")
            lines.line("od;")
        case .comment(let text): lines.line("/* " + Names.comment(text) + " */")
        }
    }

    // MARK: Terms

    private mutating func place(_ variable: ExportVariable, _ indices: [Term]) throws(ExportRefusal) -> String
    {
        let name = variable.role == .state ? pool.state(variable) : try pool.temporary(variable)
        if variable.dimensions.isEmpty { return name }
        let flat = zip(indices, variable.dimensions).reduce(Term.constant(0)) {
            .add(.multiply($0, .constant($1.1)), $1.0)
        }
        return "\(name)[\(try text(flat))]"
    }

    /// In parentheses, unless it is a name or a number.
    mutating func text(_ term: Term) throws(ExportRefusal) -> String {
        guard term.lower >= Int128(Int32.min), term.upper <= Int128(Int32.max) else {
            throw ExportRefusal("a number of more than 32 bits is computed, which Promela does not do")
        }
        switch term.kind {
        case .constant(let number): return number < 0 ? "(\(number))" : "\(number)"
        case .boolean(let flag): return flag ? "true" : "false"
        case .read(let variable, let indices): return try place(variable, indices)
        case .bound(let binder): return pool.counter(binder)
        case .arithmetic(let operation, let left, let right):
            return "(\(try text(left)) \(Self.symbol(operation)) \(try text(right)))"
        case .comparison(let comparison, let left, let right):
            let symbol =
                switch comparison {
                case .equal: "=="
                case .notEqual: "!="
                case .less: "<"
                case .lessOrEqual: "<="
                }
            return "(\(try text(left)) \(symbol) \(try text(right)))"
        case .not(let operand): return "(!\(try text(operand)))"
        case .and(let left, let right): return "(\(try text(left)) && \(try text(right)))"
        case .or(let left, let right): return "(\(try text(left)) || \(try text(right)))"
        case .same(let left, let right): return "(\(try text(left)) == \(try text(right)))"
        case .conditional(let condition, let then, let otherwise):
            return "(\(try text(condition)) -> \(try text(then)) : \(try text(otherwise)))"
        case .quantified(let isForall, let binder, let body):
            guard binder.count * min(body.size, 1 << 24) <= 1 << 22 else {
                throw ExportRefusal(
                    "a quantifier over \(binder.count) values is too large for Promela, which has none")
            }
            let parts = (0..<binder.count).map { value in
                var substitution = Substitution(binders: [binder: .constant(value)])
                return substitution.apply(body)
            }
            return try text(isForall ? .and(parts) : .or(parts))
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
