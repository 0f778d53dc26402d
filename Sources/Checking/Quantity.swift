// SPDX-License-Identifier: MIT

import Foundation

/// Sizes and times as people write them.
package enum Quantity {
    /// `512M`, `8G`, `4096`: bytes, with binary multiples.
    package static func bytes(_ text: String) -> Int? {
        let units: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
        var digits = text[...]
        if digits.last == "B" { digits = digits.dropLast() }
        var shift = 0
        if let last = digits.last, let exponent = units[Character(last.uppercased())] {
            shift = exponent
            digits = digits.dropLast()
        }
        guard let number = Int(digits), number > 0, number <= Int.max >> (shift + 1) else { return nil }
        return number << shift
    }

    /// `90`, `90s`, `10m`, `2h`: seconds.
    package static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        var digits = text[...]
        var factor = 1.0
        if let last = digits.last, let unit = units[last] {
            factor = unit
            digits = digits.dropLast()
        }
        guard let number = Double(digits), number > 0, number.isFinite, number < 1e9 else { return nil }
        return number * factor
    }
}
