// SPDX-License-Identifier: MIT

/// What a spec may have at most, so that every pass runs in bounded time and memory whatever it is given.
enum Limits {
    /// Bytes of one file.
    static let fileBytesMax = 4 << 20
    /// Characters of one name.
    static let nameLengthMax = 128
    /// Characters of the title of a lane, row or column.
    static let titleLengthMax = 24
    /// Characters of a reason.
    static let reasonLengthMax = 120
    /// Height of the tree of one declaration: parentheses, operators, blocks, types, `else if`. All later
    /// passes are recursive; this is what keeps them within a thread's stack.
    static let depthMax = 200
    /// Calls of functions, or of operations, one in the other; types made of types, and constants of constants.
    static let callDepthMax = 256
    /// What a type is made of, each field and element type counted wherever it stands: 2^16 is what a state has at most.
    static let typePartsMax = 1 << 16
    /// Diagnostics of one file.
    static let diagnosticsMax = 20
}
