// SPDX-License-Identifier: MIT

/// Some packed states of one level: in memory, or written to a file.
struct FrontierBlock {
    /// `nil`: in the file.
    var memory: UnsafeMutableRawPointer?
    var fileOffset: Int64 = 0
    var count = 0
}
