// SPDX-License-Identifier: MIT

/// Identifiers of an export: letters, digits and '_', no word of the target language, none twice. Names that a reader
/// sees differ in more than their case.
struct Names {
    private var used: Set<String>
    private var variables: [ExportVariable: String] = [:]
    private var binders: [Binder: String] = [:]

    private let isLowercase: Bool

    /// - Parameter isLowercase: for languages that leave capitals to macros.
    init(reserved: Set<String>, isLowercase: Bool = false) {
        used = reserved
        self.isLowercase = isLowercase
    }

    static func sanitised(_ text: String) -> String {
        let letters = text.unicodeScalars.prefix(60).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": Character(scalar)
            default: "_"
            }
        }
        guard let first = letters.first, first.isLetter else { return "v_" + String(letters) }
        return String(letters)
    }

    /// One line of text that ends no comment and no string.
    static func comment(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(200).map { scalar -> Character in
                switch scalar {
                case "\"", "\\", "*", "/", "|": "'"
                case " "..."~": Character(scalar)
                default: "?"
                }
            })
    }

    mutating func unique(_ text: String) -> String {
        let base = isLowercase ? Self.sanitised(text).lowercased() : Self.sanitised(text)
        var name = base
        var number = 1
        while !used.insert(name.lowercased()).inserted {
            number += 1
            name = "\(base)_\(number)"
        }
        return name
    }

    mutating func declare(_ variable: ExportVariable) {
        if variables[variable] == nil { variables[variable] = unique(variable.name) }
    }

    mutating func declare(_ binder: Binder) {
        if binders[binder] == nil { binders[binder] = unique(binder.name) }
    }

    subscript(variable: ExportVariable) -> String {
        guard let name = variables[variable] else { preconditionFailure("'\(variable.name)' is declared") }
        return name
    }

    subscript(binder: Binder) -> String {
        guard let name = binders[binder] else { preconditionFailure("'\(binder.name)' is declared") }
        return name
    }

    /// Declares the temporaries and binders of statements and terms.
    mutating func declare(_ statements: [ExportStatement], _ terms: [Term]) {
        for variable in ExportModel.temporaries(of: statements, terms) { declare(variable) }
        var seen: Set<ObjectIdentifier> = []
        func note(_ term: Term) {
            term.visit(&seen) { if case .quantified(_, let binder, _) = $0.kind { declare(binder) } }
        }
        for term in terms { note(term) }
        ExportStatement.visit(statements) { statement in
            if case .forEach(let binder, _) = statement { declare(binder) }
            for term in statement.terms { note(term) }
        }
    }
}

/// Lines with their indentation.
struct Lines {
    private(set) var text = ""
    var depth = 0

    mutating func line(_ line: String) {
        if !line.isEmpty { text += String(repeating: "  ", count: depth) + line }
        text += "\n"
    }

    mutating func indented(_ body: (inout Lines) throws -> Void) rethrows {
        depth += 1
        defer { depth -= 1 }
        try body(&self)
    }

    mutating func append(_ other: Lines) { text += other.text }
    mutating func append(_ other: String) { text += other }
}
