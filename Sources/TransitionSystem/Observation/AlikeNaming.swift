import SpecLanguage

/// Values as text, up to renaming of some types: within one observation their values are numbered in the order in which they
/// are met, `#1`, `#2`, …
struct AlikeNaming {
    private let alike: Set<SpecType>
    private var met: [Met] = []

    private struct Met: Hashable {
        let type: SpecType
        let value: Value
    }

    init(_ alike: Set<SpecType>) { self.alike = alike }

    mutating func text(_ value: Value, _ type: SpecType) -> String {
        if alike.isEmpty || value == .none { return ValueText.short(value, type) }
        if alike.contains(type) {
            let met = Met(type: type, value: value)
            let index = self.met.firstIndex(of: met) ?? self.met.count
            if index == self.met.count { self.met.append(met) }
            return "#\(index + 1)"
        }
        switch (type, value) {
        case (.optional(let wrapped), _): return text(value, wrapped)
        case (.structure(_, let fields), .record(let values)):
            let texts = zip(fields, values).map { "\($0.name): \(text($1, $0.type))" }
            return "{" + texts.joined(separator: ", ") + "}"
        case (.array(_, let element), .array(let values)), (.list(let element), .list(let values)),
            (.queue(let element, _), .queue(let values)):
            return "[" + values.map { text($0, element) }.joined(separator: ", ") + "]"
        // Members of a set have no order: how many there are is all that is left.
        case (.set(let element), .set(let set)) where alike.contains(element):
            return "{\(set.members.count) of \(element.description)}"
        case (.interval(let element), .interval(let first, let last)) where alike.contains(element):
            return last < first ? "empty" : "\(last - first + 1) of \(element.description)"
        default: return ValueText.short(value, type)
        }
    }
}
