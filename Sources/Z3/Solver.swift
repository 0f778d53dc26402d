internal import CZ3

/// A solver with its assertions. Cannot be copied; gives its reference back before its context can go.
package struct Solver: ~Copyable {
    private let context: Context
    private let raw: Z3_solver

    package enum Answer: ~Copyable {
        case unsatisfiable
        case satisfiable(Model)
        /// Also after a time-out: never a verdict.
        case unknown(String)
    }

    /// - Parameter millisecondsMax: for each `check`.
    package init(_ context: Context, millisecondsMax: Int) throws(Z3Error) {
        // Without quantifiers everything becomes propositional, which is far faster than the general solver.
        let made = try context.call { Z3_mk_solver_for_logic($0, Z3_mk_string_symbol($0, "QF_UFBV")) }
        guard let made else { throw Z3Error(description: "libz3 gave no solver") }
        // Before any other call: libz3 frees what nobody refers to.
        Z3_solver_inc_ref(context.raw, made)
        let parameters = Z3_mk_params(context.raw)
        Z3_params_inc_ref(context.raw, parameters)
        defer { Z3_params_dec_ref(context.raw, parameters) }
        Z3_params_set_uint(
            context.raw, parameters, Z3_mk_string_symbol(context.raw, "timeout"),
            UInt32(clamping: millisecondsMax))
        Z3_params_set_uint(context.raw, parameters, Z3_mk_string_symbol(context.raw, "random_seed"), 0)
        do {
            try context.call { Z3_solver_set_params($0, made, parameters) }
        } catch {
            Z3_solver_dec_ref(context.raw, made)
            throw error
        }
        self.context = context
        raw = made
    }

    deinit { Z3_solver_dec_ref(context.raw, raw) }

    package func assert(_ term: Term) throws(Z3Error) {
        try context.call { Z3_solver_assert($0, raw, term.raw) }
    }

    package func check() throws(Z3Error) -> Answer {
        switch try context.call({ Z3_solver_check($0, raw) }) {
        case Z3_L_FALSE: return .unsatisfiable
        case Z3_L_TRUE: return .satisfiable(try Model(solver: raw, context: context))
        default:
            return .unknown(String(cString: Z3_solver_get_reason_unknown(context.raw, raw)))
        }
    }

    /// The assertions as an SMT-LIB script.
    package func smtLib() throws(Z3Error) -> String {
        let text = try context.call { Z3_solver_to_string($0, raw) }
        return text.map { String(cString: $0) + "(check-sat)\n" } ?? ""
    }
}

/// What makes the assertions true.
package struct Model: ~Copyable {
    private let context: Context
    private let raw: Z3_model

    fileprivate init(solver: Z3_solver, context: Context) throws(Z3Error) {
        self.context = context
        guard let made = try context.call({ Z3_solver_get_model($0, solver) }) else {
            throw Z3Error(description: "libz3 gave no model")
        }
        raw = made
        Z3_model_inc_ref(context.raw, made)
    }

    deinit { Z3_model_dec_ref(context.raw, raw) }

    private func value(_ term: Term) throws(Z3Error) -> Z3_ast? {
        var result: Z3_ast?
        let done = try context.call { Z3_model_eval($0, raw, term.raw, true, &result) }
        return done ? result : nil
    }

    /// An unsigned bit-vector of at most 126 bits.
    package func number(_ term: Term) throws(Z3Error) -> Int128? {
        guard let value = try value(term) else { return nil }
        let text = try context.call { Z3_get_numeral_string($0, value) }
        return text.flatMap { Int128(String(cString: $0)) }
    }

    package func bool(_ term: Term) throws(Z3Error) -> Bool? {
        guard let value = try value(term) else { return nil }
        switch try context.call({ Z3_get_bool_value($0, value) }) {
        case Z3_L_TRUE: return true
        case Z3_L_FALSE: return false
        default: return nil
        }
    }
}
