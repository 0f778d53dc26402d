// SPDX-License-Identifier: MIT

/// The regions of one IOMMU group, in the order of the file.
package struct RegionGroup: Hashable, Sendable {
    /// From the line `group N`; `nil` for regions before the first such line.
    package let number: Int?
    package let regions: [ReservedRegion]

    package init(number: Int?, regions: [ReservedRegion]) {
        self.number = number
        self.regions = regions
    }

    package var title: String { number.map { "group \($0)" } ?? "the regions outside any group" }
}
