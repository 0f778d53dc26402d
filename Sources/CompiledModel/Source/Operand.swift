// SPDX-License-Identifier: MIT

import Core

/// Source of a value: free of side effects, good until the next statement that changes what it reads.
struct Operand {
    let text: String
    /// Where known, the numbers it can be; so that most checks can be left out.
    let bounds: ClosedRange<Int>?

    init(_ text: String, bounds: ClosedRange<Int>? = nil) {
        self.text = text
        self.bounds = bounds
    }

    /// Numbers beyond are computed with overflow checks.
    static let safe = -(1 << 60)...(1 << 60)

    /// A name or a literal: may be written twice.
    var isSimple: Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    /// Numbers of the kind; `nil` for exact integers of any size and for what is no number.
    static func bounds(of kind: Core.Kind) -> ClosedRange<Int>? {
        guard let bounds = kind.number?.bounds, let lower = Int(exactly: bounds.lowerBound),
            let upper = Int(exactly: bounds.upperBound), safe.contains(lower), safe.contains(upper)
        else { return nil }
        return lower...upper
    }

    static func truth(_ flag: Bool) -> Operand { Operand(flag ? "true" : "false") }

    var isTrue: Bool { text == "true" }
    var isFalse: Bool { text == "false" }

    /// The negation.
    var negated: Operand { isTrue ? .truth(false) : isFalse ? .truth(true) : Operand("!(\(text))") }

    /// Whether the bounds decide `self < other`.
    func isLess(than other: Operand) -> Bool? {
        guard let a = bounds, let b = other.bounds else { return nil }
        return a.upperBound < b.lowerBound ? true : b.upperBound <= a.lowerBound ? false : nil
    }

    static func union(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>?) -> ClosedRange<Int>? {
        guard let a, let b else { return nil }
        return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }

    /// Bounds of `a op b`, where they are safe.
    static func bounds(
        _ a: ClosedRange<Int>?, _ b: ClosedRange<Int>?, _ operation: (Int, Int) -> (Int, Bool)
    ) -> ClosedRange<Int>? {
        guard let a, let b else { return nil }
        var results: [Int] = []
        for left in [a.lowerBound, a.upperBound] {
            for right in [b.lowerBound, b.upperBound] {
                let (result, overflow) = operation(left, right)
                if overflow || !safe.contains(result) { return nil }
                results.append(result)
            }
        }
        guard let least = results.min(), let greatest = results.max() else { return nil }
        return least...greatest
    }
}
