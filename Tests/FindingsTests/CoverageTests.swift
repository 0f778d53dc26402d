// SPDX-License-Identifier: MIT

import Findings
import Testing

/// Counts of what was exercised: kept in order, at any size, and never made up where a text lacks them.
struct CoverageTests {
    private static let coverage = Coverage(
        operations: [
            .init(name: "map", count: 0), .init(name: "map", count: 1), .init(name: "", count: .max),
        ],
        premises: [.init(name: "no_stale_dma", count: 1 << 63)],
        reachables: [], liveness: [.init(name: "flushed", count: 3)])

    @Test func isTheSameWhenReadAgain() throws {
        let read = try CodedForm.again(Self.coverage)
        #expect(read == Self.coverage)
        #expect(read.operations.map(\.count) == [0, 1, .max])
        #expect(read.premises.first?.count == 9_223_372_036_854_775_808)
    }

    @Test func livenessIsEmptyUnlessGiven() {
        #expect(Coverage(operations: [], premises: [], reachables: []).liveness.isEmpty)
    }

    /// The order is that of the declarations: another order is another coverage.
    @Test func theOrderCounts() {
        let (one, other) = (Coverage.Count(name: "a", count: 1), Coverage.Count(name: "b", count: 2))
        let first = Coverage(operations: [one, other], premises: [], reachables: [])
        #expect(first != Coverage(operations: [other, one], premises: [], reachables: []))
        #expect(first != Coverage(operations: [], premises: [one, other], reachables: []))
        #expect(first != Coverage(operations: [], premises: [], reachables: [one, other]))
    }

    @Test func eachListKeepsItsPlace() throws {
        let lists = ["operations", "premises", "reachables", "liveness"].enumerated().map {
            [Coverage.Count(name: $1, count: UInt64($0))]
        }
        let read = try CodedForm.again(
            Coverage(operations: lists[0], premises: lists[1], reachables: lists[2], liveness: lists[3]))
        #expect([read.operations, read.premises, read.reachables, read.liveness] == lists)
    }

    @Test(arguments: ["operations", "premises", "reachables", "liveness"])
    func aTextWithoutAListIsRefused(name: String) throws {
        let text = try CodedForm.text(Self.coverage)
        let changed = text.replacing("\"\(name)\":", with: "\"other\":")
        #expect(changed != text)
        #expect(CodedForm.isRefused(Coverage.self, changed))
    }

    @Test(arguments: ["-1", "18446744073709551616", "1.5", "\"1\"", "null", "[]"])
    func aCountThatIsNoneIsRefused(count: String) throws {
        let text = try CodedForm.text(Coverage.Count(name: "map", count: 41))
        let changed = text.replacing("41", with: count)
        #expect(changed != text)
        #expect(CodedForm.isRefused(Coverage.Count.self, changed))
    }
}
