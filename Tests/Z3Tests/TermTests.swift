// SPDX-License-Identifier: MIT

import Testing
import Z3

/// Terms mean what libz3's manual says, and a wrong call is an error, never the end of the process.
struct TermTests {
    @Test func theLibraryIsNamed() {
        #expect(Context.version.split(separator: ".").count == 4)
    }

    @Test(arguments: [1, 3, 8, 16, 63, 64, 65, 80, 127])
    func additionWrapsAtEveryWidth(width: Int) throws {
        let context = Context()
        let all = try context.bits(-1, width: width)
        let sum = try all.apply(.add, try context.bits(1, width: width))
        #expect(sum.width == width)
        try expectValid(try sum.equals(try context.bits(0, width: width)), context)
    }

    /// Each operation on concrete bytes against Swift's own.
    @Test func operationsAgreeWithSwift() throws {
        let context = Context()
        for (a, b) in [(200, 100), (7, 3), (0, 255), (128, 2), (255, 8)] as [(UInt8, UInt8)] {
            let x = try context.bits(Int128(a), width: 8)
            let y = try context.bits(Int128(b), width: 8)
            let numbers: [(Term.BitOperation, UInt8)] = [
                (.add, a &+ b), (.subtract, a &- b), (.multiply, a &* b), (.and, a & b), (.or, a | b),
                (.xor, a ^ b),
                (.unsignedDivide, a / b), (.unsignedRemainder, a % b), (.shiftLeft, a << b),
                (.shiftRightLogical, a >> b),
                (
                    .signedDivide,
                    UInt8(
                        bitPattern: Int8(bitPattern: a).dividedReportingOverflow(by: Int8(bitPattern: b))
                            .partialValue)
                ),
                (
                    .signedRemainder,
                    UInt8(
                        bitPattern: Int8(bitPattern: a).remainderReportingOverflow(
                            dividingBy: Int8(bitPattern: b)
                        ).partialValue)
                ),
                (.shiftRightArithmetic, UInt8(bitPattern: Int8(bitPattern: a) >> b)),
            ]
            for (operation, expected) in numbers {
                let result = try x.apply(operation, y)
                try expectValid(
                    try result.equals(try context.bits(Int128(expected), width: 8)), context,
                    "\(operation) \(a) \(b)")
            }
            let comparisons: [(Term.BitOperation, Bool)] = [
                (.unsignedLess, a < b), (.unsignedLessOrEqual, a <= b),
                (.signedLess, Int8(bitPattern: a) < Int8(bitPattern: b)),
                (.signedLessOrEqual, Int8(bitPattern: a) <= Int8(bitPattern: b)),
            ]
            for (operation, expected) in comparisons {
                let result = try x.apply(operation, y)
                try expectValid(expected ? result : try result.not(), context, "\(operation) \(a) \(b)")
            }
        }
    }

    @Test func widthsChange() throws {
        let context = Context()
        let byte = try context.bits(0x90, width: 8)
        try expectValid(
            try byte.extended(by: 8, isSigned: true).equals(try context.bits(0xff90, width: 16)), context)
        try expectValid(
            try byte.extended(by: 72, isSigned: false).equals(try context.bits(0x90, width: 80)), context)
        try expectValid(try byte.low(5).equals(try context.bits(0x10, width: 5)), context)
        #expect(throws: Z3Error.self) { try byte.low(9) }
        #expect(throws: Z3Error.self) { try byte.low(0) }
        #expect(throws: Z3Error.self) { try byte.extended(by: -1, isSigned: false) }
    }

    @Test func mixedWidthsAreAnErrorInTheLibrarysWords() throws {
        let context = Context()
        let wide = try context.freshBits("wide", width: 64)
        let narrow = try context.freshBits("narrow", width: 8)
        let error = #expect(throws: Z3Error.self) { try wide.apply(.add, narrow) }
        #expect(error?.description.contains("narrow!2") == true, "\(error?.description ?? "")")
        let unequal = #expect(throws: Z3Error.self) { try wide.equals(narrow) }
        #expect(
            unequal?.description.contains("(_ BitVec 64) and (_ BitVec 8) are incompatible") == true,
            "\(unequal?.description ?? "")")
        // The context goes on working.
        try expectValid(try wide.equals(wide), context)
    }

    @Test func sortsAreChecked() throws {
        let context = Context()
        let flag = try context.freshBool("flag")
        let word = try context.freshBits("word", width: 8)
        #expect(throws: Z3Error.self) { try word.not() }
        #expect(throws: Z3Error.self) { try word.choose(flag, else: flag) }
        #expect(throws: Z3Error.self) { try flag.apply(.add, flag) }
        #expect(throws: Z3Error.self) { try context.freshBits("none", width: 0) }
        #expect(throws: Z3Error.self) { try context.freshBits("none", width: -3) }
        #expect(throws: Z3Error.self) { try context.freshBits("vast", width: 1 << 40) }
        let predicate = try context.freshPredicate("p", widths: [8])
        #expect(throws: Z3Error.self) { try predicate(try context.bits(0, width: 9)) }
        #expect(throws: Z3Error.self) { try predicate(word, word) }
        #expect(throws: Z3Error.self) { try Term.quantified(.forAll, [try word.complemented()], body: flag) }
    }

    @Test func termsOfTwoContextsDoNotMix() throws {
        let one = Context()
        let other = Context()
        let a = try one.freshBits("a", width: 8)
        let b = try other.freshBits("b", width: 8)
        #expect(throws: Z3Error.self) { try a.equals(b) }
        #expect(throws: Z3Error.self) { try one.freshPredicate("p", widths: [8])(b) }
        #expect(throws: Z3Error.self) { try Term.all([try a.equals(a), try b.equals(b)], in: one) }
        let solver = try Solver(one, millisecondsMax: 1000)
        #expect(throws: Z3Error.self) { try solver.assert(try b.equals(b)) }
    }

    private func expectValid(_ term: Term, _ context: Context, _ note: String = "") throws {
        let solver = try Solver(context, millisecondsMax: 10_000)
        try solver.assert(try term.not())
        guard case .unsatisfiable = solver.check() else {
            Issue.record("not valid: \(term.description) \(note)")
            return
        }
    }
}
