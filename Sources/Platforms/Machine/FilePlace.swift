// SPDX-License-Identifier: MIT

/// Where in which file something was read.
package struct FilePlace: Hashable, Sendable, CustomStringConvertible {
    package enum Position: Hashable, Sendable {
        case file
        /// Offset from the start of a table.
        case byte(Int)
        /// One-based.
        case line(Int)
    }

    package let path: String
    package let position: Position

    package init(_ path: String, _ position: Position) {
        self.path = path
        self.position = position
    }

    package var description: String {
        switch position {
        case .file: path
        case .byte(let offset): "\(path), byte \(hexadecimal(UInt64(max(0, offset))))"
        case .line(let line): "\(path), line \(line)"
        }
    }
}
