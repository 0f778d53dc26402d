// SPDX-License-Identifier: MIT

package import Diagnostics

/// Why a binary table cannot be read: which byte, and what to do.
package struct TableError: Error, Hashable, Sendable {
    /// Stable, as for all diagnostics.
    package let id: String
    /// `DMAR`
    package let table: String
    /// From the start of the table.
    package let offset: Int
    package let message: String
    package let help: String

    package func diagnostic(path: String) -> Diagnostic {
        Diagnostic(
            id, "\(path): byte \(hexadecimal(UInt64(max(0, offset)))) of \(table): \(message)", at: nil,
            help: help)
    }

    static let copyAgain =
        "copy the table again, as root: cat /sys/firmware/acpi/tables/NAME; if it is the same, the firmware is wrong"
}
