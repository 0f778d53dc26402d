// SPDX-License-Identifier: MIT

/// A PCI function that is really there.
package struct PCIDevice: Hashable, Sendable {
    package let address: PCIAddress
    /// Base class, sub-class and interface, as in `class` of sysfs; `nil` where nothing says it.
    package var classCode: UInt32?
    /// Bits of the streaming and of the coherent DMA mask.
    package var maskBits: Int?
    package var coherentMaskBits: Int?
    /// Of a bridge: the bus behind it.
    package var secondaryBus: UInt8?

    package init(_ address: PCIAddress) { self.address = address }

    /// Linux lets the reserved ranges of these be given up when a virtual machine takes the device.
    package var isUSBOrGraphics: Bool {
        guard let classCode else { return false }
        return classCode >> 16 == 0x03 || classCode >> 8 == 0x0c03
    }

    package var isISABridge: Bool { classCode.map { $0 >> 8 == 0x0601 } ?? false }
}

/// Addresses that a host bridge hands to its devices: the DMA layer keeps them out of every IOVA space.
package struct BridgeWindow: Hashable, Sendable {
    /// `0000:00`
    package let bus: String
    package let range: AddressRange
    package let place: FilePlace

    package init(bus: String, range: AddressRange, place: FilePlace) {
        self.bus = bus
        self.range = range
        self.place = place
    }
}
