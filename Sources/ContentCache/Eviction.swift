// SPDX-License-Identifier: MIT

import Foundation

/// What goes when there is too much: the entries that nobody used for longest.
enum Eviction {
    /// An entry's time is that of its last use, as exact as this: not every use writes to the disk.
    static let secondsUntouched = 600
    /// A folder with more was filled by something else.
    private static let namesMax = 200_000

    /// Goes down to fifteen sixteenths of what is allowed, so that not every new entry needs it.
    static func prune(_ folder: PrivateFolder, _ bounds: ContentCache.Bounds) {
        struct Entry {
            let name: String
            let bytes: Int
            let used: (Int, Int)
        }
        let suffixes = CacheKey.Kind.allCases.map { "." + $0.rawValue }
        var entries: [Entry] = []
        for name in folder.names(max: namesMax) where suffixes.contains(where: name.hasSuffix) {
            guard let status = folder.status(name), status.st_mode & S_IFMT == S_IFREG else { continue }
            entries.append(
                Entry(
                    name: name, bytes: Int(status.st_size),
                    used: (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)))
        }
        var bytes = entries.reduce(0) { $0 + $1.bytes }
        var count = entries.count
        guard count > bounds.entriesMax || bytes > bounds.bytesMax else { return }
        let (countKept, bytesKept) = (bounds.entriesMax / 16 * 15, bounds.bytesMax / 16 * 15)
        // Another process may do the same: what is gone is gone.
        for entry in entries.sorted(by: { $0.used == $1.used ? $0.name < $1.name : $0.used < $1.used }) {
            guard count > countKept || bytes > bytesKept else { return }
            folder.remove(entry.name)
            count -= 1
            bytes -= entry.bytes
        }
    }
}
