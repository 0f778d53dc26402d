// SPDX-License-Identifier: MIT

/// VT-d's table: the remapping units, and the memory that devices must go on reaching.
package struct DMARTable: Hashable, Sendable {
    /// Where a structure lies, for messages and for the order of structures.
    package struct Frame: Hashable, Sendable {
        package let offset: Int
        package let length: Int
        package let type: UInt16
        /// `RMRR 2`, counted from 1 within its type.
        package let title: String
    }

    /// DRHD
    package struct RemappingUnit: Hashable, Sendable {
        package let frame: Frame
        package let flags: UInt8
        package let size: UInt8
        package let segment: UInt16
        package let registerBase: UInt64
        package let scopes: [DeviceScope]

        /// For all devices of the segment that no other unit names.
        package var includesAll: Bool { flags & 1 != 0 }
    }

    /// RMRR
    package struct ReservedMemory: Hashable, Sendable {
        package let frame: Frame
        package let segment: UInt16
        package let base: UInt64
        /// The last byte.
        package let limit: UInt64
        package let scopes: [DeviceScope]
    }

    /// ATSR, SATC and SIDP: a list of devices with a property.
    package struct DeviceList: Hashable, Sendable {
        package let frame: Frame
        /// SIDP has none.
        package let flags: UInt8?
        package let segment: UInt16
        package let scopes: [DeviceScope]
    }

    /// RHSA
    package struct Affinity: Hashable, Sendable {
        package let frame: Frame
        package let registerBase: UInt64
        package let proximityDomain: UInt32
    }

    /// ANDD
    package struct NamespaceDevice: Hashable, Sendable {
        package let frame: Frame
        package let number: UInt8
        package let name: String
        package let isTerminated: Bool
    }

    package let header: ACPIHeader
    /// Bits of a physical address.
    package let hostAddressWidth: Int
    package let flags: UInt8
    package var units: [RemappingUnit] = []
    package var reservedMemory: [ReservedMemory] = []
    package var rootPorts: [DeviceList] = []
    package var affinities: [Affinity] = []
    package var namespaceDevices: [NamespaceDevice] = []
    package var translationCaches: [DeviceList] = []
    package var deviceProperties: [DeviceList] = []
    package var unknown: [Frame] = []
    /// All structures as they stand.
    package var order: [Frame] = []

    package var remapsInterrupts: Bool { flags & 1 != 0 }
}
