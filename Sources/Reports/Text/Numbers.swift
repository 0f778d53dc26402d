// SPDX-License-Identifier: MIT

/// Numbers as readers want them, without the machine's language settings.
enum Numbers {
    /// `1,012,140`
    static func grouped(_ number: UInt64) -> String {
        var digits = String(number)
        var groups: [String] = []
        while digits.count > 3 {
            groups.append(String(digits.suffix(3)))
            digits.removeLast(3)
        }
        return ([digits] + groups.reversed()).joined(separator: ",")
    }

    /// A fixed number of digits after the point; 0 for what is no number.
    static func fixed(_ number: Double, digits: Int) -> String {
        let factor = UInt64(repeatElement(10, count: digits).reduce(1, *))
        let scaled = (number * Double(factor)).rounded()
        guard scaled.isFinite, scaled > -9e15, scaled < 9e15 else { return fixed(0, digits: digits) }
        let magnitude = UInt64(abs(scaled))
        let fraction = String(magnitude % factor)
        let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
        let sign = scaled < 0 ? "-" : ""
        return sign + String(magnitude / factor) + (digits > 0 ? "." + zeros + fraction : "")
    }

    /// `3 steps`, `1 step`
    static func counted(_ count: UInt64, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}
