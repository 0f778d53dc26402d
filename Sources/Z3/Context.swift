internal import CZ3

/// What libz3 says of a call that failed, in its own words.
package struct Z3Error: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// Owner of one `Z3_context` and of every term made in it: all are freed together when the last reference
/// goes. Not `Sendable`: a
/// context belongs to one thread; make one for each proof obligation.
package final class Context {
    let raw: Z3_context
    private var freshCount = 0

    package init() {
        let config = Z3_mk_config()
        // Without reference counting by hand, terms live exactly as long as their context.
        raw = Z3_mk_context(config)
        Z3_del_config(config)
        // libz3 4.8.12 ends the process on the first error unless it is told not to.
        Z3_set_error_handler(raw, nil)
    }

    deinit { Z3_del_context(raw) }

    /// `4.8.12.0`
    package static var version: String { String(cString: Z3_get_full_version()).replacing("Z3 ", with: "") }

    /// The single way into libz3: no error code is lost.
    func call<Result>(_ body: (Z3_context) -> Result) throws(Z3Error) -> Result {
        let result = body(raw)
        let code = Z3_get_error_code(raw)
        guard code == Z3_OK else { throw Z3Error(description: String(cString: Z3_get_error_msg(raw, code))) }
        return result
    }

    func term(_ body: (Z3_context) -> Z3_ast?) throws(Z3Error) -> Term {
        guard let ast = try call(body) else { throw Z3Error(description: "libz3 gave no term") }
        return Term(raw: ast, context: self)
    }

    // MARK: Constants

    /// A bit-vector numeral: the low `width` bits of `value`.
    package func bits(_ value: Int128, width: Int) throws(Z3Error) -> Term {
        let sort = try call { Z3_mk_bv_sort($0, UInt32(width)) }
        return try term { Z3_mk_numeral($0, "\(value)", sort) }
    }

    package func bool(_ value: Bool) throws(Z3Error) -> Term {
        try term { value ? Z3_mk_true($0) : Z3_mk_false($0) }
    }

    /// A constant of a name that no other has. Names count up, so that formulas are the same in every run.
    package func freshBits(_ hint: String, width: Int) throws(Z3Error) -> Term {
        let sort = try call { Z3_mk_bv_sort($0, UInt32(width)) }
        return try constant(hint, sort)
    }

    package func freshBool(_ hint: String) throws(Z3Error) -> Term {
        let sort = try call { Z3_mk_bool_sort($0) }
        return try constant(hint, sort)
    }

    private func constant(_ hint: String, _ sort: Z3_sort?) throws(Z3Error) -> Term {
        freshCount += 1
        let name = "\(hint)!\(freshCount)"
        let symbol = try call { Z3_mk_string_symbol($0, name) }
        return try term { Z3_mk_const($0, symbol, sort) }
    }

    /// A predicate over bit-vectors of a width, of which nothing is known.
    package func freshPredicate(_ hint: String, width: Int) throws(Z3Error) -> Predicate {
        freshCount += 1
        let name = "\(hint)!\(freshCount)"
        let symbol = try call { Z3_mk_string_symbol($0, name) }
        let domain: Z3_sort? = try call { Z3_mk_bv_sort($0, UInt32(width)) }
        let range: Z3_sort? = try call { Z3_mk_bool_sort($0) }
        let declaration = try call { context in
            withUnsafePointer(to: domain) { Z3_mk_func_decl(context, symbol, 1, $0, range) }
        }
        guard let declaration else { throw Z3Error(description: "libz3 gave no function") }
        return Predicate(raw: declaration, context: self)
    }
}

/// An uninterpreted predicate over bit-vectors.
package struct Predicate {
    let raw: Z3_func_decl
    let context: Context

    package func callAsFunction(_ argument: Term) throws(Z3Error) -> Term {
        let ast: Z3_ast? = argument.raw
        return try context.term { context in withUnsafePointer(to: ast) { Z3_mk_app(context, raw, 1, $0) } }
    }
}
