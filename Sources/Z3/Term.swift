internal import CZ3

/// A formula or a bit-vector: a plain value. It keeps its context alive, and the context its AST. Equal
/// terms are the same AST.
package struct Term: Hashable {
    let raw: Z3_ast
    let context: Context

    package static func == (left: Term, right: Term) -> Bool { left.raw == right.raw }
    package func hash(into hasher: inout Hasher) { hasher.combine(raw) }

    /// SMT-LIB text.
    package var description: String { String(cString: Z3_ast_to_string(context.raw, raw)) }

    /// Number of bits; 0 for a truth value.
    package var width: Int {
        guard let sort = Z3_get_sort(context.raw, raw), Z3_get_sort_kind(context.raw, sort) == Z3_BV_SORT
        else {
            return 0
        }
        return Int(Z3_get_bv_sort_size(context.raw, sort))
    }
}

// MARK: - Truth values

extension Term {
    package func not() throws(Z3Error) -> Term { try context.term { Z3_mk_not($0, raw) } }
    package func implies(_ other: Term) throws(Z3Error) -> Term {
        try context.term { Z3_mk_implies($0, raw, other.raw) }
    }
    package func equals(_ other: Term) throws(Z3Error) -> Term {
        try context.term { Z3_mk_eq($0, raw, other.raw) }
    }
    package func choose(_ then: Term, else otherwise: Term) throws(Z3Error) -> Term {
        try context.term { Z3_mk_ite($0, raw, then.raw, otherwise.raw) }
    }

    package static func all(_ terms: [Term], in context: Context) throws(Z3Error) -> Term {
        let raws: [Z3_ast?] = terms.map(\.raw)
        return try context.term { context in
            raws.withUnsafeBufferPointer { Z3_mk_and(context, UInt32($0.count), $0.baseAddress) }
        }
    }

    package static func any(_ terms: [Term], in context: Context) throws(Z3Error) -> Term {
        let raws: [Z3_ast?] = terms.map(\.raw)
        return try context.term { context in
            raws.withUnsafeBufferPointer { Z3_mk_or(context, UInt32($0.count), $0.baseAddress) }
        }
    }
}

// MARK: - Bit-vectors

extension Term {
    /// Operations of two bit-vectors of one width.
    package enum BitOperation: Sendable {
        case add, subtract, multiply, signedDivide, signedRemainder, unsignedDivide, unsignedRemainder
        case and, or, xor, shiftLeft, shiftRightLogical
        case unsignedLess, unsignedLessOrEqual, signedLess, signedLessOrEqual
    }

    package func apply(_ operation: BitOperation, _ other: Term) throws(Z3Error) -> Term {
        let make: (Z3_context?, Z3_ast?, Z3_ast?) -> Z3_ast? =
            switch operation {
            case .add: Z3_mk_bvadd
            case .subtract: Z3_mk_bvsub
            case .multiply: Z3_mk_bvmul
            case .signedDivide: Z3_mk_bvsdiv
            case .signedRemainder: Z3_mk_bvsrem
            case .unsignedDivide: Z3_mk_bvudiv
            case .unsignedRemainder: Z3_mk_bvurem
            case .and: Z3_mk_bvand
            case .or: Z3_mk_bvor
            case .xor: Z3_mk_bvxor
            case .shiftLeft: Z3_mk_bvshl
            case .shiftRightLogical: Z3_mk_bvlshr
            case .unsignedLess: Z3_mk_bvult
            case .unsignedLessOrEqual: Z3_mk_bvule
            case .signedLess: Z3_mk_bvslt
            case .signedLessOrEqual: Z3_mk_bvsle
            }
        return try context.term { make($0, raw, other.raw) }
    }

    package func negated() throws(Z3Error) -> Term { try context.term { Z3_mk_bvneg($0, raw) } }
    package func complemented() throws(Z3Error) -> Term { try context.term { Z3_mk_bvnot($0, raw) } }

    /// The same number in `count` more bits.
    package func extended(by count: Int, isSigned: Bool) throws(Z3Error) -> Term {
        if count == 0 { return self }
        return try context.term {
            isSigned ? Z3_mk_sign_ext($0, UInt32(count), raw) : Z3_mk_zero_ext($0, UInt32(count), raw)
        }
    }

    package func low(_ width: Int) throws(Z3Error) -> Term {
        if width == self.width { return self }
        return try context.term { Z3_mk_extract($0, UInt32(width - 1), 0, raw) }
    }
}
