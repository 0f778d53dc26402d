// SPDX-License-Identifier: MIT

/// A value as a reader sees it: what runs, reports and trace files carry. Knows nothing of the spec language.
package indirect enum ObservedValue: Hashable, Sendable, Codable {
    case bool(Bool)
    case integer(Int128)
    /// An enum case, an element of a symmetric type ("frame_1"), a lock's holder.
    case name(String)
    case none
    case record([ObservedField])
    /// Array contents: index and element, in index order.
    case map([ObservedEntry])
    case set([ObservedValue])
    case list([ObservedValue])
}

package struct ObservedField: Hashable, Sendable, Codable {
    package let name: String
    package let value: ObservedValue

    package init(name: String, value: ObservedValue) {
        self.name = name
        self.value = value
    }
}

package struct ObservedEntry: Hashable, Sendable, Codable {
    package let key: ObservedValue
    package let value: ObservedValue

    package init(key: ObservedValue, value: ObservedValue) {
        self.key = key
        self.value = value
    }
}

/// One column of a diagram: a CPU, a device, a piece of hardware.
package struct Lane: Hashable, Sendable, Codable {
    /// "CPU 0", "device", "IOTLB"
    package let title: String

    package init(title: String) { self.title = title }
}

/// One change of one scalar part of the state: `table[dma][2]`, `none` to `{frame: 1}`.
package struct StateChange: Hashable, Sendable, Codable {
    package let place: String
    package let before: ObservedValue
    package let after: ObservedValue

    package init(place: String, before: ObservedValue, after: ObservedValue) {
        self.place = place
        self.before = before
        self.after = after
    }
}

/// One transition of a run.
package struct Step: Hashable, Sendable, Codable {
    /// Index into the run's lanes.
    package let lane: Int
    /// What the transition does, one line, unique among the transitions of its lane in the state before:
    /// `dma_map_page(page 2, frame 1)`.
    package let action: String
    /// Names of the operations entered during the step, outermost first.
    package let operations: [String]
    package let changes: [StateChange]
    /// State variables after the step, in declaration order. Empty for the last step where it failed half-way
    /// (an assertion, a run-time error).
    package let state: [ObservedField]

    package init(
        lane: Int, action: String, operations: [String], changes: [StateChange], state: [ObservedField]
    ) {
        self.lane = lane
        self.action = action
        self.operations = operations
        self.changes = changes
        self.state = state
    }
}

/// Which spec and scope a run belongs to; enough to run it again.
package struct RunSource: Hashable, Sendable, Codable {
    /// Path of the spec file, relative to the directory the tool was started in.
    package let spec: String
    package let check: String
    /// `--set` and platform values on top of the check's own, in order: name and value as source text.
    package let settings: [ObservedField]
    /// Path of the platform file and group, if the check ran on one.
    package let platform: String?
    package let group: String?

    package init(
        spec: String, check: String, settings: [ObservedField], platform: String? = nil, group: String? = nil
    ) {
        self.spec = spec
        self.check = check
        self.settings = settings
        self.platform = platform
        self.group = group
    }
}

/// A finite execution, whoever found it: exploration, a Z3 witness, replay. With `loopStart`, a lasso.
package struct Run: Hashable, Sendable, Codable {
    package let source: RunSource
    package let lanes: [Lane]
    package let initialState: [ObservedField]
    package let steps: [Step]
    /// Index of the state (0 = initial) to which the last state returns: from there on the steps repeat for ever. The
    /// number of steps itself: after the last nothing moves any more.
    package let loopStart: Int?

    package init(
        source: RunSource, lanes: [Lane], initialState: [ObservedField], steps: [Step], loopStart: Int? = nil
    ) {
        self.source = source
        self.lanes = lanes
        self.initialState = initialState
        self.steps = steps
        self.loopStart = loopStart
    }
}
