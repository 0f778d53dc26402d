// SPDX-License-Identifier: MIT

package import Diagnostics

/// Reader of the reserved regions of a machine, as `/sys/kernel/iommu_groups/N/reserved_regions` prints them.
///
///     # a comment
///     group 7
///     0x000000000e000000 0x000000000e00ffff direct
///     0x00000000fee00000 0x00000000feefffff msi
///
/// Each line holds the first byte, the last byte (it belongs to the region) and the type. The kernel has one
/// file a group; the line `group N` starts a group where several are put into one file.
package struct ReservedRegionsFile {
    /// A real file has a few lines a group; these keep time and memory bounded whatever is given to us.
    package static let bytesMax = 1 << 20
    package static let regionsMax = 4096
    static let diagnosticsMax = 20

    /// All groups that can be read and all that is wrong, in the order of the file. Where an error is among
    /// the
    /// diagnostics, do not use the groups.
    package static func parse(
        _ source: SourceFile, id: SourceFileID
    ) -> (groups: [RegionGroup], diagnostics: [Diagnostic]) {
        if let diagnostic = unreadable(source, id: id) { return ([], [diagnostic]) }
        var reader = ReservedRegionsFile(source: source, id: id)
        reader.readLines()
        reader.finish()
        let ordered = reader.diagnostics.sorted { ($0.span?.start ?? 0) < ($1.span?.start ?? 0) }
        return (reader.groups, ordered)
    }

    let source: SourceFile
    let id: SourceFileID
    private(set) var groups: [RegionGroup] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var regionCount = 0
    private var current: (number: Int?, regions: [ReservedRegion]) = (nil, [])
    /// The line `group N` of each group so far.
    private var groupSpans: [Int: Span] = [:]

    private init(source: SourceFile, id: SourceFileID) {
        self.source = source
        self.id = id
    }

    private static let recipe =
        "the kernel prints '0xSTART 0xEND TYPE', one region a line; make such a file with: "
        + "for g in /sys/kernel/iommu_groups/*; do echo group ${g##*/}; cat $g/reserved_regions; done"

    /// What makes reading line by line pointless.
    private static func unreadable(_ source: SourceFile, id: SourceFileID) -> Diagnostic? {
        let bytes = source.bytes
        let start = Span(file: id, start: 0, end: 0)
        if bytes.isEmpty {
            return Diagnostic("empty-file", "the file of reserved regions is empty", at: start, help: recipe)
        }
        if bytes.count > bytesMax {
            return Diagnostic(
                "file-too-large",
                "a file of reserved regions has at most \(bytesMax) bytes, this one has \(bytes.count)",
                at: start,
                help: recipe)
        }
        let allowed: Set<UInt8> = [UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        if let offset = bytes.firstIndex(where: { ($0 < 0x20 && !allowed.contains($0)) || $0 == 0x7f }) {
            return Diagnostic(
                "binary-file", "this is not a text file: byte \(offset) is a control character",
                at: Span(file: id, start: offset, end: offset + 1), help: recipe)
        }
        if String(validating: bytes, as: UTF8.self) == nil {
            return Diagnostic(
                "binary-file", "this is not a text file: it is not UTF-8", at: start, help: recipe)
        }
        return nil
    }

    // MARK: Lines

    /// A word of a line and where it stands.
    private struct Field {
        let text: String
        let span: Span
    }

    private mutating func readLines() {
        for (index, start) in source.lineStarts.enumerated() {
            let isLast = index + 1 == source.lineStarts.count
            let end = isLast ? source.bytes.count : source.lineStarts[index + 1] - 1
            let fields = fields(from: start, to: end)
            guard let first = fields.first, let last = fields.last else { continue }
            guard hasRoom(at: first.span) else { return }
            if first.text == "group" {
                readGroup(fields)
            } else {
                // Without its line end the last line may have lost its tail: 'direct' of 'direct-relaxable'.
                readRegion(fields, line: first.span.joined(with: last.span), isUnfinished: isLast)
            }
        }
    }

    /// Reading stops after so many errors or regions that more would help nobody.
    private mutating func hasRoom(at span: Span) -> Bool {
        if diagnostics.count(where: { $0.severity == .error }) >= Self.diagnosticsMax {
            report(
                "too-many-errors", "more than \(Self.diagnosticsMax) errors; the rest is not read", at: span)
            return false
        }
        if regionCount >= Self.regionsMax {
            report(
                "too-many-regions", "a file has at most \(Self.regionsMax) regions", at: span,
                help: Self.recipe)
            return false
        }
        return true
    }

    private func fields(from start: Int, to end: Int) -> [Field] {
        let bytes = source.bytes
        var fields: [Field] = []
        var position = start
        // A byte order mark is no part of the text.
        if start == 0, bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
        while position < end, bytes[position] != UInt8(ascii: "#") {
            if blanks.contains(bytes[position]) {
                position += 1
                continue
            }
            let fieldStart = position
            while position < end, !blanks.contains(bytes[position]), bytes[position] != UInt8(ascii: "#") {
                position += 1
            }
            let text = String(decoding: bytes[fieldStart..<position], as: UTF8.self)
            fields.append(Field(text: text, span: Span(file: id, start: fieldStart, end: position)))
        }
        return fields
    }

    private mutating func readGroup(_ fields: [Field]) {
        let line = fields[0].span.joined(with: fields[fields.count - 1].span)
        guard fields.count == 2, fields[1].text.allSatisfy({ $0.isASCII && $0.isNumber }),
            let number = Int(fields[1].text)
        else {
            report(
                "bad-group-line", "a group line is 'group' and the group's number", at: line,
                help: "write for example: group 7")
            return
        }
        if let earlier = groupSpans[number] {
            report(
                "duplicate-group", "group \(number) appears twice", at: line,
                notes: [.init(message: "it was here before", span: earlier)],
                help:
                    "put all regions of group \(number) under one line, or give the second group its own number"
            )
            return
        }
        closeGroup()
        groupSpans[number] = line
        current = (number, [])
    }

    private mutating func readRegion(_ fields: [Field], line: Span, isUnfinished: Bool) {
        guard fields.count == 3 else {
            let isMisspelled = closestName(to: fields[0].text, among: ["group"]) != nil
            report(
                "bad-region-line",
                "a region line has three words, this one has \(fields.count)", at: line,
                label: isUnfinished ? "the file ends in the middle of this line" : nil,
                help: isUnfinished
                    ? "the file was cut; copy it again" : isMisspelled ? "did you mean 'group'?" : Self.recipe
            )
            return
        }
        guard let first = address(fields[0]), let last = address(fields[1]) else { return }
        guard let kind = ReservedRegion.Kind(word: fields[2].text, first: first, last: last) else {
            let closest = closestName(to: fields[2].text, among: ReservedRegion.Kind.words)
            let all = "the types are " + ReservedRegion.Kind.words.joined(separator: ", ")
            report(
                "unknown-region-type", "there is no region type '\(fields[2].text)'", at: fields[2].span,
                label: isUnfinished ? "the file ends in the middle of this line" : nil,
                help: closest.map { "did you mean '\($0)'?" } ?? all)
            return
        }
        guard first <= last else {
            report(
                "limit-below-start",
                "the region ends at \(hexadecimal(last)), below its start \(hexadecimal(first))",
                at: line, help: "the second number is the region's last byte, it is not a length")
            return
        }
        if isUnfinished {
            report(
                "missing-line-end", severity: .warning, "the file does not end with a line end", at: line,
                label: "this line may be cut",
                help: "if the file was cut, copy it again; otherwise add a line end")
        }
        regionCount += 1
        current.regions.append(ReservedRegion(first: first, last: last, kind: kind, span: line))
    }

    private mutating func address(_ field: Field) -> UInt64? {
        let digits = field.text.dropFirst(2)
        guard field.text.hasPrefix("0x"), !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit })
        else {
            report(
                "bad-number", "'\(field.text)' is not a hexadecimal number", at: field.span,
                help: "write addresses as the kernel prints them, for example 0x00000000fee00000")
            return nil
        }
        guard let number = UInt64(digits, radix: 16) else {
            report(
                "number-too-large", "'\(field.text)' does not fit 64 bits", at: field.span,
                help: "the highest address is 0xffffffffffffffff")
            return nil
        }
        return number
    }

    // MARK: Groups

    private mutating func closeGroup() {
        // Groups without a region exist; lines before the first `group N` are a group only if there are any.
        guard current.number != nil || !current.regions.isEmpty else { return }
        let group = RegionGroup(number: current.number, regions: current.regions)
        groups.append(group)
        // Each list is bounded, and the reading stops soon after the first errors: no error is ever dropped.
        diagnostics += group.contradictions()
    }

    private mutating func finish() {
        closeGroup()
        if regionCount == 0, !diagnostics.contains(where: { $0.severity == .error }) {
            report(
                "no-region", "the file names no region", at: Span(file: id, start: 0, end: 0),
                help: Self.recipe)
        }
    }

    private mutating func report(
        _ name: String, severity: Diagnostic.Severity = .error, _ message: String, at span: Span,
        label: String? = nil, notes: [Diagnostic.Note] = [], help: String? = nil
    ) {
        diagnostics.append(
            Diagnostic(name, severity: severity, message, at: span, label: label, notes: notes, help: help))
    }
}
