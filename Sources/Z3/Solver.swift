// SPDX-License-Identifier: MIT

internal import CZ3
import Stopping

/// A solver with its assertions. Cannot be copied; gives its reference back before its context can go.
@safe package struct Solver: ~Copyable {
    private let context: Context
    private let raw: Z3_solver

    package enum Answer: ~Copyable {
        case unsatisfiable
        case satisfiable(Model)
        /// Also after a time-out: never a verdict.
        case unknown(String)
    }

    /// What the formulas use; the solver prepares itself accordingly.
    package enum Logic: Sendable {
        /// Bit-vectors only.
        case words
        /// Bit-vectors and uninterpreted functions.
        case wordsAndFunctions
        /// What the script says that it uses: `QF_UFLIA`.
        case named(String)
        /// Anything without quantifiers, without preparation: soonest ready.
        case simple
        /// Anything, quantifiers included.
        case all
    }

    /// - Parameter millisecondsMax: for each `check`.
    package init(_ context: Context, logic: Logic = .all, millisecondsMax: Int) throws(Z3Error) {
        var parameters = try Parameters(context)
        try parameters.set("timeout", millisecondsMax)
        try self.init(context, logic: logic, parameters: parameters)
    }

    package init(_ context: Context, logic: Logic = .all, parameters: borrowing Parameters) throws(Z3Error) {
        let made: Z3_solver
        switch logic {
        case .all: unsafe made = try unsafe context.make { unsafe Z3_mk_solver($0) }
        case .simple: unsafe made = try unsafe context.make { unsafe Z3_mk_simple_solver($0) }
        case .words, .named:
            let name = if case .named(let name) = logic { name } else { "QF_BV" }
            let symbol = try unsafe context.symbol(name)
            unsafe made = try unsafe context.make { unsafe Z3_mk_solver_for_logic($0, symbol) }
        case .wordsAndFunctions:
            // Functions become constants, then bits: steadier than the solver of the logic QF_UFBV, and mostly faster.
            let tactic = try unsafe context.make { unsafe Z3_mk_tactic($0, "qfufbv_ackr") }
            unsafe Z3_tactic_inc_ref(context.raw, tactic)
            defer { unsafe Z3_tactic_dec_ref(context.raw, tactic) }
            unsafe made = try unsafe context.make { unsafe Z3_mk_solver_from_tactic($0, tactic) }
        }
        unsafe Z3_solver_inc_ref(context.raw, made)
        do throws(Z3Error) {
            try unsafe parameters.apply(to: made)
        } catch {
            unsafe Z3_solver_dec_ref(context.raw, made)
            throw error
        }
        self.context = context
        unsafe raw = made
    }

    deinit { unsafe Z3_solver_dec_ref(context.raw, raw) }

    package func assert(_ term: Term) throws(Z3Error) {
        try context.check(term.context)
        try unsafe context.call { unsafe Z3_solver_assert($0, raw, term.raw) }
    }

    /// Asserts what an SMT-LIB script declares and asserts; its other commands are passed over.
    package func assert(script: String) throws(Z3Error) {
        let assertions = try unsafe context.make {
            unsafe Z3_parse_smtlib2_string($0, script, 0, nil, nil, 0, nil, nil)
        }
        unsafe Z3_ast_vector_inc_ref(context.raw, assertions)
        defer { unsafe Z3_ast_vector_dec_ref(context.raw, assertions) }
        for number in 0..<(unsafe Z3_ast_vector_size(context.raw, assertions)) {
            let assertion = try unsafe context.make { unsafe Z3_ast_vector_get($0, assertions, number) }
            try unsafe context.call { unsafe Z3_solver_assert($0, raw, assertion) }
        }
    }

    /// Whether the assertions can be true together. Errors on the way (out of memory, interrupted) are 'unknown'.
    package func check() -> Answer {
        do throws(Z3Error) {
            let answer = try unsafe SolverWatch.during(context.raw) { () throws(Z3Error) in
                try unsafe context.call { unsafe Z3_solver_check($0, raw) }
            }
            switch answer {
            case nil: return .unknown(StopRequest.current?.reason?.sentence ?? "not asked")
            case Z3_L_FALSE: return .unsatisfiable
            case Z3_L_TRUE: return .satisfiable(try unsafe Model(solver: raw, context: context))
            default:
                let reason = try unsafe context.make { unsafe Z3_solver_get_reason_unknown($0, raw) }
                return .unknown(unsafe String(cString: reason))
            }
        } catch {
            return .unknown(error.description)
        }
    }

    /// The assertions as an SMT-LIB script.
    package func smtLib() throws(Z3Error) -> String {
        let text = try unsafe context.make { unsafe Z3_solver_to_string($0, raw) }
        return unsafe String(cString: text) + "(check-sat)\n"
    }
}

/// Settings of a solver. Cannot be copied; gives its reference back before its context can go.
@safe package struct Parameters: ~Copyable {
    private let context: Context
    private let raw: Z3_params

    /// Seeds are set, so that the same question gets the same answer.
    package init(_ context: Context) throws(Z3Error) {
        let seed = try unsafe context.symbol("random_seed")
        // Referred to before any other call: libz3 frees what nobody refers to.
        let made = try unsafe context.make { unsafe Z3_mk_params($0) }
        unsafe Z3_params_inc_ref(context.raw, made)
        unsafe Z3_params_set_uint(context.raw, made, seed, 0)
        self.context = context
        unsafe raw = made
    }

    deinit { unsafe Z3_params_dec_ref(context.raw, raw) }

    /// `timeout` in milliseconds, `rlimit` in steps (the same on every machine), `max_memory` in megabytes.
    package mutating func set(_ name: String, _ value: Int) throws(Z3Error) {
        let symbol = try unsafe context.symbol(name)
        try unsafe context.call { unsafe Z3_params_set_uint($0, raw, symbol, UInt32(clamping: value)) }
    }

    package mutating func set(_ name: String, _ value: Bool) throws(Z3Error) {
        let symbol = try unsafe context.symbol(name)
        try unsafe context.call { unsafe Z3_params_set_bool($0, raw, symbol, value) }
    }

    fileprivate func apply(to solver: Z3_solver) throws(Z3Error) {
        try unsafe context.call { unsafe Z3_solver_set_params($0, solver, raw) }
    }
}
