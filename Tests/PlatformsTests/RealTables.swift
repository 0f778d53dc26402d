// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation

@testable import Platforms

/// The firmware tables of real machines in `Tests/Fixtures/platforms`; each folder's SOURCE.txt says where they are from.
enum RealTables {
    struct Table {
        let name: String
        let signature: String
        let bytes: [UInt8]
    }

    static let folder = repositoryRoot + "/Tests/Fixtures/platforms"

    static let machines: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.contains(".") }.sorted()
    }()

    /// Of the folders.
    static let ofMachines: [Table] = machines.flatMap { machine -> [Table] in
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(machine)")) ?? []
        return names.filter { $0.hasSuffix(".bin") }.sorted().compactMap { name in
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(machine)/\(name)") else {
                return nil
            }
            return Table(
                name: "\(machine)/\(name)", signature: String(name.prefix(4)), bytes: Array(data))
        }
    }

    /// Of `corpus.tsv`: number, signature, machine, bytes in hexadecimal.
    static let ofCorpus: [Table] = {
        let text = (try? String(contentsOfFile: "\(folder)/corpus.tsv", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t")
            let digits = Array(fields[3].utf8)
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
            }
            return Table(name: String(fields[2]), signature: String(fields[1]), bytes: bytes)
        }
    }()

    static let all = ofMachines + ofCorpus

    /// What the files of a folder say together, as `iommu-check platform FOLDER` reads them.
    static func machine(_ name: String) -> Machine {
        var reader = MachineReader()
        var sources = SourceMap()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
        for file in names.sorted() {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)/\(file)") else {
                continue
            }
            let source = SourceFile(path: "\(name)/\(file)", bytes: Array(data))
            reader.read(source, id: sources.add(source), isNamed: false)
        }
        return reader.machine
    }

    static func machine(of table: [UInt8]) -> Machine {
        var reader = MachineReader()
        var sources = SourceMap()
        let source = SourceFile(path: "table", bytes: table)
        reader.read(source, id: sources.add(source), isNamed: true)
        return reader.machine
    }

    /// What a text says, read as the file of this name.
    static func machine(text: String, path: String = "log.txt") -> Machine {
        var reader = MachineReader()
        var sources = SourceMap()
        let source = SourceFile(path: path, text: text)
        reader.read(source, id: sources.add(source), isNamed: true)
        return reader.machine
    }
}
