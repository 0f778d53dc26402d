// SPDX-License-Identifier: MIT

/// The addresses of a domain from 0 up, for all groups whose domains look the same: what each stretch is kept for, and
/// what lies there in physical memory.
package struct AddressMap: Hashable, Sendable {
    package struct Row: Hashable, Sendable {
        package let range: AddressRange
        /// Strictest first; empty where the domain hands addresses out.
        package let kinds: [ReservedRegion.Kind]
        /// `PCI bus 0000:00`: kept out of the domain, though no list of the kernel says so.
        package let windows: [String]
        /// What physical memory there is, in order of first appearance; empty where no memory map is known.
        package let memory: [String]
        package let isBeyondDomain: Bool
        package let isBeyondMask: Bool

        /// No allocator hands page 0 out, though no list says so.
        package var isPageZero: Bool { range.last == pageMask && range.first == 0 }

        /// `direct`, `msi, PCI bus 0000:00`, `free`
        package var title: String {
            var parts = kinds.map(\.title) + windows
            if isBeyondDomain {
                parts.append("beyond the domain")
            } else if isBeyondMask {
                parts.append("beyond the DMA mask")
            }
            if parts.isEmpty, isPageZero { return "page 0" }
            return parts.isEmpty ? "free" : parts.joined(separator: ", ")
        }
    }

    package let groups: [MachineGroup]
    package let rows: [Row]
    package let maskBits: Int?

    /// `group 0`, `groups 0-3, 5`
    package var title: String {
        var runs: [ClosedRange<Int>] = []
        for number in groups.map(\.number).sorted() {
            if let last = runs.last, last.upperBound == number - 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        let text = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return (groups.count == 1 ? "group " : "groups ") + text.joined(separator: ", ")
    }

    package var devices: [String] { groups.flatMap(\.devices) }
}

extension Machine {
    /// One map for each list of regions and mask that some group has, in the order of the first groups.
    package var addressMaps: [AddressMap] {
        var order: [Domain] = []
        var members: [Domain: [MachineGroup]] = [:]
        for group in machineGroups {
            let key = Domain(regions: group.regions, windows: windows(of: group), maskBits: group.maskBits)
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(group)
        }
        return order.map { key in
            AddressMap(groups: members[key] ?? [], rows: rows(key), maskBits: key.maskBits)
        }
    }

    /// The windows of the host bridges that the group's devices are behind; of all bridges where that is not known.
    package func windows(of group: MachineGroup) -> [BridgeWindow] {
        let roots = Set(windows.compactMap { PCIAddress("\($0.bus):00.0") }).sorted()
        var bridges: Set<String> = []
        for device in group.devices {
            // A bridge has the buses from its own up to the next bridge's.
            guard let address = PCIAddress(device),
                let root = roots.last(where: { $0.segment == address.segment && $0.bus <= address.bus })
            else { return windows }
            bridges.insert(String(root.description.dropLast(":00.0".count)))
        }
        return group.devices.isEmpty ? windows : windows.filter { bridges.contains($0.bus) }
    }

    /// What makes two groups' maps the same.
    private struct Domain: Hashable {
        let regions: [MachineGroup.Region]
        let windows: [BridgeWindow]
        let maskBits: Int?
    }

    private static func addresses(bits: Int?) -> AddressRange? {
        bits.flatMap { (1..<64).contains($0) ? AddressRange(first: 0, length: 1 << UInt64($0)) : nil }
    }

    private func rows(_ own: Domain) -> [AddressMap.Row] {
        // Every address at which something begins.
        var starts: Set<UInt64> = [0, pageMask + 1, 1 << 32]
        func cut(_ range: AddressRange) {
            starts.insert(range.first)
            if range.last < .max { starts.insert(range.last + 1) }
        }
        for region in own.regions { cut(region.range) }
        for window in own.windows { cut(window.range) }
        let domain = Self.addresses(bits: domainAddressBits)
        let mask = Self.addresses(bits: own.maskBits)
        for end in [domain, mask].compactMap({ $0 }) { cut(end) }
        let sorted = starts.sorted()
        return sorted.enumerated().compactMap { index, first in
            let last = index + 1 < sorted.count ? sorted[index + 1] - 1 : .max
            guard let range = AddressRange(first: first, last: last) else { return nil }
            var inside: [String] = []
            for window in own.windows where window.range.contains(range) {
                let name = "PCI bus \(window.bus)"
                if !inside.contains(name) { inside.append(name) }
            }
            return AddressMap.Row(
                range: range,
                kinds: Set(own.regions.filter { $0.range.contains(range) }.map(\.kind)).sorted(by: >),
                windows: inside, memory: memoryNames(range),
                isBeyondDomain: domain.map { !$0.contains(range) } ?? false,
                isBeyondMask: mask.map { !$0.contains(range) } ?? false)
        }
    }

    private func memoryNames(_ range: AddressRange) -> [String] {
        guard !memory.isEmpty else { return [] }
        var names: [String] = []
        for part in memory.parts(of: range) {
            let name = part.kind?.title ?? "no memory"
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
