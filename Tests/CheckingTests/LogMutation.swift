// SPDX-License-Identifier: MIT

import CheckerTesting
import Conformance

/// One event of a log changed.
struct LogMutation {
    enum Kind: String, CaseIterable {
        case deleted, duplicated, reordered, flipped
    }

    let kind: Kind
    /// Index of the first line that differs.
    let place: Int
    /// What stands there instead of `count` lines.
    let lines: [[UInt8]]
    let count: Int
    /// The kernel's name of the event, with its field where a bit of one is flipped.
    let event: String

    /// - Parameter log: its lines, looked at once.
    static func choose(_ number: Int, in log: MutableLog, _ random: inout SeededNumbers) -> [LogMutation] {
        var found: [LogMutation] = []
        for index in 0..<number {
            let kind = Kind.allCases[index % Kind.allCases.count]
            for _ in 0..<1000 {
                if let mutation = log.mutation(kind, &random) {
                    found.append(mutation)
                    break
                }
            }
        }
        return found.sorted { $0.place < $1.place }
    }
}

/// The lines of a log with what is needed to change one.
struct MutableLog {
    struct Event {
        let name: String
        let thread: String
        let bodyStart: Int
    }

    let lines: [[UInt8]]
    let events: [Event?]
    private let eventPlaces: [Int]
    /// Places of events that invalidate.
    private let invalidations: [Int]

    init(_ lines: [[UInt8]]) {
        self.lines = lines
        events = lines.map(Self.event)
        let events = events
        eventPlaces = events.indices.filter {
            (events[$0]?.name ?? "tracing_mark_write") != "tracing_mark_write"
        }
        let names: Set = [
            "ktlbs", "kfla", "qi_submit iotlb_inv", "cache_tag_flush_range", "cache_tag_flush_all",
        ]
        let invalidating = eventPlaces.filter { names.contains(events[$0]?.name ?? "") }
        invalidations = invalidating.isEmpty ? eventPlaces : invalidating
    }

    /// `TASK-PID [CPU] FLAGS TIME: EVENT: BODY`
    private static func event(_ line: [UInt8]) -> Event? {
        guard line.first != UInt8(ascii: "#"), let bracket = line.firstIndex(of: UInt8(ascii: "[")) else {
            return nil
        }
        var blanks = 0
        var place = bracket
        // CPU, flags, time.
        while place < line.count, blanks < 2 || line[place] == 32 {
            if line[place] == 32, line[place - 1] != 32 { blanks += 1 }
            place += 1
        }
        guard let colon = line[place...].firstIndex(of: UInt8(ascii: ":")), colon + 2 < line.count,
            let end = line[(colon + 2)...].firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let head = String(decoding: line[..<place], as: UTF8.self).split(separator: " ")
        let flags = String(head.last ?? "")
        let context = flags.contains("h") || flags.contains("H") ? "h" : flags.contains("s") ? "s" : ""
        var name = String(decoding: line[(colon + 2)..<end], as: UTF8.self)
        if name == "qi_submit", let kind = line[(end + 2)...].firstIndex(of: 32) {
            name += " " + String(decoding: line[(end + 2)..<kind], as: UTF8.self)
        }
        return Event(
            name: name,
            thread: (head.first.map(String.init) ?? "") + context
                + (line.starts(with: Array("          <idle>".utf8))
                    ? String(decoding: line[bracket..<(bracket + 5)], as: UTF8.self) : ""),
            bodyStart: colon + 2)
    }

    func mutation(_ kind: LogMutation.Kind, _ random: inout SeededNumbers) -> LogMutation? {
        guard let place = (kind == .reordered ? invalidations : eventPlaces).randomElement(using: &random),
            let event = events[place]
        else { return nil }
        switch kind {
        case .deleted:
            return LogMutation(kind: kind, place: place, lines: [], count: 1, event: event.name)
        case .duplicated:
            return LogMutation(
                kind: kind, place: place, lines: [lines[place], lines[place]], count: 1, event: event.name)
        case .reordered:
            // What came before the invalidation in its thread comes after it, or what came after comes before.
            let isEarlier = Bool.random(using: &random)
            let range =
                isEarlier
                ? Array((0..<place).suffix(200).reversed())
                : Array((place + 1)..<min(lines.count, place + 200))
            guard
                let other = range.first(where: {
                    events[$0]?.thread == event.thread && events[$0]?.name != "tracing_mark_write"
                }),
                let second = events[other]
            else { return nil }
            let (first, last) = (min(place, other), max(place, other))
            var changed = Array(lines[first...last])
            changed[place - first] = Array(
                lines[place][..<event.bodyStart] + lines[other][second.bodyStart...])
            changed[other - first] = Array(
                lines[other][..<second.bodyStart] + lines[place][event.bodyStart...])
            return LogMutation(
                kind: kind, place: first, lines: changed, count: changed.count,
                event: isEarlier ? "\(second.name) | \(event.name)" : "\(event.name) | \(second.name)")
        case .flipped:
            return flipped(place, event, &random)
        }
    }

    /// One bit of a hexadecimal number that is an address, a page number or a pointer.
    private func flipped(_ place: Int, _ event: Event, _ random: inout SeededNumbers) -> LogMutation? {
        let line = lines[place]
        let fields = [
            "iova=0x", "paddr=0x", "dom=0x", "pa=0x", "addr=0x", "dma_addr=", "phys_addr=", "pfn=0x",
            "iovad=0x", "start=0x", "end=0x",
            "ret=0x", "h=0x", "lim=0x", "[0x", "dmar0: 0x",
        ].filter { find($0, in: line, from: event.bodyStart) != nil }
        guard let field = fields.randomElement(using: &random),
            let start = find(field, in: line, from: event.bodyStart)
        else { return nil }
        let digits = line[start...].prefix {
            (48...57).contains($0) || (97...102).contains($0)
        }
        // A bit of the page number: not the lowest three digits of a byte address.
        let isPage = field == "pfn=0x" || field == "lim=0x"
        let isName = field == "dom=0x" || field == "iovad=0x"
        let usable = isPage || isName ? digits : digits.dropLast(3)
        guard let digit = usable.indices.randomElement(using: &random) else { return nil }
        let byte = line[digit]
        let value = Int(byte) < 58 ? Int(byte) - 48 : Int(byte) - 87
        let changed = value ^ 1 << Int.random(in: 0..<4, using: &random)
        var text = line
        text[digit] = UInt8(changed < 10 ? changed + 48 : changed + 87)
        return LogMutation(
            kind: .flipped, place: place, lines: [text], count: 1,
            event: event.name + " " + field.replacing("0x", with: "").replacing("=", with: ""))
    }

    private func find(_ text: String, in line: [UInt8], from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard line.count - wanted.count > start else { return nil }
        for place in start..<(line.count - wanted.count)
        where line[place..<(place + wanted.count)].elementsEqual(wanted)
            && (!(97...122).contains(line[place - 1]) && line[place - 1] != 95)
        {
            return place + wanted.count
        }
        return nil
    }
}
