// SPDX-License-Identifier: MIT

internal import CZ3

/// A formula or a bit-vector: a plain value. It keeps its context alive, and the context its AST. Equal terms are the same AST.
@safe package struct Term: Hashable {
    let raw: Z3_ast
    package let context: Context

    package static func == (left: Term, right: Term) -> Bool { unsafe left.raw == right.raw }
    package func hash(into hasher: inout Hasher) { unsafe hasher.combine(raw) }

    /// SMT-LIB text.
    package var description: String {
        unsafe Z3_ast_to_string(context.raw, raw).map { unsafe String(cString: $0) } ?? ""
    }

    /// Number of bits; 0 for a truth value.
    package var width: Int {
        guard let sort = unsafe Z3_get_sort(context.raw, raw),
            unsafe Z3_get_sort_kind(context.raw, sort) == Z3_BV_SORT
        else { return 0 }
        return Int(unsafe Z3_get_bv_sort_size(context.raw, sort))
    }

    private func unary(_ body: (Z3_context, Z3_ast) -> Z3_ast?) throws(Z3Error) -> Term {
        try unsafe context.term { unsafe body($0, raw) }
    }

    private func binary(
        _ other: Term, _ body: (Z3_context?, Z3_ast?, Z3_ast?) -> Z3_ast?
    ) throws(Z3Error) -> Term {
        try context.check(other.context)
        return try unsafe context.term { unsafe body($0, raw, other.raw) }
    }

    /// For calls that take an array of terms.
    static func withRaws(
        _ terms: [Term], in context: Context, _ body: (Z3_context, UnsafeBufferPointer<Z3_ast?>) -> Z3_ast?
    ) throws(Z3Error) -> Term {
        var raws: [Z3_ast?] = unsafe []
        for term in terms {
            try context.check(term.context)
            unsafe raws.append(term.raw)
        }
        return try unsafe context.term { context in
            unsafe raws.withUnsafeBufferPointer { unsafe body(context, $0) }
        }
    }
}

// MARK: - Truth values

extension Term {
    package func not() throws(Z3Error) -> Term { try unsafe unary { unsafe Z3_mk_not($0, $1) } }
    package func implies(_ other: Term) throws(Z3Error) -> Term { try unsafe binary(other, Z3_mk_implies) }
    package func equals(_ other: Term) throws(Z3Error) -> Term { try unsafe binary(other, Z3_mk_eq) }

    /// `if self { then } else { otherwise }`, of any one sort.
    package func choose(_ then: Term, else otherwise: Term) throws(Z3Error) -> Term {
        try context.check(then.context)
        try context.check(otherwise.context)
        return try unsafe context.term { unsafe Z3_mk_ite($0, raw, then.raw, otherwise.raw) }
    }

    package static func all(_ terms: [Term], in context: Context) throws(Z3Error) -> Term {
        if terms.count == 1 { return terms[0] }
        return try unsafe withRaws(terms, in: context) {
            unsafe Z3_mk_and($0, UInt32($1.count), $1.baseAddress)
        }
    }

    package static func any(_ terms: [Term], in context: Context) throws(Z3Error) -> Term {
        if terms.count == 1 { return terms[0] }
        return try unsafe withRaws(terms, in: context) {
            unsafe Z3_mk_or($0, UInt32($1.count), $1.baseAddress)
        }
    }
}

// MARK: - Bit-vectors

extension Term {
    /// Operations of two bit-vectors of one width.
    package enum BitOperation: Sendable {
        case add, subtract, multiply, signedDivide, signedRemainder, unsignedDivide, unsignedRemainder
        case and, or, xor, shiftLeft, shiftRightLogical, shiftRightArithmetic
        case unsignedLess, unsignedLessOrEqual, signedLess, signedLessOrEqual
    }

    package func apply(_ operation: BitOperation, _ other: Term) throws(Z3Error) -> Term {
        switch operation {
        case .add: try unsafe binary(other, Z3_mk_bvadd)
        case .subtract: try unsafe binary(other, Z3_mk_bvsub)
        case .multiply: try unsafe binary(other, Z3_mk_bvmul)
        case .signedDivide: try unsafe binary(other, Z3_mk_bvsdiv)
        case .signedRemainder: try unsafe binary(other, Z3_mk_bvsrem)
        case .unsignedDivide: try unsafe binary(other, Z3_mk_bvudiv)
        case .unsignedRemainder: try unsafe binary(other, Z3_mk_bvurem)
        case .and: try unsafe binary(other, Z3_mk_bvand)
        case .or: try unsafe binary(other, Z3_mk_bvor)
        case .xor: try unsafe binary(other, Z3_mk_bvxor)
        case .shiftLeft: try unsafe binary(other, Z3_mk_bvshl)
        case .shiftRightLogical: try unsafe binary(other, Z3_mk_bvlshr)
        case .shiftRightArithmetic: try unsafe binary(other, Z3_mk_bvashr)
        case .unsignedLess: try unsafe binary(other, Z3_mk_bvult)
        case .unsignedLessOrEqual: try unsafe binary(other, Z3_mk_bvule)
        case .signedLess: try unsafe binary(other, Z3_mk_bvslt)
        case .signedLessOrEqual: try unsafe binary(other, Z3_mk_bvsle)
        }
    }

    package func negated() throws(Z3Error) -> Term { try unsafe unary { unsafe Z3_mk_bvneg($0, $1) } }
    package func complemented() throws(Z3Error) -> Term { try unsafe unary { unsafe Z3_mk_bvnot($0, $1) } }

    /// The same number in `count` more bits.
    package func extended(by count: Int, isSigned: Bool) throws(Z3Error) -> Term {
        if count == 0 { return self }
        guard let bits = UInt32(exactly: count) else {
            throw Z3Error(description: "a bit-vector cannot grow by \(count) bits")
        }
        return try unsafe unary {
            unsafe isSigned ? Z3_mk_sign_ext($0, bits, $1) : Z3_mk_zero_ext($0, bits, $1)
        }
    }

    /// The low `width` bits.
    package func low(_ width: Int) throws(Z3Error) -> Term {
        if width == self.width { return self }
        guard width >= 1, width < self.width else {
            throw Z3Error(description: "there are no low \(width) bits of \(self.width)")
        }
        return try unsafe unary { unsafe Z3_mk_extract($0, UInt32(width - 1), 0, $1) }
    }
}

// MARK: - Quantifiers

extension Term {
    package enum Quantifier: Sendable { case forAll, exists }

    /// Closes `body` over `variables`, which are fresh constants.
    ///
    /// - Parameter patterns: terms over the variables; the solver instantiates where something looks like one of them.
    package static func quantified(
        _ quantifier: Quantifier, _ variables: [Term], patterns: [Term] = [], body: Term
    ) throws(Z3Error) -> Term {
        let context = body.context
        var bound: [Z3_app?] = unsafe []
        for variable in variables {
            try context.check(variable.context)
            guard unsafe Z3_is_app(context.raw, variable.raw) else {
                throw Z3Error(description: "a quantifier binds constants, not '\(variable.description)'")
            }
            unsafe bound.append(Z3_to_app(context.raw, variable.raw))
        }
        var made: [Z3_pattern?] = unsafe []
        for pattern in patterns {
            try context.check(pattern.context)
            var term: Z3_ast? = unsafe pattern.raw
            let raw = try unsafe context.make { unsafe Z3_mk_pattern($0, 1, &term) }
            unsafe made.append(raw)
            // The pattern's only owner until the quantifier holds it.
            unsafe Z3_inc_ref(context.raw, Z3_pattern_to_ast(context.raw, raw))
        }
        defer {
            unsafe made.forEach { pattern in
                unsafe Z3_dec_ref(context.raw, Z3_pattern_to_ast(context.raw, pattern))
            }
        }
        return try unsafe context.term { raw in
            unsafe bound.withUnsafeBufferPointer { bound in
                unsafe made.withUnsafeBufferPointer { made in
                    unsafe Z3_mk_quantifier_const(
                        raw, quantifier == .forAll, 1, UInt32(bound.count), bound.baseAddress,
                        UInt32(made.count),
                        made.baseAddress, body.raw)
                }
            }
        }
    }
}
