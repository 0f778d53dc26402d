// SPDX-License-Identifier: MIT

/// The text that `--platform` takes: `reserved_regions` of all groups, one after the other.
package enum PlatformText {
    package static func text(of machine: Machine, program: String) -> String {
        var text = "# written by \(program) from \(machine.filesRead.map(\.path).joined(separator: ", "))\n"
        if let bits = machine.hostAddressWidth { text += "# physical addresses have \(bits) bits\n" }
        if let bits = machine.domainAddressBits { text += "# addresses of a domain have \(bits) bits\n" }
        for window in machine.windows { text += "# window \(window.range) of PCI bus \(window.bus)\n" }
        for group in machine.machineGroups {
            text += "group \(group.number)\n"
            for device in group.devices { text += "# \(device)\n" }
            for region in group.regions {
                text +=
                    "0x\(hex(region.range.first, 16)) 0x\(hex(region.range.last, 16)) \(region.kind.word)\n"
            }
        }
        // File names may hold anything; a comment has one line.
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar == "\n" || (0x20...0x7e).contains(scalar.value) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "?"
            }
        }
    }
}
