// SPDX-License-Identifier: MIT

/// One scalar of an exported model, or an array of scalars: what a cell of the state becomes.
///
/// Values are those of the cell: ordinals from 0, so that all zeros are the default value. Only temporaries of type
/// `Int` hold other numbers.
final class ExportVariable {
    enum Role {
        /// Part of the state.
        case state
        /// Lives during one transition or one evaluation of a property.
        case temporary
        /// Anything of its type, and something else each time it is read: only in proofs.
        case unknown
    }

    /// As the author would recognise it; printers make an identifier of it.
    let name: String
    let role: Role
    let isBoolean: Bool
    private(set) var lower: Int128
    private(set) var upper: Int128
    /// The bounds of numbers of type `Int` are those of what is stored, all of which is known before anything is read.
    let grows: Bool
    /// Sizes of the dimensions, outermost first; indices count from 0.
    let dimensions: [Int]
    /// The type as the spec writes it.
    let comment: String

    init(
        name: String, role: Role, isBoolean: Bool = false, lower: Int128 = 0, upper: Int128 = 1,
        grows: Bool = false, dimensions: [Int] = [], comment: String = ""
    ) {
        self.name = name
        self.role = role
        self.isBoolean = isBoolean
        self.lower = lower
        self.upper = upper
        self.grows = grows
        self.dimensions = dimensions
        self.comment = comment
    }

    /// Makes room for the values of a term that is stored here.
    func grow(for term: Term) {
        guard grows else { return }
        lower = min(lower, term.lower)
        upper = max(upper, term.upper)
    }

    /// Number of scalars; saturates.
    var count: Int {
        dimensions.reduce(1) { product, size in
            let (result, overflow) = product.multipliedReportingOverflow(by: size)
            return overflow ? Int.max : result
        }
    }
}

extension ExportVariable: Hashable {
    static func == (left: ExportVariable, right: ExportVariable) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A variable that a quantifier, a loop or a rule's parameter list binds: 0 ..< count.
final class Binder {
    let name: String
    let count: Int

    init(name: String, count: Int) {
        self.name = name
        self.count = count
    }
}

extension Binder: Hashable {
    static func == (left: Binder, right: Binder) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
