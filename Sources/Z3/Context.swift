// SPDX-License-Identifier: MIT

internal import CZ3

/// What libz3 says of a call that failed, in its own words.
package struct Z3Error: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
}

/// Owner of one `Z3_context` and of every term made in it: all are given back together when the last reference goes. Terms,
/// solvers and models keep their context alive, so none of them can outlive it.
///
/// Not `Sendable`: a context belongs to one thread. It keeps all its terms: one that is asked many questions is made anew from time to time.
@safe package final class Context {
    let raw: Z3_context
    private var pinned: [Z3_ast] = unsafe []
    private var freshCount = 0

    package init() {
        let config = unsafe Z3_mk_config()
        guard let made = unsafe Z3_mk_context_rc(config) else {
            fatalError("libz3 has no memory for a context")
        }
        unsafe raw = made
        unsafe Z3_del_config(config)
        // libz3 4.8.12 prints and ends the process on the first error unless it is told not to.
        unsafe Z3_set_error_handler(raw, nil)
    }

    deinit {
        unsafe pinned.forEach { ast in unsafe Z3_dec_ref(raw, ast) }
        unsafe Z3_del_context(raw)
    }

    /// `4.8.12.0`
    package static var version: String {
        var (major, minor, build, revision) = (UInt32(0), UInt32(0), UInt32(0), UInt32(0))
        unsafe Z3_get_version(&major, &minor, &build, &revision)
        return "\(major).\(minor).\(build).\(revision)"
    }

    /// What tells one build of libz3 from another: `Z3 4.8.12.0`, and for some builds the commit.
    package static var fullVersion: String {
        let text = unsafe Z3_get_full_version().map { text in unsafe String(cString: text) }
        return text ?? version
    }

    /// Limits the memory of all contexts of the process together: a formula from a stranger's spec may not exhaust the machine.
    /// Beyond it libz3 gives up with an error, which becomes 'unknown'.
    package static func limitMemory(megabytes: Int) {
        unsafe Z3_global_param_set("memory_max_size", "\(max(megabytes, 1))")
    }

    /// Terms that are kept.
    package var termCount: Int { unsafe pinned.count }

    /// Names that were made.
    package var nameCount: Int { freshCount }

    /// Names are made in `body` as if there were `count` of them, so that what is asked in it reads as if nothing had been asked before. Two
    /// such bodies know nothing of each other: a term of one, used in the other, would be taken for another.
    package func withNames<Answer>(from count: Int, _ body: () throws -> Answer) rethrows -> Answer {
        let outer = freshCount
        freshCount = count
        defer { freshCount = outer }
        return try body()
    }

    // MARK: The way into libz3

    /// The single way into libz3: no error code is lost.
    func call<Result>(_ body: (Z3_context) -> Result) throws(Z3Error) -> Result {
        let result = unsafe body(raw)
        let code = unsafe Z3_get_error_code(raw)
        guard code == Z3_OK else {
            throw Z3Error(
                description: unsafe Z3_get_error_msg(raw, code).map { unsafe String(cString: $0) } ?? "")
        }
        return result
    }

    /// As `call`, where libz3 gives an object.
    func make<Object>(_ body: (Z3_context) -> Object?) throws(Z3Error) -> Object {
        guard let object = try unsafe call(body) else { throw Z3Error(description: "libz3 gave nothing") }
        return object
    }

    /// Keeps an AST alive as long as the context.
    func pin(_ ast: Z3_ast) {
        unsafe Z3_inc_ref(raw, ast)
        unsafe pinned.append(ast)
    }

    func term(_ body: (Z3_context) -> Z3_ast?) throws(Z3Error) -> Term {
        let ast = try unsafe make(body)
        unsafe pin(ast)
        return unsafe Term(raw: ast, context: self)
    }

    /// Terms of two contexts do not mix: libz3 would read one context's memory as another's.
    func check(_ other: Context) throws(Z3Error) {
        guard other === self else { throw Z3Error(description: "terms of two contexts do not mix") }
    }

    // MARK: Sorts

    /// libz3's word for it is unsigned; nothing here needs words wider than this.
    private static let widthMax = 1 << 16

    func bitsSort(_ width: Int) throws(Z3Error) -> Z3_sort {
        guard width >= 1, width <= Self.widthMax else {
            throw Z3Error(description: "a bit-vector has 1 to \(Self.widthMax) bits, not \(width)")
        }
        let sort = try unsafe make { unsafe Z3_mk_bv_sort($0, UInt32(width)) }
        unsafe pin(Z3_sort_to_ast(raw, sort))
        return unsafe sort
    }

    func boolSort() throws(Z3Error) -> Z3_sort {
        let sort = try unsafe make { unsafe Z3_mk_bool_sort($0) }
        unsafe pin(Z3_sort_to_ast(raw, sort))
        return unsafe sort
    }

    private func freshSymbol(_ hint: String) throws(Z3Error) -> Z3_symbol {
        freshCount += 1
        return try unsafe symbol("\(hint)!\(freshCount)")
    }

    func symbol(_ name: String) throws(Z3Error) -> Z3_symbol {
        try unsafe make { unsafe Z3_mk_string_symbol($0, name) }
    }

    // MARK: Constants

    /// A bit-vector numeral: the low `width` bits of `value`.
    package func bits(_ value: Int128, width: Int) throws(Z3Error) -> Term {
        let sort = try unsafe bitsSort(width)
        return try unsafe term { unsafe Z3_mk_numeral($0, "\(value)", sort) }
    }

    package func bool(_ value: Bool) throws(Z3Error) -> Term {
        try unsafe term { unsafe value ? Z3_mk_true($0) : Z3_mk_false($0) }
    }

    /// A constant of a name that no other has, but where names begin anew (`withNames`). Names count up, so that formulas are the same in every run.
    package func freshBits(_ hint: String, width: Int) throws(Z3Error) -> Term {
        let sort = try unsafe bitsSort(width)
        let symbol = try unsafe freshSymbol(hint)
        return try unsafe term { unsafe Z3_mk_const($0, symbol, sort) }
    }

    package func freshBool(_ hint: String) throws(Z3Error) -> Term {
        let sort = try unsafe boolSort()
        let symbol = try unsafe freshSymbol(hint)
        return try unsafe term { unsafe Z3_mk_const($0, symbol, sort) }
    }

    /// The constant that a script calls so.
    package func bits(named name: String, width: Int) throws(Z3Error) -> Term {
        let sort = try unsafe bitsSort(width)
        let symbol = try unsafe symbol(name)
        return try unsafe term { unsafe Z3_mk_const($0, symbol, sort) }
    }

    package func integer(named name: String) throws(Z3Error) -> Term {
        let sort = try unsafe integerSort()
        let symbol = try unsafe symbol(name)
        return try unsafe term { unsafe Z3_mk_const($0, symbol, sort) }
    }

    package func bool(named name: String) throws(Z3Error) -> Term {
        let sort = try unsafe boolSort()
        let symbol = try unsafe symbol(name)
        return try unsafe term { unsafe Z3_mk_const($0, symbol, sort) }
    }

    /// A predicate over bit-vectors of these widths, of which nothing is known.
    package func freshPredicate(_ hint: String, widths: [Int]) throws(Z3Error) -> Function {
        let range = try unsafe boolSort()
        return try unsafe function(hint, widths, range)
    }

    private func function(_ hint: String, _ widths: [Int], _ range: Z3_sort) throws(Z3Error) -> Function {
        var domain: [Z3_sort?] = unsafe []
        for width in widths { unsafe domain.append(try bitsSort(width)) }
        return try unsafe function(freshSymbol(hint), domain, range)
    }

    func function(_ symbol: Z3_symbol, _ domain: [Z3_sort?], _ range: Z3_sort) throws(Z3Error) -> Function {
        let declaration = try unsafe make { context in
            unsafe domain.withUnsafeBufferPointer {
                unsafe Z3_mk_func_decl(context, symbol, UInt32($0.count), $0.baseAddress, range)
            }
        }
        unsafe pin(Z3_func_decl_to_ast(raw, declaration))
        return unsafe Function(raw: declaration, context: self)
    }
}

/// An uninterpreted function or predicate over bit-vectors or integers.
@safe package struct Function {
    let raw: Z3_func_decl
    let context: Context

    package func callAsFunction(_ arguments: Term...) throws(Z3Error) -> Term { try apply(arguments) }

    package func apply(_ arguments: [Term]) throws(Z3Error) -> Term {
        var raws: [Z3_ast?] = unsafe []
        for argument in arguments {
            try context.check(argument.context)
            unsafe raws.append(argument.raw)
        }
        return try unsafe context.term { context in
            unsafe raws.withUnsafeBufferPointer {
                unsafe Z3_mk_app(context, raw, UInt32($0.count), $0.baseAddress)
            }
        }
    }
}
