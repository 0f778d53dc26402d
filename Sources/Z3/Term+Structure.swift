// SPDX-License-Identifier: MIT

internal import CZ3

extension Term {
    /// What a term is made of.
    package enum Structure {
        /// A bit-vector or truth value of which nothing is known.
        case constant(name: String)
        case numeral(Int128)
        case truth(Bool)
        case not, all, any, implies, equal, choose
        case negate, complement
        case operation(BitOperation)
        /// The argument in more bits.
        case extended(isSigned: Bool)
        /// Some bits of the argument.
        case extract(low: Int)
        /// An uninterpreted function or predicate.
        case function(name: String)
        /// A quantifier, or an operation that is not made here.
        case other
    }

    /// Whether it is a truth value.
    package var isTruth: Bool {
        guard let sort = unsafe Z3_get_sort(context.raw, raw) else { return false }
        return unsafe Z3_get_sort_kind(context.raw, sort) == Z3_BOOL_SORT
    }

    package var arguments: [Term] {
        guard unsafe Z3_is_app(context.raw, raw), let app = unsafe Z3_to_app(context.raw, raw) else {
            return []
        }
        return (0..<(unsafe Z3_get_app_num_args(context.raw, app))).compactMap { index in
            try? unsafe context.term { unsafe Z3_get_app_arg($0, app, index) }
        }
    }

    package var structure: Structure {
        // libz3 takes `true` for a numeral too.
        if !isTruth, unsafe Z3_is_numeral_ast(context.raw, raw) {
            guard let text = unsafe Z3_get_numeral_string(context.raw, raw),
                let number = Int128(unsafe String(cString: text))
            else { return .other }
            return .numeral(number)
        }
        guard unsafe Z3_is_app(context.raw, raw), let app = unsafe Z3_to_app(context.raw, raw),
            let declaration = unsafe Z3_get_app_decl(context.raw, app)
        else { return .other }
        let kind = unsafe Z3_get_decl_kind(context.raw, declaration)
        if let operation = Self.operations[kind.rawValue] { return .operation(operation) }
        switch kind {
        case Z3_OP_TRUE: return .truth(true)
        case Z3_OP_FALSE: return .truth(false)
        case Z3_OP_NOT: return .not
        case Z3_OP_AND: return .all
        case Z3_OP_OR: return .any
        case Z3_OP_IMPLIES: return .implies
        case Z3_OP_EQ, Z3_OP_IFF: return .equal
        case Z3_OP_ITE: return .choose
        case Z3_OP_BNEG: return .negate
        case Z3_OP_BNOT: return .complement
        case Z3_OP_ZERO_EXT: return .extended(isSigned: false)
        case Z3_OP_SIGN_EXT: return .extended(isSigned: true)
        case Z3_OP_EXTRACT:
            return .extract(low: Int(unsafe Z3_get_decl_int_parameter(context.raw, declaration, 1)))
        case Z3_OP_UNINTERPRETED:
            guard let symbol = unsafe Z3_get_decl_name(context.raw, declaration),
                let text = unsafe Z3_get_symbol_string(context.raw, symbol)
            else { return .other }
            let name = unsafe String(cString: text)
            return unsafe Z3_get_app_num_args(context.raw, app) == 0
                ? .constant(name: name) : .function(name: name)
        default: return .other
        }
    }

    private static let operations: [UInt32: BitOperation] = [
        Z3_OP_BADD.rawValue: .add, Z3_OP_BSUB.rawValue: .subtract, Z3_OP_BMUL.rawValue: .multiply,
        Z3_OP_BSDIV.rawValue: .signedDivide, Z3_OP_BSREM.rawValue: .signedRemainder,
        Z3_OP_BUDIV.rawValue: .unsignedDivide, Z3_OP_BUREM.rawValue: .unsignedRemainder,
        Z3_OP_BAND.rawValue: .and, Z3_OP_BOR.rawValue: .or, Z3_OP_BXOR.rawValue: .xor,
        Z3_OP_BSHL.rawValue: .shiftLeft, Z3_OP_BLSHR.rawValue: .shiftRightLogical,
        Z3_OP_BASHR.rawValue: .shiftRightArithmetic, Z3_OP_ULT.rawValue: .unsignedLess,
        Z3_OP_ULEQ.rawValue: .unsignedLessOrEqual, Z3_OP_SLT.rawValue: .signedLess,
        Z3_OP_SLEQ.rawValue: .signedLessOrEqual,
    ]
}
