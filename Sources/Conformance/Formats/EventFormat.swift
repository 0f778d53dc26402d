// SPDX-License-Identifier: MIT

/// How the body of one kind of event is written: literal text with fields, `iova={first:hex} - {end:hex}`.
package struct EventFormat: Sendable {
    package enum FieldKind: Hashable, Sendable {
        /// Hexadecimal, with or without `0x`, at most 64 bits.
        case hexadecimal
        /// Decimal; a sign makes it a two's complement.
        case decimal
        /// Up to the next literal (or blank), numbered by the names seen.
        case name
        /// Anything, up to the next literal.
        case skipped
    }

    package enum Part: Hashable, Sendable {
        case literal([UInt8])
        /// `slot` is where the value goes; -1 for what is skipped.
        case field(FieldKind, slot: Int)
    }

    /// The kernel's name of the event.
    package let event: String
    /// The operation of the spec that it is a step of.
    package let operation: String
    package let parts: [Part]
    /// Names of the fields by slot.
    package let fields: [String]
    package let kinds: [FieldKind]
    /// Of the file it was written in.
    package let line: Int
}
