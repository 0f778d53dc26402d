// SPDX-License-Identifier: MIT

package import Findings

/// What a diagram or a trace file says of a run: enough to take the same steps again, and to see whether
/// they still break
/// the property. States are not part of it; running the steps gives them.
package struct RecordedRun: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package let laneTitle: String
        package let action: String

        package init(laneTitle: String, action: String) {
            self.laneTitle = laneTitle
            self.action = action
        }
    }

    package let source: RunSource
    package let kind: Violation.Kind
    package let property: String
    package let steps: [Step]
    /// As `Run.loopStart`.
    package let loopStart: Int?

    package init(
        source: RunSource, kind: Violation.Kind, property: String, steps: [Step], loopStart: Int? = nil
    ) {
        self.source = source
        self.kind = kind
        self.property = property
        self.steps = steps
        self.loopStart = loopStart
    }

    /// What remains of a run when it is written and read back. Settings keep their text.
    package init(_ run: Run, breaking violation: Violation) {
        self.init(
            source: RunSource(
                spec: run.source.spec, check: run.source.check,
                settings: run.source.settings.map {
                    ObservedField(name: $0.name, value: ObservedValue(setting: $0.value.text))
                },
                platform: run.source.platform, group: run.source.group),
            kind: violation.kind, property: violation.property,
            steps: run.steps.map { Step(laneTitle: run.lanes[$0.lane].title, action: $0.action) },
            loopStart: run.loopStart)
    }
}
