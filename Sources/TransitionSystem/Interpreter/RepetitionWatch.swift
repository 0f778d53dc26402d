// SPDX-License-Identifier: MIT

/// Finds out whether a sequence of configurations comes back to one that it has been in, by Brent's method: it is
/// compared with one that is kept, and a later one is kept after twice as many.
///
/// What follows from a configuration is always the same, so one that comes back comes back for ever.
struct RepetitionWatch<Configuration> {
    private var kept: Configuration?
    private(set) var keptAt = 0
    /// Sequences that end soon are not compared at all.
    private let patience: Int

    init(patience: Int) { self.patience = patience }

    /// - Parameter count: of configurations so far; the sequence may be taken back to a lower one.
    mutating func repeats(
        at count: Int, isKept: (Configuration) -> Bool, make: () -> Configuration
    ) -> Bool {
        if count < patience { return false }
        if let kept, isKept(kept) { return true }
        if kept == nil || count >= 2 * keptAt {
            kept = make()
            keptAt = count
        }
        return false
    }

    /// What was kept later than this is not part of the sequence any more.
    mutating func goBack(to count: Int) {
        if keptAt > count { kept = nil }
    }
}
