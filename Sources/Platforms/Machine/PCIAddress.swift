// SPDX-License-Identifier: MIT

/// Segment, bus, device and function of a PCI function.
package struct PCIAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let segment: UInt16
    package let bus: UInt8
    package let device: UInt8
    package let function: UInt8

    package init(segment: UInt16, bus: UInt8, device: UInt8, function: UInt8) {
        self.segment = segment
        self.bus = bus
        self.device = device
        self.function = function
    }

    /// From the 16 bits that AMD's tables and all requests on the bus carry.
    package init(segment: UInt16, requester: UInt16) {
        self.init(
            segment: segment, bus: UInt8(requester >> 8), device: UInt8(requester >> 3 & 31),
            function: UInt8(requester & 7))
    }

    /// `0000:00:1f.3` as the kernel writes it.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let last = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard last.count == 2,
            let segment = Self.number(parts[0], digits: 4...4),
            let bus = Self.number(parts[1], digits: 2...2),
            let device = Self.number(last[0], digits: 2...2), device < 32,
            let function = Self.number(last[1], digits: 1...1), function < 8
        else { return nil }
        self.init(
            segment: segment, bus: UInt8(bus), device: UInt8(device), function: UInt8(function))
    }

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> UInt16? {
        guard digits.contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        return UInt16(text, radix: 16)
    }

    package var requester: UInt16 { UInt16(bus) << 8 | UInt16(device) << 3 | UInt16(function) }

    package var description: String {
        "\(hex(UInt64(segment), 4)):\(hex(UInt64(bus), 2)):\(hex(UInt64(device), 2)).\(function)"
    }

    package static func < (left: PCIAddress, right: PCIAddress) -> Bool {
        (left.segment, left.requester) < (right.segment, right.requester)
    }
}

/// Hexadecimal digits without `0x`, filled with zeros to `width`.
func hex(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
