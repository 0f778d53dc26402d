// SPDX-License-Identifier: MIT

import Core
import SpecLanguage
import TransitionSystem

/// Swift types for the kinds of the Core, and how their values are read from packed states and written to them.
///
/// | kind | in Swift |
/// |---|---|
/// | truth | `Bool` |
/// | number | `Int` |
/// | lock, optional of a scalar | `Int`: as packed; 0 is free or absent |
/// | set | `UInt64` or `UInt128`: a bit a member |
/// | range | `Interval` |
/// | array, other records | a struct that is declared when first used |
final class TypeWriter {
    private let instanceCount: Int
    private var names: [Core.Kind: String] = [:]
    private var shapes: [Core.Kind: PackedShape] = [:]
    private(set) var declarations: [SourceText] = []

    init(instanceCount: Int) { self.instanceCount = instanceCount }

    func shape(_ kind: Core.Kind) -> PackedShape {
        if let known = shapes[kind] { return known }
        let shape = PackedShape(of: kind.storedType, instances: instanceCount)
        shapes[kind] = shape
        return shape
    }

    // MARK: Names and values

    /// Numbers are computed in `Int`, with room for a carry.
    static func checkWidth(_ number: Core.Number) throws(NotCompilable) {
        if case .word(let width) = number, width > 60 {
            throw NotCompilable("a machine word of \(width) bits")
        }
    }

    func swiftType(_ kind: Core.Kind) throws(NotCompilable) -> String {
        switch kind {
        case .truth: return "Bool"
        case .number(let number):
            try Self.checkWidth(number)
            return "Int"
        case .lock: return "Int"
        case .set(let number):
            guard number.count <= 128 else { throw NotCompilable("a set of more than 128 members") }
            return number.count <= 64 ? "UInt64" : "UInt128"
        case .record(.interval, _): return "Interval"
        case .record(.optional, _) where kind.isCode: return "Int"
        case .record, .array: return try declared(kind)
        }
    }

    /// What all-zero bits mean.
    func zero(_ kind: Core.Kind) throws(NotCompilable) -> String {
        switch kind {
        case .truth: "false"
        case .number(let number): "\(number.lower)"
        case .lock, .set: "0"
        case .record where kind.isCode: "0"
        case .record, .array: "\(try swiftType(kind)).zero"
        }
    }

    // MARK: Packed

    /// The value in the lowest bits of a word.
    private func decoded(_ bits: String, _ kind: Core.Kind) throws(NotCompilable) -> String {
        switch kind {
        case .truth: "(\(bits) != 0)"
        case .number(let number):
            number.lower == 0 ? "int(\(bits))" : "(int(\(bits)) + \(number.lower))"
        case .lock: "int(\(bits))"
        case .set: bits
        case .record where kind.isCode: "int(\(bits))"
        case .record, .array: "\(try swiftType(kind))(bits: \(bits))"
        }
    }

    private func encoded(_ value: String, _ kind: Core.Kind) -> String {
        switch kind {
        case .truth, .lock: "uint(\(value))"
        case .number(let number): "uint(\(ordinal(value, number)))"
        case .set: value
        case .record where kind.isCode: "uint(\(value))"
        case .record, .array: "(\(value)).packed"
        }
    }

    /// The position of a number among those of a kind.
    func ordinal(_ text: String, _ number: Core.Number) -> String {
        number.lower == 0
            ? text : Int128(text).map { "\($0 - number.lower)" } ?? "(\(text) - \(number.lower))"
    }

    func load(_ kind: Core.Kind, from place: PlaceText) throws(NotCompilable) -> String {
        switch shape(kind).size {
        case .bits(0): return try decoded("0", kind)
        case .bits(let width):
            return try decoded("bits(\(place.wordText), \(place.shiftText), \(width))", kind)
        case .words:
            switch kind {
            case .set: return "wide(s, \(place.wordNumber))"
            case .number: return "try integer(s, \(place.wordNumber))"
            case .record(.interval, _): return "try interval(s, \(place.wordNumber))"
            case .truth, .lock, .record, .array:
                return "\(loadCanFail(kind) ? "try " : "")\(try swiftType(kind)).load(s, \(place.wordNumber))"
            }
        }
    }

    /// Whether `load` may throw: numbers that only the interpreter stores.
    func loadCanFail(_ kind: Core.Kind) -> Bool {
        switch kind {
        case .number(.integer), .record(.interval, _): true
        case .number(.range), .number(.word), .truth, .lock, .set: false
        case .record(_, let parts): parts.contains(where: loadCanFail)
        case .array(_, let element): loadCanFail(element)
        }
    }

    private func throwing(_ kind: Core.Kind) -> String { loadCanFail(kind) ? "throws(Trouble) " : "" }

    func store(_ value: String, _ kind: Core.Kind, to place: PlaceText) -> String {
        switch shape(kind).size {
        case .bits(0): return "_ = \(value)"
        case .bits(let width):
            return "put(&\(place.wordText), \(place.shiftText), \(width), \(encoded(value, kind)))"
        case .words:
            switch kind {
            case .set: return "storeWide(&s, \(place.wordNumber), \(value))"
            case .number: return "storeInteger(&s, \(place.wordNumber), \(value))"
            case .record(.interval, _): return "storeInterval(&s, \(place.wordNumber), \(value))"
            case .truth, .lock, .record, .array: return "(\(value)).store(&s, \(place.wordNumber))"
            }
        }
    }

    // MARK: Declarations

    private struct Field {
        let name: String
        let kind: Core.Kind
        let place: PackedPlace
    }

    /// Of a record's part in its struct.
    static func fieldName(_ composite: Core.Composite, _ index: Int) -> String {
        switch composite {
        case .interval: index == Core.Interval.first ? "first" : "last"
        case .optional: index == Core.Optional.flag ? "some" : "value"
        case .queue: index == Core.Queue.count ? "count" : "e"
        case .structure: "f\(index)"
        }
    }

    private func declared(_ kind: Core.Kind) throws(NotCompilable) -> String {
        if let known = names[kind] { return known }
        switch kind {
        case .array(let count, let element): return try declareArray(kind, count: count, element)
        case .record(let composite, let parts):
            guard case .composite(let places, _) = shape(kind) else {
                throw NotCompilable("a record that is packed as one scalar")
            }
            var fields: [Field] = []
            for (index, part) in parts.enumerated() {
                _ = try swiftType(part)
                fields.append(
                    Field(
                        name: Self.fieldName(composite, index), kind: part, place: places[index].place))
            }
            let name = "Record_\(names.count)"
            names[kind] = name
            try declareFields(name, kind, fields)
            return name
        case .truth, .number, .set, .lock: preconditionFailure("other kinds are not declared")
        }
    }

    private func declareFields(
        _ name: String, _ kind: Core.Kind, _ fields: [Field]
    ) throws(NotCompilable) {
        var source = SourceText()
        try source.block("struct \(name)") { source throws(NotCompilable) in
            for field in fields { source.line("var \(field.name): \(try swiftType(field.kind))") }
        }
        try source.block("extension \(name)") { source throws(NotCompilable) in
            var zeros: [String] = []
            for field in fields { zeros.append("\(field.name): \(try zero(field.kind))") }
            source.line("static var zero: \(name) { \(name)(\(zeros.joined(separator: ", "))) }")
            let equal = fields.map { "a.\($0.name) == b.\($0.name)" }
            source.line(
                "@inline(__always) static func == (a: \(name), b: \(name)) -> Bool { \(equal.isEmpty ? "true" : equal.joined(separator: " && ")) }"
            )
            try writeCodec(&source, name, kind, fields)
        }
        declarations.append(source)
    }

    private func writeCodec(
        _ source: inout SourceText, _ name: String, _ kind: Core.Kind, _ fields: [Field]
    ) throws(NotCompilable) {
        switch shape(kind).size {
        case .bits:
            var parts: [String] = []
            var packed: [String] = []
            for field in fields {
                guard case .bits(let width) = shape(field.kind).size else {
                    preconditionFailure("parts of what fits a word fit it")
                }
                let raw = width == 0 ? "0" : "bits(raw, \(field.place.shift), \(width))"
                parts.append("\(field.name): \(try decoded(raw, field.kind))")
                if width > 0 { packed.append("\(encoded(field.name, field.kind)) &<< \(field.place.shift)") }
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
                parts.append("\(field.name): \(try load(field.kind, from: place))")
            }
            source.line(
                "static func load(_ s: State, _ word: Int) \(throwing(kind))-> \(name) { \(name)(\(parts.joined(separator: ", "))) }"
            )
            source.block("func store(_ s: inout State, _ word: Int)") { source in
                for field in fields {
                    let place = PlaceText(wordVariable: "word").part(at: field.place)
                    source.line(store(field.name, field.kind, to: place))
                }
            }
        }
    }

    private func declareArray(
        _ kind: Core.Kind, count: Int, _ element: Core.Kind
    ) throws(NotCompilable) -> String {
        let elementType = try swiftType(element)
        let name = "Array_\(names.count)"
        names[kind] = name
        let shape = shape(kind)
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
                try source.block("static func load(_ s: State, _ word: Int) \(throwing(kind))-> \(name)") {
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
