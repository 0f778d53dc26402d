// SPDX-License-Identifier: MIT

package import Findings

/// All that is reported of one check or proof. Nothing but `seconds` and the memory differs between two runs.
package struct CheckSummary: Sendable {
    package enum Subject: String, Sendable {
        case check
        case proof
    }

    /// What an exploration did.
    package struct Statistics: Hashable, Sendable {
        /// Distinct states.
        package let states: UInt64
        /// Every enabled step of every state, as Murphi counts rule firings.
        package let transitions: UInt64
        /// Steps of the longest of all shortest ways to a state.
        package let depth: Int
        package let bytesPerState: Double
        package let threads: Int
        /// What expanded the states: "compiled after 0.9 s". Depends on the machine's mood, as the time does.
        package let engine: String?

        /// States without symmetry that those explored stand for; `nil` where there is none, or it is not known.
        package let represented: UInt64?
        /// What was left out because it cannot change the verdict: `symmetry of Frame (3)`. All counts are then
        /// those of the reduced exploration.
        package let reductions: [String]

        package init(
            states: UInt64, transitions: UInt64, depth: Int, bytesPerState: Double, threads: Int,
            engine: String? = nil, represented: UInt64? = nil, reductions: [String] = []
        ) {
            self.represented = represented
            self.reductions = reductions
            self.states = states
            self.transitions = transitions
            self.depth = depth
            self.bytesPerState = bytesPerState
            self.threads = threads
            self.engine = engine
        }
    }

    /// A real machine's layout and the pages that stood for it.
    package struct Layout: Hashable, Sendable {
        package struct Row: Hashable, Sendable {
            package let realFirst: UInt64
            package let realLast: UInt64
            package let firstPage: Int
            package let lastPage: Int
            /// `free`, `msi`
            package let title: String
            /// What begins or ends there: `4 GiB`.
            package let boundaries: [String]

            package init(
                realFirst: UInt64, realLast: UInt64, firstPage: Int, lastPage: Int, title: String,
                boundaries: [String]
            ) {
                self.realFirst = realFirst
                self.realLast = realLast
                self.firstPage = firstPage
                self.lastPage = lastPage
                self.title = title
                self.boundaries = boundaries
            }
        }

        /// `groups 0-3, 5`
        package let title: String
        package let rows: [Row]
        /// What the pages have in common with the machine's and what not, a sentence each.
        package let remarks: [String]

        package init(title: String, rows: [Row], remarks: [String] = []) {
            self.title = title
            self.rows = rows
            self.remarks = remarks
        }
    }

    package let subject: Subject
    package let name: String
    /// `default_domain on vtd with no_flush`
    package let title: String
    package let spec: String
    /// Of the check or proof itself: `path:line:column`.
    package let place: String
    package let platform: String?
    /// The scope: constants and their values.
    package let settings: [ObservedField]
    package let verdict: Verdict
    package let expected: ExpectedVerdict?
    /// `nil` where nothing was explored.
    package let statistics: Statistics?
    package let coverage: Coverage?
    package let seconds: Double
    /// One sentence each.
    package let warnings: [String]
    package let layout: Layout?

    package init(
        subject: Subject = .check, name: String, title: String, spec: String, place: String = "",
        platform: String? = nil, settings: [ObservedField] = [], verdict: Verdict, expected: ExpectedVerdict?,
        statistics: Statistics? = nil, coverage: Coverage? = nil, seconds: Double, warnings: [String] = [],
        layout: Layout? = nil
    ) {
        self.subject = subject
        self.name = name
        self.title = title
        self.spec = spec
        self.place = place
        self.platform = platform
        self.settings = settings
        self.verdict = verdict
        self.expected = expected
        self.statistics = statistics
        self.coverage = coverage
        self.seconds = seconds
        self.warnings = warnings
        self.layout = layout
    }

    package var outcome: ExpectedVerdict.Outcome { ExpectedVerdict.outcome(of: verdict, expected: expected) }

    package var violation: Violation? {
        if case .violated(let violation) = verdict { violation } else { nil }
    }

    /// Operations that were never entered. Of a run that ended early they say nothing: what was never
    /// entered may
    /// come later.
    package var neverEntered: [String] { Self.names(coverage?.operations, isComplete) }

    /// Properties whose premise was true in no state: they hold whatever the spec does.
    package var vacuous: [String] {
        Self.names(coverage?.premises, isComplete) + Self.names(coverage?.liveness, isComplete)
    }

    private static func names(_ counts: [Coverage.Count]?, _ isComplete: Bool) -> [String] {
        isComplete ? (counts ?? []).filter { $0.count == 0 }.map(\.name) : []
    }

    private var isComplete: Bool { if case .holds = verdict { true } else { false } }
}
