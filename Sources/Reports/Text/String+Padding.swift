// SPDX-License-Identifier: MIT

extension String {
    /// With blanks behind it up to a width; longer ones stay as they are.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// With blanks before it.
    func aligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
