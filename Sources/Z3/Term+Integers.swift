// SPDX-License-Identifier: MIT

internal import CZ3

extension Context {
    func integerSort() throws(Z3Error) -> Z3_sort {
        let sort = try unsafe make { unsafe Z3_mk_int_sort($0) }
        unsafe pin(Z3_sort_to_ast(raw, sort))
        return unsafe sort
    }

    package func integer(_ value: Int128) throws(Z3Error) -> Term {
        let sort = try unsafe integerSort()
        return try unsafe term { unsafe Z3_mk_numeral($0, "\(value)", sort) }
    }

    /// A function of integers of which nothing is known; one for each name.
    package func integerFunction(named name: String, arguments: Int, isPredicate: Bool) throws(Z3Error)
        -> Function
    {
        let range = try unsafe isPredicate ? boolSort() : integerSort()
        let domain = try unsafe [Z3_sort?](repeating: integerSort(), count: arguments)
        let symbol = try unsafe symbol(name)
        return try unsafe function(symbol, domain, range)
    }
}

/// Sums and comparisons of integers.
extension Term {
    package static func sum(_ terms: [Term], in context: Context) throws(Z3Error) -> Term {
        if terms.count == 1 { return terms[0] }
        return try unsafe withRaws(terms, in: context) {
            unsafe Z3_mk_add($0, UInt32($1.count), $1.baseAddress)
        }
    }

    package func times(_ factor: Int128) throws(Z3Error) -> Term {
        try unsafe Self.withRaws([try context.integer(factor), self], in: context) {
            unsafe Z3_mk_mul($0, UInt32($1.count), $1.baseAddress)
        }
    }

    package func minus(_ other: Term) throws(Z3Error) -> Term {
        try unsafe Self.withRaws([self, other], in: context) {
            unsafe Z3_mk_sub($0, UInt32($1.count), $1.baseAddress)
        }
    }

    package func isAtMost(_ other: Term) throws(Z3Error) -> Term {
        try context.check(other.context)
        return try unsafe context.term { unsafe Z3_mk_le($0, raw, other.raw) }
    }

    package func isLess(than other: Term) throws(Z3Error) -> Term {
        try context.check(other.context)
        return try unsafe context.term { unsafe Z3_mk_lt($0, raw, other.raw) }
    }
}
