// SPDX-License-Identifier: MIT

import SpecLanguage

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

    /// Numbers of the type; `nil` for `Int` and for what is no number.
    static func bounds(of type: SpecType) -> ClosedRange<Int>? {
        let bounds: ClosedRange<Int>? =
            switch type {
            case .range(_, let lower, let upper) where lower <= upper: lower...upper
            case .bits(_, let width) where width <= 60: 0...((1 << width) - 1)
            case .enumeration, .symmetric: 0...max((type.indexCount ?? 1) - 1, 0)
            default: nil
            }
        return bounds.flatMap {
            safe.lowerBound <= $0.lowerBound && $0.upperBound <= safe.upperBound ? $0 : nil
        }
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
