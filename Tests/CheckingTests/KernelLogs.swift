// SPDX-License-Identifier: MIT

import CheckerTesting
import Conformance
import Foundation
import Testing

@testable import Checking

/// A kernel's log of `Tests/Fixtures/traces`, and the spec of its hardware.
struct KernelLog: CustomTestStringConvertible {
    let name: String
    let spec: String

    static let all = [
        KernelLog(name: "amd-strict", spec: "stock_log"),
        KernelLog(name: "amd-strict-kprobes", spec: "amd_log"),
        KernelLog(name: "intel-lazy-kprobes", spec: "vtd_log"),
        KernelLog(name: "intel-pt", spec: "stock_log"),
        KernelLog(name: "intel-strict-k612-dma", spec: "dma_events_log"),
        KernelLog(name: "intel-strict-kprobes", spec: "vtd_log"),
        KernelLog(name: "intel-strict-rmrr", spec: "stock_log"),
        KernelLog(name: "smmuv3-faults", spec: "smmuv3_log"),
        KernelLog(name: "smmuv3-strict-kprobes", spec: "smmuv3_log"),
    ]

    var testDescription: String { name }
    var folder: String { repositoryRoot + "/Tests/Fixtures/traces/" + name }
    var path: String { folder + "/trace.txt.gz" }

    func request(trace: String? = nil) -> ConformRequest {
        ConformRequest(
            trace: trace ?? path, spec: repositoryRoot + "/Specs/conformance/\(spec).spec",
            platform: folder + "/reserved_regions.txt")
    }

    /// All lines, without their ends.
    func lines() throws -> [[UInt8]] {
        let input = try LogInput(path: path)
        var bytes: [UInt8] = []
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        while case let count = try input.read(into: block), count > 0 { bytes += block[..<count] }
        return bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast().map(Array.init)
    }
}
