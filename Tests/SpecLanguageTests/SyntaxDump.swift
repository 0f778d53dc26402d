// SPDX-License-Identifier: MIT

import Diagnostics
import SpecLanguage

/// A tree as text without places, to compare what two texts mean.
func dump(_ value: Any, into text: inout String) {
    switch value {
    case is Span, is SourceFileID: return
    case let word as String: text += "\"\(word)\""
    default:
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle != .optional else {
            guard let content = mirror.children.first else {
                text += "nil"
                return
            }
            dump(content.value, into: &text)
            return
        }
        guard !mirror.children.isEmpty else {
            text += "\(value)"
            return
        }
        text += mirror.displayStyle == .collection ? "[" : "("
        for child in mirror.children {
            if child.label == "span" || child.label == "file" { continue }
            if let label = child.label { text += "\(label): " }
            dump(child.value, into: &text)
            text += ", "
        }
        text += mirror.displayStyle == .collection ? "]" : ")"
    }
}

func dump(_ module: Syntax.Module?) -> String {
    var text = ""
    dump(module as Any, into: &text)
    return text
}
