// SPDX-License-Identifier: MIT

import Findings

/// Runs for tests of what must hold for every run.
enum RandomRun {
    /// With texts as specs have them, or, if `isHostile`, with whatever Unicode has.
    static func make(
        seed: UInt64, isHostile: Bool
    ) -> (run: Run, violation: Violation) {
        var generator = SeededGenerator(seed: seed)
        let laneCount = Int.random(in: 1...(isHostile ? 14 : 6), using: &generator)
        var titles: [String] = []
        for lane in 0..<laneCount {
            let usual = ["CPU \(lane)", "device \(lane)", "IOMMU", "flush timer", "IOTLB"]
            let title = isHostile ? text(using: &generator) : usual.randomElement(using: &generator) ?? ""
            titles.append(titles.contains(title) ? "\(title) \(lane)" : title)
        }
        let table = ObservedField(name: "table", value: value(depth: 3, using: &generator))
        let steps = (0..<Int.random(in: 0...12, using: &generator)).map { index in
            Step(
                lane: Int.random(in: 0..<laneCount, using: &generator),
                action: isHostile ? text(using: &generator) : action(using: &generator),
                operations: ["dma_map"], changes: [],
                state: [
                    ObservedField(name: "table", value: value(depth: 3, using: &generator)),
                    ObservedField(name: "count", value: .integer(Int128(index))),
                ])
        }
        let settings = (0..<Int.random(in: 0...3, using: &generator)).map { index in
            ObservedField(name: "SETTING_\(index)", value: .integer(Int128(index) - 1))
        }
        let isOnPlatform = Bool.random(using: &generator)
        let run = Run(
            source: RunSource(
                spec: isHostile ? text(using: &generator) : "Specs/proposals/default_domain.spec",
                check: "gart", settings: settings,
                platform: isOnPlatform ? "machines/rmrr.regions" : nil, group: isOnPlatform ? "7" : nil),
            lanes: titles.map { Lane(title: $0) },
            initialState: [table, ObservedField(name: "count", value: .integer(0))], steps: steps,
            loopStart: Int.random(in: 0..<4, using: &generator) == 0 ? steps.count / 2 : nil)
        let explanation = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            isHostile ? text(using: &generator) : "page 2 still reaches frame 1, which nobody holds any more"
        }
        let violation = Violation(
            kind: Violation.Kind.allCases.randomElement(using: &generator) ?? .invariant,
            property: isHostile ? text(using: &generator) : "no_stale_dma", explanation: explanation,
            place: "Specs/properties.spec:41:8", run: run)
        return (run, violation)
    }

    private static func action(using generator: inout SeededGenerator) -> String {
        let operation =
            ["dma_map_page", "dma_unmap_page", "access", "queue_iotlb_invalidation_and_wait_for_it"]
            .randomElement(using: &generator) ?? ""
        let parameters = (0..<Int.random(in: 0...5, using: &generator)).map { "parameter_\($0) frame_\($0)" }
        return "\(operation)(\(parameters.joined(separator: ", ")))"
    }

    private static func text(using generator: inout SeededGenerator) -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "c", "d", "e", "f", "g", " ", " ", " ", "-", "-", ">", ":", "\\", "\n", "\r", "\t",
            "\u{1b}",
            "é", "\u{202e}", "\u{0}", "\u{1f512}", "#", "\"", "(", ")", "=", "{", "}", "u", "\u{301}",
        ]
        var scalars = String.UnicodeScalarView()
        let isLong = Int.random(in: 0..<4, using: &generator) == 0
        for _ in 0..<Int.random(in: 0...(isLong ? 200 : 12), using: &generator) {
            scalars.append(alphabet.randomElement(using: &generator) ?? "a")
        }
        return String(scalars)
    }

    private static func value(depth: Int, using generator: inout SeededGenerator) -> ObservedValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &generator) {
        case 0: .bool(Bool.random(using: &generator))
        case 1: .integer(Int128(Int64.random(in: .min ... .max, using: &generator)) * 3)
        case 2: .name("frame_\(Int.random(in: 0..<3, using: &generator))")
        case 3: .none
        case 4:
            .record([
                ObservedField(name: "frame", value: value(depth: depth - 1, using: &generator)),
                ObservedField(name: "writable", value: .bool(true)),
            ])
        case 5:
            .map(
                (0..<3).map {
                    ObservedEntry(
                        key: .integer(Int128($0)), value: value(depth: depth - 1, using: &generator))
                })
        case 6: .set((0..<2).map { .integer(Int128($0)) })
        default: .list((0..<2).map { _ in value(depth: depth - 1, using: &generator) })
        }
    }
}
