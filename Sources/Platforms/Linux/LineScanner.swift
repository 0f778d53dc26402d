// SPDX-License-Identifier: MIT

/// Reads a line of a kernel log from left to right.
struct LineScanner {
    private(set) var rest: Substring

    init(_ text: Substring) { rest = text }

    /// What follows the first `marker`; `nil` where it is not in the line.
    init?(_ line: String, after marker: String) {
        guard let range = line.firstRange(of: marker) else { return nil }
        rest = line[range.upperBound...]
    }

    mutating func skipBlanks() {
        rest = rest.drop { $0 == " " || $0 == "\t" }
    }

    mutating func take(_ literal: String) -> Bool {
        guard rest.hasPrefix(literal) else { return false }
        rest = rest.dropFirst(literal.count)
        return true
    }

    /// Hexadecimal digits, with or without `0x`.
    mutating func hexadecimal() -> UInt64? {
        var digits = rest
        if digits.hasPrefix("0x") { digits = digits.dropFirst(2) }
        let own = digits.prefix { $0.isASCII && $0.isHexDigit }
        guard !own.isEmpty, let number = UInt64(own, radix: 16) else { return nil }
        rest = digits[own.endIndex...]
        return number
    }

    mutating func decimal() -> Int? {
        let own = rest.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(own) else { return nil }
        rest = rest[own.endIndex...]
        return number
    }

    /// `0x1000-0x1fff`, both ends included.
    mutating func range() -> AddressRange? {
        guard let first = hexadecimal(), take("-"), let last = hexadecimal() else { return nil }
        return AddressRange(first: first, last: last)
    }

    /// Up to the next blank.
    mutating func word() -> Substring {
        let own = rest.prefix { $0 != " " && $0 != "\t" }
        rest = rest[own.endIndex...]
        return own
    }
}
