// SPDX-License-Identifier: MIT

/// Arm's table: a graph from devices over SMMUs to interrupt translators, with the memory devices must go on
/// reaching.
package struct IORTTable: Hashable, Sendable {
    package struct Node: Hashable, Sendable {
        package let offset: Int
        package let length: Int
        package let type: UInt8
        package let revision: UInt8
        package let identifier: UInt32
        /// Where the mappings stand, from the node.
        package let mappingOffset: UInt32
        package let mappings: [Mapping]
        package let content: Content
        /// `named component 3`, counted from 1 within its type.
        package let title: String

        package enum Content: Hashable, Sendable {
            case itsGroup(identifiers: [UInt32])
            case namedComponent(flags: UInt32, memory: UInt64, addressBits: UInt8, name: String)
            /// The address bits count from revision 1 on.
            case rootComplex(memory: UInt64, ats: UInt32, segment: UInt32, addressBits: UInt8?)
            case smmu(SMMU)
            case smmuV3(base: UInt64, flags: UInt32, model: UInt32)
            case counters(base: UInt64, nodeOffset: UInt32)
            case reservedMemory(flags: UInt32, ranges: [Range])
            case unknown
        }
    }

    /// Of versions 1 and 2.
    package struct SMMU: Hashable, Sendable {
        package let base: UInt64
        package let span: UInt64
        package let model: UInt32
        package let flags: UInt32
        package let contextInterrupts: [UInt64]
        package let performanceInterrupts: [UInt64]
    }

    /// Ids of devices to ids of the node that they go to.
    package struct Mapping: Hashable, Sendable {
        package let offset: Int
        package let inputBase: UInt32
        /// Number of ids less one.
        package let count: UInt32
        package let outputBase: UInt32
        /// From the start of the table.
        package let outputNode: UInt32
        package let flags: UInt32

        /// The mapping has one output and the input does not matter.
        package var isSingle: Bool { flags & 1 != 0 }
    }

    /// Of a reserved memory range node.
    package struct Range: Hashable, Sendable {
        package let offset: Int
        package let base: UInt64
        package let bytes: UInt64
    }

    package let header: ACPIHeader
    package let nodeCount: UInt32
    package let firstNode: UInt32
    package let nodes: [Node]
    /// Behind the last node.
    package let bytesLeft: Int

    package func node(at offset: UInt32) -> Node? { nodes.first { $0.offset == Int(offset) } }
}
