// SPDX-License-Identifier: MIT

internal import CZ3

/// What makes the assertions true. Cannot be copied; gives its reference back before its context can go.
@safe package struct Model: ~Copyable {
    private let context: Context
    private let raw: Z3_model

    init(solver: Z3_solver, context: Context) throws(Z3Error) {
        self.context = context
        unsafe raw = try unsafe context.make { unsafe Z3_solver_get_model($0, solver) }
        unsafe Z3_model_inc_ref(context.raw, raw)
    }

    deinit { unsafe Z3_model_dec_ref(context.raw, raw) }

    /// The value of a term; what the model leaves open is completed.
    private func value(_ term: Term) throws(Z3Error) -> Term {
        try context.check(term.context)
        return try unsafe context.term { context in
            var result: Z3_ast?
            return unsafe Z3_model_eval(context, raw, term.raw, true, &result) ? result : nil
        }
    }

    /// The unsigned number a bit-vector stands for, or the integer; `nil` where it does not fit or the term is neither.
    package func number(_ term: Term) throws(Z3Error) -> Int128? {
        let value = try value(term)
        let kind = try unsafe context.call { unsafe Z3_get_sort_kind($0, Z3_get_sort($0, value.raw)) }
        guard kind == Z3_BV_SORT || kind == Z3_INT_SORT, unsafe Z3_is_numeral_ast(context.raw, value.raw)
        else { return nil }
        let text = try unsafe context.make { unsafe Z3_get_numeral_string($0, value.raw) }
        return Int128(unsafe String(cString: text))
    }

    /// As `number`, for words of at most 64 bits.
    package func word(_ term: Term) throws(Z3Error) -> UInt64? {
        try number(term).flatMap { UInt64(exactly: $0) }
    }

    package func bool(_ term: Term) throws(Z3Error) -> Bool? {
        let value = try value(term)
        switch try unsafe context.call({ unsafe Z3_get_bool_value($0, value.raw) }) {
        case Z3_L_TRUE: return true
        case Z3_L_FALSE: return false
        default: return nil
        }
    }
}
