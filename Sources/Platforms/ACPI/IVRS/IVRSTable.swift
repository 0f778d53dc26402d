// SPDX-License-Identifier: MIT

/// AMD's table: the IOMMUs with their devices, and the memory that devices must go on reaching.
package struct IVRSTable: Hashable, Sendable {
    package struct Frame: Hashable, Sendable {
        package let offset: Int
        package let length: Int
        package let type: UInt8
        /// `IVHD 11h`, `IVMD 2`
        package let title: String
    }

    /// IVHD
    package struct HardwareDefinition: Hashable, Sendable {
        package let frame: Frame
        package let flags: UInt8
        package let deviceID: UInt16
        package let capabilityOffset: UInt16
        package let registerBase: UInt64
        package let segment: UInt16
        package let info: UInt16
        package let features: UInt32
        /// Only of types 11h and 40h.
        package let extendedFeatures: UInt64?
        package let extendedFeatures2: UInt64?
        package let entries: [DeviceEntry]

        package var address: PCIAddress { PCIAddress(segment: segment, requester: deviceID) }
    }

    /// One entry of an IVHD's list.
    package struct DeviceEntry: Hashable, Sendable {
        package let offset: Int
        package let length: Int
        package let type: UInt8
        package let deviceID: UInt16
        package let settings: UInt8
        package let content: Content

        package enum Content: Hashable, Sendable {
            case plain
            case alias(source: UInt16)
            case extended(UInt32)
            /// Kind 1 is an IOAPIC, 2 an HPET.
            case special(handle: UInt8, source: UInt16, kind: UInt8)
            case acpi(hid: String, cid: String, uidFormat: UInt8, uid: String)
            /// Stepped over by its length.
            case other
        }

        package static let rangeStarts: Set<UInt8> = [0x03, 0x43, 0x47]
        package static let rangeEnd: UInt8 = 0x04
    }

    /// IVMD
    package struct MemoryDefinition: Hashable, Sendable {
        package let frame: Frame
        package let flags: UInt8
        package let deviceID: UInt16
        /// The last device of type 22h.
        package let auxiliary: UInt16
        package let segment: UInt16
        package let start: UInt64
        package let bytes: UInt64

        package var isUnity: Bool { flags & 1 != 0 }
        package var isExclusion: Bool { flags & 8 != 0 }

        package var devices: DeviceSelector {
            let first = PCIAddress(segment: segment, requester: deviceID)
            switch frame.type {
            case 0x20: return .segment(segment)
            case 0x21: return .function(first)
            default:
                return .functions(first: first, last: PCIAddress(segment: segment, requester: auxiliary))
            }
        }
    }

    package let header: ACPIHeader
    package let info: UInt32
    package var hardware: [HardwareDefinition] = []
    package var memory: [MemoryDefinition] = []
    /// Blocks of a type that no specification we know has.
    package var unknown: [Frame] = []

    package var physicalAddressBits: Int { Int(info >> 8 & 0x7f) }
    package var virtualAddressBits: Int { Int(info >> 15 & 0x7f) }
}
