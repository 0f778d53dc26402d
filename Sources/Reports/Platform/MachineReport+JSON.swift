// SPDX-License-Identifier: MIT

import Diagnostics
import Platforms

extension MachineReport {
    package func json(version: String) -> JSONValue {
        .object([
            .init("version", .string(version)),
            .init(
                "files",
                .array(
                    machine.filesRead.map {
                        .object([.init("path", .string($0.path)), .init("holds", .string($0.what))])
                    })),
            .init("filesNotRead", .array(machine.filesNotRead.map { .string($0) })),
            .init(
                "errors",
                .array(machine.diagnostics.filter { $0.severity == .error }.map { .string($0.message) })),
            .init("hostAddressWidth", optional(machine.hostAddressWidth)),
            .init("domainAddressBits", optional(machine.domainAddressBits)),
            .init("tables", .array(machine.tables.map(table))),
            .init("ranges", .array(machine.firmwareRanges.map(range))),
            .init("groups", .array(machine.machineGroups.map(group))),
            .init("maps", .array(maps.map(map))),
            .init("defects", .array(defects.map(defect))),
        ])
    }

    private func optional(_ number: Int?) -> JSONValue { number.map { .integer(Int128($0)) } ?? .null }

    /// Addresses are strings: many readers of JSON take numbers beyond 53 bits wrongly.
    private func address(_ number: UInt64) -> JSONValue { .string(hexadecimal(number)) }

    private func table(_ table: ReadTable) -> JSONValue {
        let header = table.table.header
        return .object([
            .init("path", .string(table.path)), .init("signature", .string(header.signature)),
            .init("length", .integer(Int128(header.length))),
            .init("revision", .integer(Int128(header.revision))),
            .init("oemID", .string(header.oemID)), .init("oemTableID", .string(header.oemTableID)),
            .init("checksumIsRight", .bool(table.checksumRemainder == 0)),
        ])
    }

    private func range(_ range: FirmwareRange) -> JSONValue {
        .object([
            .init("title", .string(range.title)), .init("text", .string(range.text)),
            .init("first", range.range.map { address($0.first) } ?? .null),
            .init("last", range.range.map { address($0.last) } ?? .null),
            .init("devices", .array(range.devices.map { .string($0.description) })),
            .init("place", .string(range.place.description)),
        ])
    }

    private func group(_ group: MachineGroup) -> JSONValue {
        .object([
            .init("number", .integer(Int128(group.number))), .init("type", .optional(group.type)),
            .init("devices", .array(group.devices.map { .string($0) })),
            .init("maskBits", optional(group.maskBits)),
            .init(
                "regions",
                .array(
                    group.regions.map {
                        .object([
                            .init("first", address($0.range.first)), .init("last", address($0.range.last)),
                            .init("type", .string($0.kind.word)),
                        ])
                    })),
        ])
    }

    private func map(_ map: AddressMap) -> JSONValue {
        .object([
            .init("groups", .array(map.groups.map { .integer(Int128($0.number)) })),
            .init(
                "rows",
                .array(
                    map.rows.map {
                        .object([
                            .init("first", address($0.range.first)), .init("last", address($0.range.last)),
                            .init("use", .string($0.title)),
                            .init("memory", .array($0.memory.map { .string($0) })),
                        ])
                    })),
        ])
    }

    private func defect(_ defect: Defect) -> JSONValue {
        .object([
            .init("kind", .string(defect.kind.rawValue)),
            .init("breaksSpecification", .bool(defect.isViolation)),
            .init("message", .string(defect.message)), .init("rule", .string(defect.rule.place)),
            .init("ruleText", .string(defect.rule.text)), .init("path", .string(defect.place.path)),
            .init("byte", position(defect) { if case .byte(let offset) = $0 { offset } else { nil } }),
            .init("line", position(defect) { if case .line(let line) = $0 { line } else { nil } }),
            .init("remedy", .string(defect.remedy)),
        ])
    }

    private func position(_ defect: Defect, _ number: (FilePlace.Position) -> Int?) -> JSONValue {
        optional(number(defect.place.position))
    }
}
