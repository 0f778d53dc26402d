// SPDX-License-Identifier: MIT

/// What the machine's physical addresses are, as firmware told the kernel (e820) or as the kernel shows it
/// (`/proc/iomem`).
package struct MemoryMap: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case ram
        case reserved
        case acpiTables
        case acpiStorage
        case other(String)

        /// From the words of e820 and of `/proc/iomem`.
        package init(_ word: String) {
            switch word.lowercased() {
            case "usable", "system ram", "kernel code", "kernel data": self = .ram
            case "reserved", "graphics stolen memory": self = .reserved
            case "acpi data", "acpi tables": self = .acpiTables
            case "acpi nvs", "acpi non-volatile storage": self = .acpiStorage
            default: self = .other(word)
            }
        }

        package var title: String {
            switch self {
            case .ram: "RAM"
            case .reserved: "reserved"
            case .acpiTables: "ACPI tables"
            case .acpiStorage: "ACPI NVS"
            case .other(let word): word
            }
        }
    }

    package struct Entry: Hashable, Sendable {
        package let range: AddressRange
        package let kind: Kind

        package init(_ range: AddressRange, _ kind: Kind) {
            self.range = range
            self.kind = kind
        }
    }

    /// Disjoint, by address.
    package private(set) var entries: [Entry] = []

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// No machine has more; what a file has beyond is left out, so that no file takes long.
    static let entriesMax = 4096

    /// Puts `kind` over whatever was there.
    package mutating func set(_ range: AddressRange, to kind: Kind) {
        guard entries.count < Self.entriesMax else { return }
        remove(range) { _ in true }
        entries.append(Entry(range, kind))
        entries.sort { $0.range.first < $1.range.first }
    }

    /// Takes away what is of a kind that matches.
    package mutating func remove(_ range: AddressRange, where matches: (Kind) -> Bool) {
        entries = entries.flatMap { entry -> [Entry] in
            guard matches(entry.kind), entry.range.overlaps(range) else { return [entry] }
            var rest: [Entry] = []
            if entry.range.first < range.first,
                let before = AddressRange(first: entry.range.first, last: range.first - 1)
            {
                rest.append(Entry(before, entry.kind))
            }
            if entry.range.last > range.last,
                let after = AddressRange(first: range.last + 1, last: entry.range.last)
            {
                rest.append(Entry(after, entry.kind))
            }
            return rest
        }
    }

    /// What is of kind `old` becomes `new`, within the range.
    package mutating func change(_ range: AddressRange, from old: Kind, to new: Kind) {
        let changed = entries.filter { $0.kind == old }.compactMap { $0.range.intersection(range) }
        remove(range) { $0 == old }
        entries += changed.map { Entry($0, new) }
        entries.sort { $0.range.first < $1.range.first }
    }

    /// Parts of the range by what they are, in order; `nil` for holes.
    package func parts(of range: AddressRange) -> [(range: AddressRange, kind: Kind?)] {
        var parts: [(AddressRange, Kind?)] = []
        var next: UInt64? = range.first
        for entry in entries {
            guard let start = next, let part = entry.range.intersection(range) else { continue }
            if part.first > start, let hole = AddressRange(first: start, last: part.first - 1) {
                parts.append((hole, nil))
            }
            parts.append((part, entry.kind))
            next = part.last == .max ? nil : part.last + 1
        }
        if let start = next, let hole = AddressRange(first: start, last: range.last) {
            parts.append((hole, nil))
        }
        return parts
    }
}
