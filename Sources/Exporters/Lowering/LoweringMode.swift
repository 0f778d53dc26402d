// SPDX-License-Identifier: MIT

/// What the lowered system is for.
enum LoweringMode {
    /// Every type is small: targets enumerate its values.
    case enumerated
    /// Types may have any number of values: nothing goes through them one after the other, and contracts stand for the functions that
    /// have one.
    case symbolic

    /// Types of at most this many values are gone through all the same.
    static let smallCountMax = 16
}
