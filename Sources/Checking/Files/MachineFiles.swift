// SPDX-License-Identifier: MIT

import Diagnostics
import Foundation
import Platforms

/// Finds the files that say something of a machine: those named, those below a folder, or those of a running kernel.
struct MachineFiles {
    /// A `/sys` has a few hundred of these; a folder with more is something else.
    static let filesMax = 20_000
    private static let depthMax = 12
    /// Of a file: a kernel log of weeks is larger than that, its first lines are not.
    private static let bytesMax = MachineReader.textBytesMax

    private(set) var reader = MachineReader()
    private(set) var sources = SourceMap()
    private(set) var failures: [Diagnostic] = []
    private var count = 0

    // MARK: Named files and folders

    /// - Throws: `BadInput` where a path is not there.
    mutating func read(_ paths: [String]) throws(BadInput) {
        for path in paths {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw BadInput(
                    Diagnostic(
                        "cannot-read", "cannot read '\(path)': no such file or directory", at: nil,
                        help: "name a table, a log, or a folder with these"))
            }
            if isDirectory.boolValue {
                let base = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
                try readFolder(base, depth: 0)
            } else {
                readFile(path, isNamed: true)
            }
        }
    }

    /// Everything below, in the order of the names. Links to folders are looked into only where they are functions of
    /// `devices`: others may lead in circles.
    private mutating func readFolder(_ folder: String, depth: Int) throws(BadInput) {
        guard depth < Self.depthMax else { return }
        for name in Self.names(folder) {
            let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            count += 1
            guard count <= Self.filesMax else {
                throw BadInput(
                    Diagnostic(
                        "too-many-files", "there are more than \(Self.filesMax) files below '\(folder)'",
                        at: nil,
                        help: "name the folder of one machine; for this machine say --here"))
            }
            let isMember = folder.hasSuffix("/devices")
            if isMember { reader.note(path) }
            switch Self.kind(path) {
            case .folder: try readFolder(path, depth: depth + 1)
            case .link:
                if isMember {
                    readDevice(path)
                } else if FileManager.default.isReadableFile(atPath: path) {
                    readFile(path, isNamed: false)
                }
            case .file: readFile(path, isNamed: false)
            case .other: break
            }
        }
    }

    // MARK: The running kernel

    /// - Parameter root: `/`, or a folder that looks like it.
    /// - Throws: `BadInput` where there is nothing of a kernel below the root.
    mutating func readRunningKernel(root: String) throws(BadInput) {
        let base = root == "/" ? "" : root.hasSuffix("/") ? String(root.dropLast()) : root
        guard Self.kind("\(base)/sys") == .folder || Self.kind("\(base)/proc") == .folder else {
            throw BadInput(
                Diagnostic(
                    "no-kernel", "there is no running Linux kernel below '\(root)'", at: nil,
                    help: "neither '\(base)/sys' nor '\(base)/proc' is a folder"))
        }
        for signature in ACPITable.signatures {
            let path = "\(base)/sys/firmware/acpi/tables/\(signature)"
            if FileManager.default.fileExists(atPath: path) { readFile(path, isNamed: true) }
        }
        if FileManager.default.fileExists(atPath: "\(base)/proc/iomem") {
            readFile("\(base)/proc/iomem", isNamed: true)
        }
        let devices = "\(base)/sys/bus/pci/devices"
        for name in Self.names(devices) {
            reader.note("\(devices)/\(name)")
            readDevice("\(devices)/\(name)")
        }
        let groups = "\(base)/sys/kernel/iommu_groups"
        for name in Self.names(groups) {
            for file in ["reserved_regions", "type"] {
                let path = "\(groups)/\(name)/\(file)"
                if FileManager.default.fileExists(atPath: path) { readFile(path, isNamed: true) }
            }
            for device in Self.names("\(groups)/\(name)/devices") {
                reader.note("\(groups)/\(name)/devices/\(device)")
            }
        }
    }

    private mutating func readDevice(_ folder: String) {
        for file in ["class", "dma_mask_bits", "consistent_dma_mask_bits", "secondary_bus_number"] {
            let path = "\(folder)/\(file)"
            if FileManager.default.isReadableFile(atPath: path) { readFile(path, isNamed: true) }
        }
    }

    // MARK: Single files

    private mutating func readFile(_ path: String, isNamed: Bool) {
        let bytes: [UInt8]
        do throws(InputFile.Failure) {
            bytes = try InputFile.read(path, bytesMax: Self.bytesMax)
        } catch {
            let help = "read it as root, or leave it out"
            failures.append(
                Diagnostic(
                    "cannot-read", severity: isNamed ? .error : .warning, "cannot read '\(path)': \(error)",
                    at: nil, help: help))
            return
        }
        let file = SourceFile(path: path, bytes: bytes)
        reader.read(file, id: sources.add(file), isNamed: isNamed)
    }

    private enum FileKind { case file, folder, link, other }

    private static func kind(_ path: String) -> FileKind {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .other }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// Sorted: numbers by value, so that group 10 stands behind group 9.
    private static func names(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted { left, right in
            if let one = Int(left), let other = Int(right), one != other { return one < other }
            return left < right
        }
    }
}
