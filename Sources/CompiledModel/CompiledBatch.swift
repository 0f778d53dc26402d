// SPDX-License-Identifier: MIT

/// What goes in and out of one expansion. The generated source has the same struct, `Batch` (see `Prelude`): fields of
/// 8 bytes in the same order.
struct CompiledBatch {
    var successors: UnsafeMutablePointer<UInt64>
    var count: Int
    var capacity: Int
    var failures: Int
    var findings: UnsafeMutablePointer<Int>
    var findingCount: Int
    var findingCapacity: Int
    var operationCounts: UnsafeMutablePointer<UInt64>
    var premiseCounts: UnsafeMutablePointer<UInt64>
    var reachableCounts: UnsafeMutablePointer<UInt64>
    var sourceEnds: UnsafeMutablePointer<Int>
    var isReduced: Int
    var source: Int
    var outcomesBefore: Int
    var depth: Int
    var work: Int
    var isBeyond: Int
    var host: UnsafeMutableRawPointer
    var grow: @convention(c) (UnsafeMutableRawPointer) -> Void
    var growFindings: @convention(c) (UnsafeMutableRawPointer) -> Void
}

/// `iommu_check_expand` of a compiled model.
typealias CompiledExpand =
    @convention(c) (UnsafePointer<UInt64>, Int, UnsafeMutableRawPointer) -> Int
