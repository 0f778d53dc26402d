/// What a type is beyond a bound; passes over types are recursive, and types are trees: a structure of two structures of
/// two structures has a part for each way that leads to it.
enum TypeMeasure: Hashable, CustomStringConvertible {
    case tooManyParts(max: Int)
    case tooDeep(max: Int)

    var description: String {
        switch self {
        case .tooManyParts(let max): "made of more than \(max) parts"
        case .tooDeep(let max): "made of types that are nested more than \(max) deep"
        }
    }
}

extension SpecType {
    /// - Returns: which bound the type exceeds; `nil`: none. It looks at no more parts than are allowed.
    func exceeds(partsMax: Int, depthMax: Int) -> TypeMeasure? {
        var parts = 0
        func measure(_ type: SpecType, depth: Int) -> TypeMeasure? {
            parts += 1
            if parts > partsMax { return .tooManyParts(max: partsMax) }
            if depth > depthMax { return .tooDeep(max: depthMax) }
            switch type {
            case .bool, .integer, .range, .bits, .enumeration, .symmetric, .lock, .void, .absent, .erroneous:
                return nil
            case .structure(_, let fields):
                for field in fields {
                    if let excess = measure(field.type, depth: depth + 1) { return excess }
                }
                return nil
            case .array(let index, let element):
                return measure(index, depth: depth + 1) ?? measure(element, depth: depth + 1)
            case .optional(let inner), .set(let inner), .queue(let inner, _), .interval(let inner),
                .list(let inner):
                return measure(inner, depth: depth + 1)
            }
        }
        return measure(self, depth: 1)
    }
}
