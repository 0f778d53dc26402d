// SPDX-License-Identifier: MIT

import SpecLanguage
import TransitionSystem

/// Constants as a report shows them.
enum ConstantText {
    static func text(_ value: Value, _ type: SpecType) -> String {
        if case .list(let values) = value, case .list(let element) = type {
            return "[" + values.map { ValueText.short($0, element) }.joined(separator: ", ") + "]"
        }
        return ValueText.short(value, type)
    }
}
