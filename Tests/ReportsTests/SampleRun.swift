// SPDX-License-Identifier: MIT

import Findings

/// One run as a check would find it; the golden files show it in all forms.
enum SampleRun {
    static let run = Run(
        source: RunSource(
            spec: "Specs/proposals/default_domain.spec", check: "vtd_deferred_without_flush",
            settings: [
                ObservedField(name: "PAGES", value: .integer(8)),
                ObservedField(name: "STRICT", value: .bool(false)),
            ],
            platform: "machines/intel-strict-rmrr.regions", group: "7"),
        lanes: ["CPU 0", "CPU 1", "device", "IOTLB"].map { Lane(title: $0) },
        initialState: state(table: [.none, .none], holder: "none", queued: []),
        steps: [
            step(0, "dma_map_page(device_0, frame_1)", table: [.none, entry], holder: "cpu_0", queued: []),
            step(2, "access(page 1)", table: [.none, entry], holder: "cpu_0", queued: []),
            step(
                0, "dma_unmap_page(device_0, page 1) until the entry is cleared", table: [.none, .none],
                holder: "none", queued: [.integer(1)]),
            step(
                1, "dma_map_sg(device_0, frame_2, frame_0, from_device) finds page 1 free again and takes it",
                table: [.none, entry], holder: "cpu_1", queued: [.integer(1)]),
            step(2, "access(page 1)", table: [.none, entry], holder: "cpu_1", queued: [.integer(1)]),
        ])

    static let violation = Violation(
        kind: .invariant, property: "no_stale_dma",
        explanation: [
            "device_0 reaches frame_1 at page 1, which was unmapped in step 3 (iotlb[device_0][1] = {frame: frame_1, writable: true})",
            "page 1 belongs to frame_2 now",
        ],
        place: "Specs/properties/dma.spec:41:1", run: run)

    private static let entry = ObservedValue.record([
        ObservedField(name: "frame", value: .name("frame_1")),
        ObservedField(name: "writable", value: .bool(true)),
    ])

    private static func state(
        table: [ObservedValue], holder: String, queued: [ObservedValue]
    ) -> [ObservedField] {
        [
            ObservedField(
                name: "table",
                value: .map(
                    table.enumerated().map { ObservedEntry(key: .integer(Int128($0)), value: $1) })),
            ObservedField(name: "allocator_lock", value: .name(holder)),
            ObservedField(name: "queued", value: .set(queued)),
        ]
    }

    private static func step(
        _ lane: Int, _ action: String, table: [ObservedValue], holder: String, queued: [ObservedValue]
    ) -> Step {
        Step(
            lane: lane, action: action, operations: [String(action.prefix { $0 != "(" })],
            changes: [StateChange(place: "allocator_lock", before: .name("none"), after: .name(holder))],
            state: state(table: table, holder: holder, queued: queued))
    }
}
