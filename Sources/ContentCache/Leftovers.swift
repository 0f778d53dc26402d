// SPDX-License-Identifier: MIT

import Foundation

/// What killed runs and older programs left in the cache's folders.
enum Leftovers {
    /// At one start; the next one goes on.
    private static let removedMax = 5000

    /// What nobody is making any more.
    static func sweep(in making: PrivateFolder) {
        for name in making.names(max: removedMax) {
            LockedFile.removeLeftover("\(making.path)/\(name)", folders: true)
        }
    }

    /// Until format 2 an entry was named by a hash of 64 bits and stood in the outer folder: `1003c27cd97cbedc.verdict`,
    /// `….proved`, `….so` and `….swift`; what was being written had the process and a random number in its name.
    static func sweepOldFormat(in outer: PrivateFolder) {
        for name in outer.names(max: removedMax) where isOfOldFormat(name) {
            if let status = outer.status(name), status.st_mode & S_IFMT == S_IFREG { outer.remove(name) }
        }
    }

    static func isOfOldFormat(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let kinds: Set<Substring> = ["verdict", "proved", "so", "swift", "log"]
        guard parts.count >= 2, (1...16).contains(parts[0].count),
            parts[0].allSatisfy({ $0.isHexDigit && !$0.isUppercase && $0.isASCII }),
            parts.dropFirst().contains(where: kinds.contains)
        else { return false }
        return parts.dropFirst().allSatisfy { part in
            kinds.contains(part) || part == "tmp"
                || !part.isEmpty && part.allSatisfy { $0.isASCII && $0.isNumber }
        }
    }
}
