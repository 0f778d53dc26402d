// SPDX-License-Identifier: MIT

package import SpecLanguage

/// What a check requires: why there may be no value, or no step.
package enum Requirement: Hashable, Sendable {
    /// A number is a value of the type.
    case fits(SpecType)
    /// Both ends of a range are values of its element type.
    case rangeFits(SpecType)
    /// An index is a value of an array's index type.
    case indexFits(SpecType)
    /// What is put into a set can be a member.
    case membersFit(SpecType)
    case divisorIsNotZero
    case shiftIsNotNegative
    case queueHasRoom(capacity: Int)
    case queueIsNotEmpty
    /// A function of this name ends in a `return`.
    case returns(String)
    /// By the name of an assertion.
    case holds(String)

    package var cause: FailureCause {
        switch self {
        case .fits, .rangeFits, .membersFit: .error(.outOfRange)
        case .indexFits: .error(.indexOutOfRange)
        case .divisorIsNotZero: .error(.divisionByZero)
        case .shiftIsNotNegative: .error(.negativeShift)
        case .queueHasRoom: .error(.queueFull)
        case .queueIsNotEmpty: .error(.queueEmpty)
        case .returns: .error(.missingReturn)
        case .holds(let name): .assertion(name)
        }
    }

    /// What is told where it is not met, without the values.
    package var failure: String {
        switch self {
        case .fits(.range(let name, let lower, let upper)):
            "the number is not a value of '\(name ?? "\(lower) ... \(upper)")' (\(lower) ... \(upper))"
        case .fits(let type): "the number is not a value of '\(type.description)'"
        case .rangeFits(let element): "the range reaches outside '\(element.description)'"
        case .indexFits(let index): "the index is outside '\(index.description)'"
        case .membersFit(let element): "the range leaves '\(element.description)'"
        case .divisorIsNotZero: "division by zero"
        case .shiftIsNotNegative: "a shift by a negative number"
        case .queueHasRoom(let capacity): "the queue is full (\(capacity) elements)"
        case .queueIsNotEmpty: "the queue is empty"
        case .returns(let function): "'\(function)' ended without a result"
        case .holds: "the assertion fails"
        }
    }
}
