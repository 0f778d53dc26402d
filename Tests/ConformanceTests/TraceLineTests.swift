// SPDX-License-Identifier: MIT

import Testing

@testable import Conformance

/// Lines of ftrace's text.
struct TraceLineTests {
    private func read(_ text: String) -> (kind: String, line: TraceLine, event: String) {
        var line = TraceLine()
        let bytes = Array(text.utf8)
        let kind = bytes.withUnsafeBytes { bytes in
            switch line.read(bytes) {
            case .event: "event"
            case .comment: "comment"
            case .lost(let count): "lost \(count)"
            case .other(let place): "other \(place)"
            }
        }
        guard kind == "event" else { return (kind, line, "") }
        return (kind, line, String(decoding: bytes[line.nameStart..<line.nameEnd], as: UTF8.self))
    }

    @Test(arguments: [
        (
            "          <idle>-0       [001] d.H2.    10.563546: unmap: IOMMU: iova=0x1", 0, 1, 10_563_546,
            "unmap"
        ),
        (" kworker/u4:1-12345   [120] .....     0.000001: kmap: (x)", 12345, 120, 1, "kmap"),
        ("     a [1] b-c-77     (  77) [003] d..1.    12.000000: map: x", 77, 3, 12_000_000, "map"),
    ])
    func events(text: String, pid: UInt64, cpu: UInt64, time: UInt64, event: String) {
        let found = read(text)
        #expect(found.kind == "event")
        #expect(found.line.pid == pid)
        #expect(found.line.cpu == cpu)
        #expect(found.line.time == time)
        #expect(found.event == event)
    }

    /// An interrupt is a thread of its own, and each CPU has its own idle task.
    @Test func threads() {
        let task = read("  init-1  [000] d..2.  1.000000: map: x").line.thread
        let hard = read("  init-1  [000] d.h2.  1.000000: map: x").line.thread
        let soft = read("  init-1  [000] d.s2.  1.000000: map: x").line.thread
        let idle = read("  <idle>-0  [000] d..2.  1.000000: map: x").line.thread
        let other = read("  <idle>-0  [001] d..2.  1.000000: map: x").line.thread
        #expect(Set([task, hard, soft, idle, other]).count == 5)
    }

    @Test(arguments: [
        ("# tracer: nop", "comment"), ("", "comment"), ("CPU:1 [LOST 12 EVENTS]", "lost 12"),
        ("hello", "other 0"),
        ("  init-1  [000] d..2.  1.0000: map: x", "other 25"), ("  init-1  [000", "other 0"),
        (" 1)   0.123 us    |  mutex_lock();", "other 0"),
    ])
    func otherLines(text: String, kind: String) { #expect(read(text).kind == kind) }
}
