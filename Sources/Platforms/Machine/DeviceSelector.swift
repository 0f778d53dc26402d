// SPDX-License-Identifier: MIT

/// What a firmware table means by 'this device'.
package enum DeviceSelector: Hashable, Sendable, CustomStringConvertible {
    case function(PCIAddress)
    /// Behind bridges: the bus is what the last bridge's secondary bus is at run time.
    case path(start: PCIAddress, steps: [PathStep])
    /// All functions from the first to the last, by requester.
    case functions(first: PCIAddress, last: PCIAddress)
    case segment(UInt16)
    /// A device of the ACPI namespace.
    case named(String)
    /// A log prints the range but not its devices.
    case unknown

    package struct PathStep: Hashable, Sendable {
        package let device: UInt8
        package let function: UInt8

        package init(device: UInt8, function: UInt8) {
            self.device = device
            self.function = function
        }
    }

    /// Whether this certainly means `address`; a path is resolved first (`Machine.resolve`).
    package func matches(_ address: PCIAddress) -> Bool {
        switch self {
        case .function(let own): own == address
        case .functions(let first, let last): first <= address && address <= last
        case .segment(let segment): segment == address.segment
        case .path, .named, .unknown: false
        }
    }

    package var isSegment: Bool { if case .segment = self { true } else { false } }

    package var description: String {
        switch self {
        case .function(let address): address.description
        case .path(let start, let steps):
            start.description
                + steps.map { "/\(hex(UInt64($0.device), 2)).\($0.function)" }.joined()
        case .functions(let first, let last): "\(first)-\(last)"
        case .segment(let segment): "all devices of segment \(hex(UInt64(segment), 4))"
        case .named(let name): name
        case .unknown: "devices that the log does not name"
        }
    }
}
