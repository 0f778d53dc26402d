// SPDX-License-Identifier: MIT

extension Machine {
    func iortDefects(_ table: IORTTable, _ path: String) -> [Defect] {
        table.nodes.flatMap { node in
            limitDefects(node, path) + mappingDefects(node, path)
        }
    }

    private func limitDefects(_ node: IORTTable.Node, _ path: String) -> [Defect] {
        var found: [Defect] = []
        func add(_ kind: Defect.Kind, isViolation: Bool = true, _ message: String, _ rule: Rule) {
            found.append(
                Defect(
                    kind, isViolation: isViolation, "\(node.title) \(message)", rule,
                    at: FilePlace(path, .byte(node.offset)), remedy: Defect.askVendor))
        }
        switch node.content {
        case .namedComponent(_, _, let bits, _) where bits > 64:
            add(.badAddressLimit, "has an address size limit of \(bits) bits", .addressLimit)
        case .rootComplex(_, _, _, .some(let bits)) where bits > 64 && node.revision >= 1:
            add(.badAddressLimit, "has an address size limit of \(bits) bits", .addressLimit)
        case .reservedMemory(_, let ranges):
            if node.mappings.isEmpty, !ranges.isEmpty {
                add(.badMapping, "has no mapping: no device is known to use its ranges", .rmrMapping)
            }
        case .smmu(let smmu) where smmu.base == 0:
            add(.zeroRegisterBase, "has its registers at address 0", .knownNode)
        case .smmuV3(let base, _, _) where base == 0:
            add(.zeroRegisterBase, "has its registers at address 0", .knownNode)
        case .unknown:
            add(.unknownStructure, isViolation: false, "is none that we know and is stepped over", .knownNode)
        default: break
        }
        return found
    }

    /// Input ranges that overlap: the same device would have two ids.
    private func mappingDefects(_ node: IORTTable.Node, _ path: String) -> [Defect] {
        let mappings = node.mappings.filter { !$0.isSingle }.sorted {
            ($0.inputBase, $0.offset) < ($1.inputBase, $1.offset)
        }
        return zip(mappings, mappings.dropFirst()).filter { one, next in
            UInt64(next.inputBase) <= UInt64(one.inputBase) + UInt64(one.count)
        }.map { one, next in
            Defect(
                .badMapping,
                "\(node.title) maps the id \(hexadecimal(UInt64(next.inputBase))) twice", .mappingsDisjoint,
                at: FilePlace(path, .byte(max(one.offset, next.offset))), remedy: Defect.askVendor)
        }
    }
}
