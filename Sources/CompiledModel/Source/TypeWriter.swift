// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Swift types for the types of a spec, and how their values are read from packed states and written to them.
///
/// | type | in Swift |
/// |---|---|
/// | Bool | `Bool` |
/// | range, `bits(W)`, enum, symmetric, Int | `Int`: the number |
/// | Lock, optional of a scalar | `Int`: as packed; 0 is free or none |
/// | `Set<T>` | `UInt64` or `UInt128`: a bit a member |
/// | struct, array, queue, other optionals | a struct that is declared when first used |
final class TypeWriter {
    private let instanceCount: Int
    private var names: [SpecType: String] = [:]
    private var shapes: [SpecType: PackedShape] = [:]
    private(set) var declarations: [SourceText] = []

    init(instanceCount: Int) { self.instanceCount = instanceCount }

    func shape(_ type: SpecType) -> PackedShape {
        if let known = shapes[type] { return known }
        let shape = PackedShape(of: type, instances: instanceCount)
        shapes[type] = shape
        return shape
    }

    // MARK: Names and values

    /// Numbers are computed in `Int`, with room for a carry.
    func checkWidth(_ type: SpecType) throws(NotCompilable) {
        if case .bits(_, let width) = type, width > 60 {
            throw NotCompilable("a machine word of \(width) bits")
        }
    }

    func swiftType(_ type: SpecType) throws(NotCompilable) -> String {
        switch type {
        case .bool: return "Bool"
        case .bits:
            try checkWidth(type)
            return "Int"
        case .range, .enumeration, .symmetric, .integer, .lock: return "Int"
        case .optional(let wrapped) where CellCoding.isOneCell(wrapped): return "Int"
        case .interval: return "Interval"
        case .set(let element):
            let count = element.indexCount ?? 0
            guard count <= 128 else { throw NotCompilable("a set of more than 128 members") }
            return count <= 64 ? "UInt64" : "UInt128"
        case .structure, .array, .queue, .optional: return try declared(type)
        case .list, .void, .absent, .erroneous: throw NotCompilable("a value of type '\(type.description)'")
        }
    }

    /// What all-zero bits mean.
    func zero(_ type: SpecType) throws(NotCompilable) -> String {
        switch type {
        case .bool: return "false"
        case .range(_, let lower, _): return "\(lower)"
        case .structure, .array, .queue, .interval: return "\(try swiftType(type)).zero"
        case .optional(let wrapped) where !CellCoding.isOneCell(wrapped): return "\(try swiftType(type)).zero"
        default: return "0"
        }
    }

    /// The number of a value among those of an index type.
    func ordinal(_ text: String, _ type: SpecType) -> String {
        switch type {
        case .bool: "(\(text) ? 1 : 0)"
        case .range(_, let lower, _) where lower != 0:
            Int(text).map { "\($0 - lower)" } ?? "(\(text) - \(lower))"
        default: text
        }
    }

    func value(ordinal: String, _ type: SpecType) -> String {
        switch type {
        case .bool: "(\(ordinal) != 0)"
        case .range(_, let lower, _) where lower != 0: "(\(ordinal) + \(lower))"
        default: ordinal
        }
    }

    // MARK: Packed

    /// The value in the lowest bits of a word.
    private func decoded(_ bits: String, _ type: SpecType) throws(NotCompilable) -> String {
        switch type {
        case .bool: return "(\(bits) != 0)"
        case .range, .bits, .enumeration, .symmetric, .lock: return value(ordinal: "int(\(bits))", type)
        case .optional(let wrapped) where CellCoding.isOneCell(wrapped): return "int(\(bits))"
        case .set: return bits
        default: return "\(try swiftType(type))(bits: \(bits))"
        }
    }

    private func encoded(_ value: String, _ type: SpecType) -> String {
        switch type {
        case .bool, .range, .bits, .enumeration, .symmetric, .lock: "uint(\(ordinalOfScalar(value, type)))"
        case .optional(let wrapped) where CellCoding.isOneCell(wrapped): "uint(\(value))"
        case .set: value
        default: "(\(value)).packed"
        }
    }

    private func ordinalOfScalar(_ text: String, _ type: SpecType) -> String {
        if case .bool = type { text } else { ordinal(text, type) }
    }

    func load(_ type: SpecType, from place: PlaceText) throws(NotCompilable) -> String {
        switch shape(type).size {
        case .bits(0): return try decoded("0", type)
        case .bits(let width):
            return try decoded("bits(\(place.wordText), \(place.shiftText), \(width))", type)
        case .words:
            switch type {
            case .set: return "wide(s, \(place.wordNumber))"
            case .integer: return "try integer(s, \(place.wordNumber))"
            case .interval: return "try interval(s, \(place.wordNumber))"
            default:
                return "\(loadCanFail(type) ? "try " : "")\(try swiftType(type)).load(s, \(place.wordNumber))"
            }
        }
    }

    /// Whether `load` may throw: numbers that only the interpreter stores.
    func loadCanFail(_ type: SpecType) -> Bool {
        switch type {
        case .integer, .interval: true
        case .optional(let part), .array(_, let part), .queue(let part, _): loadCanFail(part)
        case .structure(_, let fields): fields.contains { loadCanFail($0.type) }
        default: false
        }
    }

    private func throwing(_ type: SpecType) -> String { loadCanFail(type) ? "throws(Trouble) " : "" }

    func store(_ value: String, _ type: SpecType, to place: PlaceText) -> String {
        switch shape(type).size {
        case .bits(0): return "_ = \(value)"
        case .bits(let width):
            return "put(&\(place.wordText), \(place.shiftText), \(width), \(encoded(value, type)))"
        case .words:
            switch type {
            case .set: return "storeWide(&s, \(place.wordNumber), \(value))"
            case .integer: return "storeInteger(&s, \(place.wordNumber), \(value))"
            case .interval: return "storeInterval(&s, \(place.wordNumber), \(value))"
            default: return "(\(value)).store(&s, \(place.wordNumber))"
            }
        }
    }

    // MARK: Declarations

    private struct Field {
        let name: String
        let type: SpecType
        let place: PackedPlace
    }

    private func declared(_ type: SpecType) throws(NotCompilable) -> String {
        if let known = names[type] { return known }
        let parts: [PackedShape.Part]
        if case .composite(let known, _) = shape(type) { parts = known } else { parts = [] }
        var fields: [Field] = []
        let title: String
        switch type {
        case .structure(let name, let list):
            title = name
            for (number, field) in list.enumerated() {
                fields.append(
                    Field(
                        name: Self.fieldName(field.name, number), type: field.type, place: parts[number].place
                    ))
            }
        case .optional(let wrapped):
            title = "Optional"
            fields = [
                Field(name: "some", type: .bool, place: parts[0].place),
                Field(name: "value", type: wrapped, place: parts[1].place),
            ]
        case .queue(let element, let capacity):
            title = "Queue"
            let index = SpecType.range(name: nil, lower: 0, upper: capacity - 1)
            fields = [
                Field(
                    name: Self.queueCount, type: .range(name: nil, lower: 0, upper: capacity),
                    place: parts[0].place),
                Field(
                    name: Self.queueElements, type: .array(index: index, element: element),
                    place: parts[1].place),
            ]
        case .array(let index, let element):
            return try declareArray(type, count: index.indexCount ?? 0, element)
        default: preconditionFailure("other types are not declared")
        }
        for field in fields { _ = try swiftType(field.type) }
        let name = Identifiers.name(title, names.count)
        names[type] = name
        try declareFields(name, type, fields)
        return name
    }

    static let queueCount = "count"
    static let queueElements = "e"

    static func fieldName(_ name: String, _ number: Int) -> String { Identifiers.name(name, number) }

    private func declareFields(
        _ name: String, _ type: SpecType, _ fields: [Field]
    ) throws(NotCompilable) {
        var source = SourceText()
        try source.block("struct \(name)") { source throws(NotCompilable) in
            for field in fields { source.line("var \(field.name): \(try swiftType(field.type))") }
        }
        try source.block("extension \(name)") { source throws(NotCompilable) in
            var zeros: [String] = []
            for field in fields { zeros.append("\(field.name): \(try zero(field.type))") }
            source.line("static var zero: \(name) { \(name)(\(zeros.joined(separator: ", "))) }")
            let equal = fields.map { "a.\($0.name) == b.\($0.name)" }
            source.line(
                "@inline(__always) static func == (a: \(name), b: \(name)) -> Bool { \(equal.isEmpty ? "true" : equal.joined(separator: " && ")) }"
            )
            try writeCodec(&source, name, type, fields)
        }
        declarations.append(source)
    }

    private func writeCodec(
        _ source: inout SourceText, _ name: String, _ type: SpecType, _ fields: [Field]
    ) throws(NotCompilable) {
        switch shape(type).size {
        case .bits:
            var parts: [String] = []
            var packed: [String] = []
            for field in fields {
                guard case .bits(let width) = shape(field.type).size else {
                    preconditionFailure("parts of what fits a word fit it")
                }
                let raw = width == 0 ? "0" : "bits(raw, \(field.place.shift), \(width))"
                parts.append("\(field.name): \(try decoded(raw, field.type))")
                if width > 0 { packed.append("\(encoded(field.name, field.type)) &<< \(field.place.shift)") }
            }
            source.line(
                "@inline(__always) init(bits raw: UInt64) { self.init(\(parts.joined(separator: ", "))) }")
            source.line(
                "@inline(__always) var packed: UInt64 { \(packed.isEmpty ? "0" : packed.joined(separator: " | ")) }"
            )
        case .words:
            var parts: [String] = []
            for field in fields {
                let place = PlaceText(wordVariable: "word").part(at: field.place)
                parts.append("\(field.name): \(try load(field.type, from: place))")
            }
            source.line(
                "static func load(_ s: State, _ word: Int) \(throwing(type))-> \(name) { \(name)(\(parts.joined(separator: ", "))) }"
            )
            source.block("func store(_ s: inout State, _ word: Int)") { source in
                for field in fields {
                    let place = PlaceText(wordVariable: "word").part(at: field.place)
                    source.line(store(field.name, field.type, to: place))
                }
            }
        }
    }

    private func declareArray(
        _ type: SpecType, count: Int, _ element: SpecType
    ) throws(NotCompilable) -> String {
        let elementType = try swiftType(element)
        let name = Identifiers.name("Array", names.count)
        names[type] = name
        let shape = shape(type)
        var source = SourceText()
        try source.block("struct \(name)") { source throws(NotCompilable) in
            source.line("var e: InlineArray<\(count), \(elementType)>")
            source.line(
                "static var zero: \(name) { \(name)(e: InlineArray(repeating: \(try zero(element)))) }")
            source.block("static func == (a: \(name), b: \(name)) -> Bool") { source in
                source.line("for i in 0 ..< \(count) where !(a.e[i] == b.e[i]) { return false }")
                source.line("return true")
            }
        }
        try source.block("extension \(name)") { source throws(NotCompilable) in
            switch shape.size {
            case .bits:
                guard case .bits(let width) = self.shape(element).size else { return }
                try source.block("init(bits raw: UInt64)") { source throws(NotCompilable) in
                    source.line("self = .zero")
                    let raw = width == 0 ? "0" : "bits(raw, \(width) * i, \(width))"
                    source.line("for i in 0 ..< \(count) { e[i] = \(try decoded(raw, element)) }")
                }
                source.block("var packed: UInt64") { source in
                    source.line("var raw: UInt64 = 0")
                    if width > 0 {
                        source.line(
                            "for i in 0 ..< \(count) { raw |= \(encoded("e[i]", element)) &<< uint(\(width) * i) }"
                        )
                    }
                    source.line("return raw")
                }
            case .words:
                let place = PlaceText(wordVariable: "word").element("i", of: shape)
                try source.block("static func load(_ s: State, _ word: Int) \(throwing(type))-> \(name)") {
                    source throws(NotCompilable) in
                    source.line("var array = zero")
                    source.line("for i in 0 ..< \(count) { array.e[i] = \(try load(element, from: place)) }")
                    source.line("return array")
                }
                source.block("func store(_ s: inout State, _ word: Int)") { source in
                    source.line("for i in 0 ..< \(count) { \(store("e[i]", element, to: place)) }")
                }
            }
        }
        declarations.append(source)
        return name
    }
}
