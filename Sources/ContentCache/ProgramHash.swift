// SPDX-License-Identifier: MIT

/// The executable's identity, a part of every cache key: an entry that another build wrote is never used.
package enum ProgramHash {
    /// SHA-256 of the running executable: of the file it was started from, whatever lies at its path now. It takes some
    /// 20 ms for 30 MB, once a process.
    package static let text: String =
        ContentHash(ofFile: "/proc/self/exe").map(String.init(describing:)) ?? ""

    /// Where the executable cannot be read, nothing is cached.
    static var isKnown: Bool { !text.isEmpty }
}
