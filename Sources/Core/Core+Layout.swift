// SPDX-License-Identifier: MIT

package import SpecLanguage
import TransitionSystem

extension Core.Kind {
    /// Whether it is an optional that is packed as one number: 0, or 1 + ordinal of its payload.
    package var isCode: Bool {
        guard case .record(.optional, let parts) = self else { return false }
        return CellCoding.isOneCell(parts[Core.Optional.payload].storedType)
    }

    /// A type that is packed alike: layouts are of types.
    package var storedType: SpecType {
        switch self {
        case .truth: return .bool
        case .number(let number): return number.storedType
        case .record(.structure, let parts):
            return .structure(name: "", fields: parts.map { SpecType.Field(name: "", type: $0.storedType) })
        case .record(.interval, _): return .interval(.integer(unit: nil))
        case .record(.optional, let parts): return .optional(parts[Core.Optional.payload].storedType)
        case .record(.queue, let parts):
            let elements = parts[Core.Queue.elements]
            return .queue(elements.element.storedType, capacity: elements.count)
        case .array(let count, let element):
            return .array(index: .symmetric(name: "", count: count), element: element.storedType)
        case .set(let number): return .set(number.storedType)
        case .lock: return .lock
        }
    }
}

extension Core.Number {
    fileprivate var storedType: SpecType {
        switch self {
        case .integer: .integer(unit: nil)
        case .range(let lower, let upper):
            .range(name: nil, lower: Int(clamping: lower), upper: Int(clamping: upper))
        case .word(let width): .bits(name: nil, width: width)
        }
    }
}
