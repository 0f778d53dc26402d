// SPDX-License-Identifier: MIT

import CheckerTesting
import Testing

@testable import Conformance

/// What is kept of a log is what lives at its end: events that undo each other leave nothing behind.
struct LogMemoryTests {
    private static let spec = """
        type Word = bits(64)
        state { owned: [Word]Set<Word>, frames: [Word]Word?, count: Word }
        op map(domain: Word, page: Word, frame: Word) {
            assert is_free: !owned[domain].contains(page)
            owned[domain].insert(page ... page)
            frames[page] = frame
            count = count + 1
        }
        op unmap(domain: Word, page: Word) {
            assert is_mapped: frames[page] != none
            owned[domain].remove(page ... page)
            frames[page] = none
        }
        process p { unmap(0, 0) }
        """
    private static let events =
        "event map: {domain:hex} {page:hex} {frame:hex}\nevent unmap: {domain:hex} {page:hex}"

    /// Thousands of domains and pages, of which at most eight live at a time.
    @Test func tablesKeepTheirSize() throws {
        let program = try SparseProgram(try LogTesting.spec(Self.spec), steps: ["map", "unmap"])
        let machine = SparseMachine(program)
        let store = SparseStore(program.layout)
        let (map, unmap) = (try #require(program.entries["map"]), try #require(program.entries["unmap"]))
        func run(_ entry: SparseProgram.Entry, _ arguments: [UInt64]) -> SparseMachine.Outcome {
            for (register, word) in zip(entry.parameters, arguments) { machine.registers[register] = word }
            return machine.run(from: entry.start, on: store)
        }
        var random = SeededNumbers(seed: 11)
        var live: [[UInt64]] = []
        var liveMax = 0
        for number in 0..<20_000 {
            if live.count == 8 || !live.isEmpty && Bool.random(using: &random) {
                let gone = live.remove(at: Int.random(in: 0..<live.count, using: &random))
                #expect(run(unmap, gone) == .finished)
            } else {
                let words = [UInt64.random(in: 0 ... .max, using: &random), UInt64(number) << 12 | 1]
                #expect(run(map, words + [7]) == .finished)
                live.append(words)
            }
            // One set and one frame each, as no two share a domain.
            #expect(store.liveCount == 2 * live.count)
            liveMax = max(liveMax, live.count)
        }
        #expect(liveMax == 8)
        #expect(store.tables.map(\.capacity) == [16])
        #expect(store.sets.map(\.capacity) == [8])
        for words in live { #expect(run(unmap, words) == .finished) }
        #expect(store.liveCount == 0)
        #expect(store.isEqual(to: Self.store(program, count: store.globals[0])))
    }

    private static func store(_ program: SparseProgram, count: UInt64) -> SparseStore {
        let fresh = SparseStore(program.layout)
        fresh.globals[0] = count
        return fresh
    }

    /// Two states are the same whatever came before them.
    @Test func equalStatesAreEqual() throws {
        let program = try SparseProgram(try LogTesting.spec(Self.spec), steps: ["map", "unmap"])
        let machine = SparseMachine(program)
        func after(_ events: [(String, [UInt64])]) throws -> SparseStore {
            let store = SparseStore(program.layout)
            for (name, arguments) in events {
                let entry = try #require(program.entries[name])
                for (register, word) in zip(entry.parameters, arguments) {
                    machine.registers[register] = word
                }
                #expect(machine.run(from: entry.start, on: store) == .finished)
            }
            store.globals[0] = 0
            return store
        }
        let one = try after([("map", [1, 5, 9]), ("map", [1, 6, 9])])
        #expect(one.isEqual(to: try after([("map", [1, 6, 9]), ("map", [1, 5, 9])])))
        #expect(
            one.isEqual(
                to: try after([
                    ("map", [2, 7, 1]), ("map", [1, 5, 9]), ("unmap", [2, 7]), ("map", [1, 6, 9]),
                ])))
        for other in [
            [("map", [1, 5, 9])], [("map", [1, 5, 9]), ("map", [1, 6, 8])],
            [("map", [1, 5, 9]), ("map", [2, 6, 9])], [("map", [1, 5, 9]), ("map", [1, 7, 9])], [],
        ] as [[(String, [UInt64])]] {
            let different = try after(other)
            #expect(!one.isEqual(to: different))
            #expect(!different.isEqual(to: one))
        }
        let copy = SparseStore(copying: one)
        #expect(copy.isEqual(to: one))
        let entry = try #require(program.entries["unmap"])
        (machine.registers[entry.parameters[0]], machine.registers[entry.parameters[1]]) = (1, 5)
        #expect(machine.run(from: entry.start, on: one) == .finished)
        #expect(!copy.isEqual(to: one))
        #expect(copy.liveCount == 3)
    }

    /// The lines before an event: eight of its thread and four of any, in order and each once, cut where they
    /// are long.
    @Test func recentLines() {
        var recent = RecentLines()
        func append(_ text: String, _ number: Int, _ thread: UInt64) {
            Array(text.utf8).withUnsafeBytes { recent.append($0, number: number, thread: thread) }
        }
        #expect(recent.lines(of: 1).isEmpty)
        for number in 1...12 { append("  a \(number)", number, 1) }
        for number in 13...20 { append("b \(number)", number, 2) }
        #expect(recent.lines(of: 1).map(\.line) == [5, 6, 7, 8, 9, 10, 11, 12, 17, 18, 19, 20])
        #expect(recent.lines(of: 1).first?.text == "a 5")
        #expect(recent.lines(of: 2).map(\.line) == Array(13...20))
        #expect(recent.lines(of: 3).map(\.line) == [17, 18, 19, 20])
        append(String(repeating: "x", count: 9999), 21, 3)
        #expect(recent.lines(of: 3).last?.text.utf8.count == RecentLines.bytesMax)
        // Only the last 64 are kept.
        for number in 22...200 { append("c", number, 4) }
        #expect(recent.lines(of: 1).map(\.line) == [197, 198, 199, 200])
        recent.clear()
        #expect(recent.lines(of: 4).isEmpty)
    }
}
