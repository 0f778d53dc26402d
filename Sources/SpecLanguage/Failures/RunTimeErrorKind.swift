// SPDX-License-Identifier: MIT

/// What a spec does and may not: a finding with a run, by the name under which a check expects it.
///
/// The names stand here and nowhere else; the table in Documentation/language.md is compared with them by a test.
package enum RunTimeErrorKind: String, CaseIterable, Hashable, Sendable {
    case outOfRange = "out_of_range"
    case indexOutOfRange = "index_out_of_range"
    case divisionByZero = "division_by_zero"
    case negativeShift = "negative_shift"
    case queueFull = "queue_full"
    case queueEmpty = "queue_empty"
    case emptyChoice = "empty_choice"
    case endlessLoop = "endless_loop"
    case lockNotHeld = "lock_not_held"
    case missingReturn = "missing_return"

    /// A recorded name as it is spelled today: older diagrams and traces have hyphens.
    package static func current(_ name: String) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }
}
