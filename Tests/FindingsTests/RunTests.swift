// SPDX-License-Identifier: MIT

import Findings
import Testing

/// A run that was kept has every part it had: names, numbers at their ends, nesting, the loop.
struct RunTests {
    private static let values: [ObservedValue] = [
        .bool(false), .bool(true), .integer(0), .integer(-1), .integer(Int128(UInt64.max)),
        .integer(.min), .integer(.max), .name("frame_1"), .name(""),
        .name("größe \u{1F600}\u{301} \"\\\u{0}"),
        .none, .record([]), .map([]), .set([]), .list([]),
        .record([ObservedField(name: "", value: .none), ObservedField(name: "", value: .bool(true))]),
        .map([ObservedEntry(key: .name("a"), value: .set([.integer(2), .integer(1)]))]),
        .list([.list([.list([])]), .none]),
    ]

    @Test(arguments: values)
    func aValueIsTheSameWhenReadAgain(value: ObservedValue) throws {
        #expect(try CodedForm.again(value) == value)
    }

    /// What looks alike is not the same: an empty set is no empty list, `1` no `true`, an absent value no
    /// name.
    @Test func differentValuesAreDifferent() throws {
        let lookAlikes: [ObservedValue] = [
            .set([]), .list([]), .map([]), .record([]), .none, .name("none"), .name("true"), .bool(true),
            .integer(1), .name("1"), .list([.integer(1), .integer(2)]), .list([.integer(2), .integer(1)]),
            .set([.integer(1)]), .list([.integer(1)]),
        ]
        #expect(Set(lookAlikes).count == lookAlikes.count)
        #expect(try Set(lookAlikes.map { try CodedForm.text($0) }).count == lookAlikes.count)
    }

    @Test func deepNestingIsKept() throws {
        var value = ObservedValue.integer(7)
        for depth in 0..<100 {
            value =
                depth % 2 == 0
                ? .list([value]) : .record([ObservedField(name: "f\(depth)", value: value)])
        }
        #expect(try CodedForm.again(value) == value)
    }

    // MARK: Runs

    private static func run(loopStart: Int?, platform: String? = nil, group: String? = nil) -> Run {
        let state = [ObservedField(name: "n", value: .integer(1))]
        return Run(
            source: RunSource(
                spec: "a/b.spec", check: "c",
                settings: [ObservedField(name: "PAGES", value: .name("8"))], platform: platform, group: group),
            lanes: [Lane(title: "CPU 0"), Lane(title: "CPU 0")], initialState: state,
            steps: [
                Step(
                    lane: 1, action: "map(page=2)", operations: ["map", "walk", "map"],
                    changes: [StateChange(place: "table[2]", before: .none, after: .record([]))],
                    state: state),
                // A step that fails half-way has no state after it.
                Step(lane: 0, action: "", operations: [], changes: [], state: []),
            ], loopStart: loopStart)
    }

    @Test(
        arguments: [
            run(loopStart: nil), run(loopStart: 0), run(loopStart: 2),
            run(loopStart: nil, platform: "vtd.regions", group: "12"),
            run(loopStart: nil, platform: "", group: nil),
            Run(
                source: RunSource(spec: "", check: "", settings: []), lanes: [], initialState: [], steps: []),
        ])
    func isTheSameWhenReadAgain(run: Run) throws { #expect(try CodedForm.again(run) == run) }

    /// A lasso is another run than the same steps without a loop, and than one that loops elsewhere.
    @Test func theLoopIsPartOfTheRun() throws {
        let runs = [Self.run(loopStart: nil), Self.run(loopStart: 0), Self.run(loopStart: 1)]
        #expect(Set(runs).count == 3)
        #expect(try Set(runs.map { try CodedForm.text($0) }).count == 3)
    }

    @Test func whatIsAbsentReadsAsAbsent() throws {
        let text = try CodedForm.text(Self.run(loopStart: nil))
        for name in ["loopStart", "platform", "group"] { #expect(!text.contains("\"\(name)\""), "\(name)") }
        let read = try CodedForm.value(Run.self, text)
        #expect(read.loopStart == nil)
        #expect(read.source.platform == nil)
        #expect(read.source.group == nil)
    }

    @Test func aRunWithoutItsPartsIsRefused() throws {
        let text = try CodedForm.text(Self.run(loopStart: 1))
        let names = [
            "source", "lanes", "initialState", "steps", "lane", "action", "operations", "changes", "place",
            "before", "after", "state", "title", "spec", "check", "settings", "name", "value",
        ]
        for name in names {
            let changed = text.replacing("\"\(name)\":", with: "\"\(name)_\":")
            #expect(changed != text, "\(name) is in the text")
            #expect(CodedForm.isRefused(Run.self, changed), "without \(name)")
        }
        #expect(CodedForm.isRefused(Run.self, text.replacing("\"loopStart\":1", with: "\"loopStart\":\"1\"")))
        #expect(CodedForm.isRefused(Run.self, text.replacing("\"lane\":1", with: "\"lane\":1.5")))
    }

    /// A number that 128 bits do not hold is refused, not cut.
    @Test func numbersAreNotCut() throws {
        let text = try CodedForm.text(ObservedValue.integer(.max))
        let digits = "170141183460469231731687303715884105727"
        #expect(text.contains(digits), "\(text)")
        let tooLarge = text.replacing(digits, with: "170141183460469231731687303715884105728")
        #expect(CodedForm.isRefused(ObservedValue.self, tooLarge))
    }
}
