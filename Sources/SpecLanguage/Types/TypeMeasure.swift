// SPDX-License-Identifier: MIT

/// How large a type is as a tree: passes over types are recursive, and a structure of two structures of two structures
/// has a part for each way that leads to it.
struct TypeMeasure {
    /// Types in the tree, with itself.
    var parts: Int
    /// Types on the longest way down, with itself.
    var depth: Int

    /// What is said of a type beyond a bound; `nil`: it is within both.
    func excess(partsMax: Int, depthMax: Int) -> String? {
        if parts > partsMax { return "made of more than \(partsMax) parts" }
        if depth > depthMax { return "made of types that are nested more than \(depthMax) deep" }
        return nil
    }

    /// Of a type that is made of others.
    fileprivate static func around(_ inner: [TypeMeasure]) -> TypeMeasure {
        inner.reduce(into: TypeMeasure(parts: 1, depth: 1)) { sum, part in
            let (parts, isOver) = sum.parts.addingReportingOverflow(part.parts)
            sum.parts = isOver ? .max : parts
            sum.depth = max(sum.depth, 1 + part.depth)
        }
    }
}

/// Measures of a program's types. Each structure is measured once, however many others are made of it.
struct TypeMeasures {
    private var structures: [String: TypeMeasure] = [:]

    mutating func measure(_ type: SpecType) -> TypeMeasure {
        switch type {
        case .bool, .integer, .range, .bits, .enumeration, .symmetric, .lock, .void, .absent, .erroneous:
            return .around([])
        case .structure(let name, let fields):
            if let known = structures[name] { return known }
            let measure = TypeMeasure.around(fields.map { self.measure($0.type) })
            structures[name] = measure
            return measure
        case .array(let index, let element): return .around([measure(index), measure(element)])
        case .optional(let inner), .set(let inner), .queue(let inner, _), .interval(let inner),
            .list(let inner):
            return .around([measure(inner)])
        }
    }
}
