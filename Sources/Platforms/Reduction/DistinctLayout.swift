// SPDX-License-Identifier: MIT

/// A list of regions, and the groups of the machine that have exactly these. What holds for one of the
/// groups holds for
/// all of them, so a check runs once a layout. Regions of different groups are never merged: a group's
/// devices see
/// only their own.
package struct DistinctLayout: Hashable, Sendable {
    /// By first address, then by kind, as the kernel sorts them.
    package let regions: [ReservedRegion]
    /// Never empty.
    package let groups: [RegionGroup]

    /// The layouts of a machine, in the order in which their first groups appear.
    package static func all(of groups: [RegionGroup]) -> [DistinctLayout] {
        var order: [[Line]] = []
        var members: [[Line]: [RegionGroup]] = [:]
        for group in groups {
            let lines = sorted(group.regions).map(Line.init)
            if members[lines] == nil { order.append(lines) }
            members[lines, default: []].append(group)
        }
        return order.map { lines in
            let groups = members[lines] ?? []
            return DistinctLayout(regions: sorted(groups.first?.regions ?? []), groups: groups)
        }
    }

    /// A region without its place in the file: what makes two lists equal.
    private struct Line: Hashable {
        let first: UInt64
        let last: UInt64
        let kind: ReservedRegion.Kind

        init(_ region: ReservedRegion) {
            first = region.first
            last = region.last
            kind = region.kind
        }
    }

    private static func sorted(_ regions: [ReservedRegion]) -> [ReservedRegion] {
        regions.sorted { ($0.first, $0.kind, $0.last) < ($1.first, $1.kind, $1.last) }
    }

    /// `group 7`, `groups 0-3, 5`
    package var title: String {
        let numbers = groups.compactMap(\.number).sorted()
        guard let first = numbers.first else { return groups.first?.title ?? "no group" }
        var runs: [(first: Int, last: Int)] = [(first, first)]
        for number in numbers.dropFirst() {
            if runs[runs.count - 1].last == number - 1 {
                runs[runs.count - 1].last = number
            } else {
                runs.append((number, number))
            }
        }
        let shown = runs.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
        let others = numbers.count < groups.count ? " and the regions outside any group" : ""
        return (numbers.count == 1 ? "group " : "groups ") + shown.joined(separator: ", ") + others
    }
}
