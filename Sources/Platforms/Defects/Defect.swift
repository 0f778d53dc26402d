// SPDX-License-Identifier: MIT

/// Something that is wrong with a machine's tables, and the rule that it breaks.
package struct Defect: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        // The frame of a table.
        case wrongChecksum = "wrong-checksum"
        case wrongLength = "wrong-length"
        case structureOrder = "structure-order"
        case unknownStructure = "unknown-structure"
        // Remapping units.
        case zeroRegisterBase = "zero-register-base"
        case unalignedRegisterBase = "unaligned-register-base"
        case includeAllNotLast = "include-all-not-last"
        case disagreeingBlocks = "disagreeing-blocks"
        case unknownUnit = "unknown-unit"
        // Devices.
        case missingScope = "missing-scope"
        case badScope = "bad-scope"
        case absentDevice = "absent-device"
        case scopeNamesBus = "scope-names-bus"
        case badDeviceRange = "bad-device-range"
        case duplicateSpecialDevice = "duplicate-special-device"
        case missingIOAPIC = "missing-ioapic"
        case badMapping = "bad-mapping"
        case badAddressLimit = "bad-address-limit"
        case badName = "bad-name"
        // Ranges by themselves.
        case zeroSize = "zero-size"
        case limitBelowBase = "limit-below-base"
        case rangeWraps = "range-wraps"
        case unalignedRange = "unaligned-range"
        case aboveAddressWidth = "above-address-width"
        case badFlags = "bad-flags"
        case pageZero = "page-zero"
        case belowOneMiB = "below-1MiB"
        case largeRange = "large-range"
        // Ranges and others.
        case overlappingRanges = "overlapping-ranges"
        case deviceInTwoRanges = "device-in-two-ranges"
        case secondExclusionRange = "second-exclusion-range"
        case overlapsMSIWindow = "overlaps-msi-window"
        case overlapsHyperTransport = "overlaps-hypertransport"
        case overlapsBridgeWindow = "overlaps-bridge-window"
        case overlapsRAM = "overlaps-ram"
        case notReserved = "not-reserved"
        // The machine.
        case windowIsWholeSpace = "window-is-whole-space"
        case apertureAboveFourGiB = "aperture-above-4GiB"
        case isaRegionIsDirect = "isa-region-is-direct"
    }

    package let kind: Kind
    /// Breaks the specification; else it is allowed, and software is known to stumble over it.
    package let isViolation: Bool
    /// One sentence that names the structure.
    package let message: String
    package let rule: Rule
    package let place: FilePlace
    package let remedy: String

    init(
        _ kind: Kind, isViolation: Bool = true, _ message: String, _ rule: Rule, at place: FilePlace,
        remedy: String
    ) {
        self.kind = kind
        self.isViolation = isViolation
        self.message = message
        self.rule = rule
        self.place = place
        self.remedy = remedy
    }

    static let askVendor = "firmware has to be corrected: look for an update, else report it to the vendor"
}
