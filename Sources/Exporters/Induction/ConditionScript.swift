// SPDX-License-Identifier: MIT

/// Formulas without quantifiers as an SMT-LIB script: numbers, truth values, and functions for arrays. Every value that is read has a
/// name, so that a model can be asked for it.
///
/// Where nothing but sums is computed, be it modulo a word's size, numbers are integers; else words that are wide enough for all of them.
struct ConditionScript {
    private(set) var text = ""
    /// Names and widths of what is read, by identity of the term; a width of 0 is a truth value.
    private(set) var names: [ObjectIdentifier: String] = [:]
    private(set) var constants: [(name: String, width: Int?)] = []
    /// `QF_UFLIA` or `QF_UFBV`.
    var logic: String { isLinear ? "QF_UFLIA" : "QF_UFBV" }
    private var isLinear = true
    /// What is read, in order.
    private(set) var reads: [Term] = []
    private var uses: [ObjectIdentifier: Int] = [:]
    private var functions: [ExportVariable: String] = [:]
    private var used = Names(reserved: ["read", "sum", "term"])
    private var defined: [ObjectIdentifier: String] = [:]
    private var width = 2

    /// - Throws: where a number is too large for any solver.
    init(_ formulas: GroundFormulas, remarks: [String]) throws(ExportRefusal) {
        var seen: Set<ObjectIdentifier> = []
        var roots = formulas.assertions
        for root in roots { note(root, &seen) }
        let types = formulas.types(of: reads)
        for type in types { note(type, &seen) }
        roots = types + roots
        guard width <= 130 else {
            throw ExportRefusal("numbers of more than 128 bits have no place in a proof about steps")
        }
        for remark in remarks { text += "; \(Names.comment(remark))\n" }
        text += "(set-logic \(logic))\n"
        for root in roots {
            let formula = write(root)
            text += "(assert \(formula))\n"
        }
        text += "(check-sat)\n"
    }

    private mutating func note(_ root: Term, _ seen: inout Set<ObjectIdentifier>) {
        uses[ObjectIdentifier(root), default: 0] += 1
        var found: [Term] = []
        root.visit(&seen) { found.append($0) }
        for term in found {
            cover(term.lower)
            cover(term.upper)
            for part in term.parts { uses[ObjectIdentifier(part), default: 0] += 1 }
            switch term.kind {
            case .read: reads.append(term)
            case .arithmetic(let operation, let left, let right):
                switch operation {
                case .add, .subtract: break
                case .multiply:
                    isLinear = isLinear && (left.integerConstant != nil || right.integerConstant != nil)
                case .remainder where Self.wrapsOnce(left, right): break
                case .divide, .remainder, .bitAnd, .bitOr, .bitXor: isLinear = false
                }
            case .constant, .boolean, .bound, .comparison, .not, .and, .or, .same, .conditional, .quantified:
                break
            }
        }
    }

    /// Whether a remainder only brings a word that has overflowed back, as sums and differences of words do: no division is needed.
    private static func wrapsOnce(_ left: Term, _ right: Term) -> Bool {
        guard let modulus = right.integerConstant, modulus > 0 else { return false }
        return left.lower >= 0 && left.upper < 2 * modulus
    }

    private mutating func cover(_ number: Int128) {
        let size = number < 0 ? -number : number
        while width < 127, (Int128(1) << Int128(width - 2)) <= size { width += 1 }
        if size >= Term.unbounded { width = 1000 }
    }

    private func sort(_ isBoolean: Bool) -> String {
        isBoolean ? "Bool" : isLinear ? "Int" : "(_ BitVec \(width))"
    }

    // MARK: Terms

    private mutating func write(_ term: Term) -> String {
        switch term.kind {
        case .constant(let number):
            let size = number < 0 ? -number : number
            let text = isLinear ? "\(size)" : "(_ bv\(size) \(width))"
            return number >= 0 ? text : isLinear ? "(- \(text))" : "(bvneg \(text))"
        case .boolean(let flag): return flag ? "true" : "false"
        default: break
        }
        if let name = defined[ObjectIdentifier(term)] { return name }
        if case .read(let variable, let indices) = term.kind { return read(term, variable, indices) }
        let expression = expression(term)
        guard uses[ObjectIdentifier(term), default: 0] > 1 else { return expression }
        let name = "term.\(defined.count)"
        define(name, term.isBoolean, expression)
        defined[ObjectIdentifier(term)] = name
        return name
    }

    private mutating func define(_ name: String, _ isBoolean: Bool, _ expression: String) {
        text += "(declare-fun \(name) () \(sort(isBoolean)))\n(assert (= \(name) \(expression)))\n"
    }

    private mutating func read(_ term: Term, _ variable: ExportVariable, _ indices: [Term]) -> String {
        let places = indices.map { write($0) }
        let function: String
        if let known = functions[variable] {
            function = known
        } else {
            // Solvers let a declaration take the name of an operator: no operator ends so.
            function = used.unique(variable.name) + "@"
            functions[variable] = function
            let domain = indices.map { _ in sort(false) }.joined(separator: " ")
            text += "(declare-fun \(function) (\(domain)) \(sort(variable.isBoolean)))\n"
        }
        var name = function
        if !indices.isEmpty {
            name = "read.\(names.count)"
            define(name, variable.isBoolean, "(\(function) \(places.joined(separator: " ")))")
        }
        names[ObjectIdentifier(term)] = name
        constants.append((name, variable.isBoolean ? 0 : isLinear ? nil : width))
        defined[ObjectIdentifier(term)] = name
        return name
    }

    private mutating func expression(_ term: Term) -> String {
        let texts = term.parts.map { write($0) }
        let parts = texts.joined(separator: " ")
        switch term.kind {
        case .arithmetic(.remainder, let left, let right) where Self.wrapsOnce(left, right):
            let (less, minus) = isLinear ? ("<", "-") : ("bvslt", "bvsub")
            return "(let ((sum \(texts[0]))) (ite (\(less) sum \(texts[1])) sum (\(minus) sum \(texts[1]))))"
        case .arithmetic(.add, _, _) where isLinear: return "(+ \(parts))"
        case .arithmetic(.subtract, _, _) where isLinear: return "(- \(parts))"
        case .arithmetic(.multiply, _, _) where isLinear: return "(* \(parts))"
        case .arithmetic(let operation, _, _): return "(\(SMTLibTerms.name(operation)) \(parts))"
        case .comparison(.equal, _, _), .same: return "(= \(parts))"
        case .comparison(.notEqual, _, _): return "(distinct \(parts))"
        case .comparison(.less, _, _): return "(\(isLinear ? "<" : "bvslt") \(parts))"
        case .comparison(.lessOrEqual, _, _): return "(\(isLinear ? "<=" : "bvsle") \(parts))"
        case .not: return "(not \(parts))"
        case .and: return "(and \(parts))"
        case .or: return "(or \(parts))"
        case .conditional: return "(ite \(parts))"
        case .constant, .boolean, .read, .bound, .quantified:
            preconditionFailure("a leaf is no expression, and quantifiers are gone")
        }
    }
}
