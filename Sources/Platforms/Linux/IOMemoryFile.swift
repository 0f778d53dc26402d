// SPDX-License-Identifier: MIT

import Diagnostics

/// `/proc/iomem`: physical addresses by owner, owners within owners by two blanks.
///
///     00001000-0009ffff : System RAM
///     f0000000-fcffffff : PCI Bus 0000:00
///       f0000000-f7ffffff : PCI ECAM 0000 [bus 00-7f]
struct IOMemoryFile {
    private struct Line {
        let indent: Int
        let range: AddressRange
        let name: String
    }

    /// Whether one of the first lines has the form.
    static func matches(_ source: SourceFile) -> Bool {
        (1...min(20, source.lineStarts.count)).contains { line(source.line($0)) != nil }
    }

    static func read(_ source: SourceFile, id: SourceFileID, into machine: inout Machine) {
        var lines: [Line] = []
        var bad = 0
        for number in 1...source.lineStarts.count {
            let text = source.line(number)
            if text.allSatisfy(\.isWhitespace) { continue }
            if let line = line(text) {
                lines.append(line)
            } else if bad < 20 {
                bad += 1
                let start = source.lineStarts[number - 1]
                machine.diagnostics.append(
                    Diagnostic(
                        "bad-iomem-line", "this is no line of /proc/iomem",
                        at: Span(file: id, start: start, end: start + text.utf8.count),
                        help: "a line is '00001000-0009ffff : System RAM'; copy the file again, as root"))
            }
        }
        guard lines.count < 2 || lines.contains(where: { $0.range.last > 0 }) else {
            machine.diagnostics.append(
                Diagnostic(
                    "hidden-addresses", severity: .warning, "all addresses in '\(source.path)' are 0",
                    at: nil,
                    help: "the kernel shows them to root only: read it as root"))
            return
        }
        fill(&machine, lines, path: source.path)
    }

    private static func fill(_ machine: inout Machine, _ lines: [Line], path: String) {
        // The kernel's log shows what firmware said; this is what was made of it, and serves where there is no log.
        let hasMap = !machine.memory.isEmpty
        var owners: [Line] = []
        for line in lines {
            while let last = owners.last, last.indent >= line.indent { owners.removeLast() }
            let isBridge = line.name.hasPrefix("PCI Bus ")
            if isBridge, !owners.contains(where: { $0.name.hasPrefix("PCI Bus ") }) {
                machine.windows.append(
                    BridgeWindow(
                        bus: String(line.name.dropFirst("PCI Bus ".count)), range: line.range,
                        place: FilePlace(path, .file)))
            }
            if !hasMap, case let kind = MemoryMap.Kind(line.name) {
                if case .other = kind {} else { machine.memory.set(line.range, to: kind) }
            }
            owners.append(line)
        }
        if !hasMap { machine.memoryPath = path }
    }

    private static func line(_ text: String) -> Line? {
        let indent = text.prefix { $0 == " " }.count
        var scanner = LineScanner(text.dropFirst(indent))
        guard let range = scanner.range(), scanner.take(" : "), !scanner.rest.isEmpty else { return nil }
        return Line(indent: indent, range: range, name: ACPIText.printable(scanner.rest.utf8))
    }
}
