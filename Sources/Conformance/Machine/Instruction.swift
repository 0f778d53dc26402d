// SPDX-License-Identifier: MIT

/// One step of the code that an operation becomes. Operands are places in the registers unless said otherwise.
struct Instruction {
    enum Code: UInt8 {
        /// a ..< a + c = b ..< b + c
        case move
        // a = b op c, then the low bits under the mask in d
        case addWord, subtractWord, multiplyWord, divideWord, remainderWord
        case andWord, orWord, xorWord, shiftLeftWord, shiftRightWord
        // Exact, signed; leaving 64 bits is failure d.
        case addExact, subtractExact, multiplyExact, divideExact, remainderExact
        /// a = ~b & c
        case complementWord
        /// a = a signed number from the word b; too large is failure d
        case signed
        // a = whether
        case equal  // b ..< b + d == c ..< c + d
        case notEqual
        case lessWord, lessOrEqualWord, lessSigned, lessOrEqualSigned
        case not
        /// Failure d unless c <= b <= (c + 1), signed.
        case checkRange
        // Control: a is the place in the code.
        case jump
        case jumpIfTrue  // b
        case jumpIfFalse
        // Tables: table a, key at b, value at c
        case readTable, writeTable
        /// Sets each element of table a whose key begins with the c words at b to its default.
        case clearTable
        // Sets: set table b with its key at c; the range at d ..< d + 2, inclusive
        case setContainsAll, setIsDisjoint  // a = whether
        case setIsEmpty, setCount  // a
        case setHighestRun, setLowestRun  // a: present, first, last
        case setInsert, setRemove
        case setClear
        /// Empties each set of set table a whose key begins with the c words at b.
        case clearSets
        /// Operation a begins.
        case enter
        /// a = which of b ways is taken.
        case choose
        /// The way chosen is not open here.
        case reject
        /// Failure a.
        case fail
        /// The operation has come to its end.
        case finish
        /// End of what explains a failure.
        case stop
    }

    let code: Code
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    var d: Int32 = 0
}
