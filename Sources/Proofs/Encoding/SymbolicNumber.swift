import SpecLanguage
import Z3

/// A number as a bit-vector. Machine words are unsigned and wrap; exact numbers are signed and as wide as
/// their value can
/// become, so that nothing is ever lost.
struct SymbolicNumber {
    let term: Term
    let isSigned: Bool

    var width: Int { term.width }

    /// The widest exact number: enough for products of two words.
    private static let widthMax = 512

    /// As a signed number of `width` bits, or of as many as it needs.
    func signed(_ width: Int? = nil) throws -> Term {
        let needed = isSigned ? self.width : self.width + 1
        let wanted = max(width ?? needed, needed)
        return try term.extended(by: wanted - self.width, isSigned: isSigned)
    }

    private var signedWidth: Int { isSigned ? width : width + 1 }

    /// Both as signed numbers of a common width.
    private static func aligned(
        _ left: SymbolicNumber, _ right: SymbolicNumber, extra: Int = 0
    ) throws -> (Term, Term) {
        let width = max(left.signedWidth, right.signedWidth) + extra
        guard width <= widthMax else { throw NotProvable("a number of more than \(widthMax) bits") }
        return (try left.signed(width), try right.signed(width))
    }

    /// `+ - * / %` without loss.
    static func exact(
        _ operation: Syntax.BinaryOperator, _ left: SymbolicNumber, _ right: SymbolicNumber
    ) throws -> SymbolicNumber {
        let term: Term
        switch operation {
        case .add, .subtract:
            let (a, b) = try aligned(left, right, extra: 1)
            term = try a.apply(operation == .add ? .add : .subtract, b)
        case .multiply:
            let width = left.signedWidth + right.signedWidth
            guard width <= widthMax else { throw NotProvable("a product of more than \(widthMax) bits") }
            term = try left.signed(width).apply(.multiply, right.signed(width))
        case .divide, .remainder:
            let (a, b) = try aligned(left, right, extra: 1)
            term = try a.apply(operation == .divide ? .signedDivide : .signedRemainder, b)
        default: throw NotProvable("'\(operation.rawValue)' on exact numbers")
        }
        return SymbolicNumber(term: term, isSigned: true)
    }

    /// Operations of machine words of one width; they wrap.
    static func wrapping(
        _ operation: Syntax.BinaryOperator, _ left: Term, _ right: Term
    ) throws -> SymbolicNumber {
        let word: Term.BitOperation =
            switch operation {
            case .add: .add
            case .subtract: .subtract
            case .multiply: .multiply
            case .divide: .unsignedDivide
            case .remainder: .unsignedRemainder
            case .bitAnd: .and
            case .bitOr: .or
            case .bitXor: .xor
            case .shiftLeft: .shiftLeft
            case .shiftRight: .shiftRightLogical
            default: throw NotProvable("'\(operation.rawValue)' on machine words")
            }
        return SymbolicNumber(term: try left.apply(word, right), isSigned: false)
    }

    static func compare(
        _ operation: Syntax.BinaryOperator, _ left: SymbolicNumber, _ right: SymbolicNumber
    ) throws -> Term {
        if !left.isSigned, !right.isSigned, left.width == right.width {
            return try compare(operation, left.term, right.term, .unsignedLess, .unsignedLessOrEqual)
        }
        let (a, b) = try aligned(left, right)
        return try compare(operation, a, b, .signedLess, .signedLessOrEqual)
    }

    private static func compare(
        _ operation: Syntax.BinaryOperator, _ left: Term, _ right: Term, _ less: Term.BitOperation,
        _ lessOrEqual: Term.BitOperation
    ) throws -> Term {
        switch operation {
        case .less: try left.apply(less, right)
        case .lessOrEqual: try left.apply(lessOrEqual, right)
        case .greater: try right.apply(less, left)
        case .greaterOrEqual: try right.apply(lessOrEqual, left)
        case .equal: try left.equals(right)
        case .notEqual: try left.equals(right).not()
        default: throw NotProvable("'\(operation.rawValue)' as a comparison")
        }
    }

    /// The low bits as a machine word.
    func word(_ width: Int) throws -> Term {
        self.width >= width
            ? try term.low(width) : try term.extended(by: width - self.width, isSigned: isSigned)
    }

    static func literal(_ value: Int128, _ context: Context) throws -> SymbolicNumber {
        let needed = max(2, 129 - (value < 0 ? ~value : value).leadingZeroBitCount)
        return SymbolicNumber(term: try context.bits(value, width: needed), isSigned: true)
    }
}

/// The text uses something that proofs do not reach yet: inconclusive, with the reason.
struct NotProvable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
