// SPDX-License-Identifier: MIT

/// A sentence of a specification, in our words, and where it stands.
package struct Rule: Hashable, Sendable {
    /// `VT-d 8.4`
    package let place: String
    package let text: String

    private init(_ place: String, _ text: String) {
        self.place = place
        self.text = text
    }

    // MARK: ACPI, PCI

    static let checksum = Rule("ACPI 5.2.6", "the sum of all bytes of a table is 0 modulo 256")
    static let length = Rule("ACPI 5.2.6", "the length covers the whole table and nothing else")
    static let configurationSpace = Rule(
        "PCI Firmware 4.1.2", "an allocation has a base aligned to 1 MiB and buses in order")
    static let bridgeWindow = Rule(
        "PCI Local Bus 3.2.2", "an address within a host bridge's window goes to a device, not to memory")
    static let hostBridgeSpace = Rule(
        "Linux dma-iommu.c", "the windows of a device's host bridge are reserved in its domain")

    // MARK: VT-d

    static let structureOrder = Rule("VT-d 8.2", "structures stand in the order of their types")
    static let knownStructure = Rule("VT-d 8.2", "a structure has one of the types 0 to 6")
    static let unitBase = Rule("VT-d 8.3", "a register base is the address of 4 KiB aligned registers")
    static let unitIncludeAll = Rule(
        "VT-d 8.3", "a unit with INCLUDE_PCI_ALL is the last of its segment and the only one")
    static let unitScopes = Rule("VT-d 8.3", "a unit without INCLUDE_PCI_ALL lists its devices")
    static let scope = Rule(
        "VT-d 8.3.1", "a device scope names a device of the machine by bus, device and function")
    static let namespaceScope = Rule("VT-d 8.3.1", "a namespace device's number is that of an ANDD structure")
    static let scopeBus = Rule(
        "VT-d 8.3.1", "a path begins at a bus of a host bridge; numbers of other buses may change at run time"
    )
    static let reservedAligned = Rule(
        "VT-d 8.4", "the base is aligned to 4 KiB and the size is a multiple of 4 KiB")
    static let reservedLimit = Rule("VT-d 8.4", "the limit is greater than the base")
    static let reservedScopes = Rule("VT-d 8.4", "a reserved range names at least one device")
    static let reservedMemory = Rule(
        "VT-d 8.4", "the range is reported as reserved in the memory map of the firmware (E820, EFI)")
    static let reservedDisjoint = Rule(
        "VT-d 8.4", "a range is reported once, with all the devices that use it")
    static let reservedUse = Rule(
        "VT-d 8.4", "reserved ranges are for legacy devices (USB, UMA graphics), whose use software knows")
    static let addressWidth = Rule(
        "VT-d 8.1", "physical addresses have no more bits than the host address width")
    static let interruptWindow = Rule(
        "VT-d 3.14", "requests to 0xfee00000-0xfeefffff are interrupts and are never translated")
    static let affinityBase = Rule("VT-d 8.6", "the register base is that of a remapping unit")
    static let namespaceName = Rule("VT-d 8.7", "the object name ends with a zero byte")

    // MARK: AMD

    static let hardwareBase = Rule(
        "AMD 48882 5.2, IVHD", "the base is the address of the IOMMU's registers, aligned to 16 KiB")
    static let hardwareAgrees = Rule("AMD 48882 5.2, IVHD", "blocks of one IOMMU describe the same registers")
    static let hardwareRange = Rule(
        "AMD 48882 5.2, IVHD", "a range has a start, then an end that is not before it")
    static let specialOnce = Rule(
        "AMD 48882 5.2, IVHD", "a special device appears once among the entries of its IOMMU")
    static let ioAPIC = Rule(
        "AMD 48882 5.2, IVHD", "every IOAPIC has a special entry; without, Linux does not remap interrupts")
    static let knownBlock = Rule(
        "AMD 48882 5.2",
        "a block has one of the types 10h, 11h, 40h and 20h to 22h; software steps over others")
    static let memoryAligned = Rule("AMD 48882 5.2, IVMD", "start and length are multiples of 4 KiB")
    static let memorySize = Rule("AMD 48882 5.2, IVMD", "the length is that of the range, in bytes")
    static let memoryDisjoint = Rule("AMD 48882 5.2, IVMD", "ranges do not overlap")
    static let memoryMap = Rule(
        "AMD 48882 5.2, IVMD", "the range is no memory that the operating system may use")
    static let memoryFlags = Rule("AMD 48882 5.2, IVMD", "a range is for unity mapping or for exclusion")
    static let exclusion = Rule(
        "AMD 48882 3.4", "an IOMMU has one pair of registers for an exclusion range")
    static let amdWidth = Rule("AMD 48882 5.2, IVinfo", "physical addresses have no more bits than PASize")
    static let amdInterrupts = Rule(
        "AMD 48882 2.1", "requests to 0xfee00000-0xfeefffff are interrupts and are never translated")
    static let hyperTransport = Rule(
        "AMD 48882 2.1", "0xfd00000000-0xffffffffff are HyperTransport's own addresses")

    // MARK: Arm

    static let rmrAligned = Rule("DEN0049 RMR", "base and length of a range are multiples of 64 KiB")
    static let rmrSize = Rule("DEN0049 RMR", "the length is that of the range, in bytes")
    static let rmrDisjoint = Rule("DEN0049 RMR", "ranges do not overlap")
    static let rmrMapping = Rule("DEN0049 RMR", "a node has at least one mapping, to the SMMU of its devices")
    static let softwareWindow = Rule(
        "Linux arm-smmu", "interrupts of translated devices are written to 0x8000000-0x80fffff")
    static let addressLimit = Rule("DEN0049 nodes", "an address size limit is a number of bits, at most 64")
    static let mappingsDisjoint = Rule(
        "DEN0049 mappings", "input ranges of one node's mappings do not overlap")
    static let knownNode = Rule("DEN0049 nodes", "a node has one of the types 0 to 6")

    // MARK: Linux, GART

    static let pageZero = Rule(
        "Linux iova.c", "page 0 is never handed out, and a lookup that gives 0 means 'not mapped'")
    static let isaRegion = Rule(
        "Linux intel/iommu.c", "a device that shares a group with an ISA bridge has 0-0xffffff mapped 1-1")
    static let isaRelaxable = Rule(
        "Linux intel/iommu.c",
        "the ISA region is relaxable (5.5); as direct it forbids to assign its whole group")
    static let thirtyTwoBits = Rule(
        "Linux iova.c", "devices with a 32-bit mask share the 4 GiB below with every reserved range")
    static let gart = Rule("Linux aperture_64.c", "a GART aperture ends below 4 GiB")
}
