// SPDX-License-Identifier: MIT

/// Why a spec has no compiled model; the interpreter serves it.
package struct NotCompilable: Error, Hashable, Sendable {
    /// "a set of more than 128 members"
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
