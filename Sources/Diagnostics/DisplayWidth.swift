// SPDX-License-Identifier: MIT

extension Character {
    /// Columns the character takes on a terminal: two for East Asian wide characters and emoji, else one.
    var displayWidth: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension Sequence<Character> {
    /// Columns of all characters.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }
}
