// SPDX-License-Identifier: MIT

import Diagnostics

/// A value read from JSON, with its place.
struct JSONNode {
    struct Member {
        let name: String
        let value: JSONNode
    }

    enum Content {
        case null
        case bool(Bool)
        /// As written.
        case number(String)
        case string(String)
        case array([JSONNode])
        case object([Member])
    }

    let content: Content
    let span: Span

    /// The member of this name of an object.
    subscript(name: String) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name == name }?.value
    }

    var string: String? { if case .string(let text) = content { text } else { nil } }

    var elements: [JSONNode]? { if case .array(let elements) = content { elements } else { nil } }

    var isObject: Bool { if case .object = content { true } else { false } }

    var integer: Int? { if case .number(let text) = content { Int(text) } else { nil } }

    /// What it is, for messages.
    var title: String {
        switch content {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
