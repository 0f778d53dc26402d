// SPDX-License-Identifier: MIT

/// One event of ftrace's text: `TASK-PID [CPU] FLAGS TIME: EVENT: BODY`, as places in the line's bytes.
struct TraceLine {
    enum Context: UInt64 {
        case task = 0
        case softirq = 1
        case hardirq = 2
    }

    var pid: UInt64 = 0
    var cpu: UInt64 = 0
    var context = Context.task
    /// Microseconds since the log's clock began.
    var time: UInt64 = 0
    /// Bytes of the event's name, and where what follows its colon and blank begins.
    var nameStart = 0
    var nameEnd = 0
    var bodyStart = 0

    /// What runs on its own: a task, or an interrupt above it. An idle task is one on each CPU.
    var thread: UInt64 {
        (pid == 0 ? 1 << 40 | cpu << 8 : pid << 8) | context.rawValue
    }

    /// What kind of line this is.
    enum Kind {
        case event
        /// Begins with `#`, or is empty.
        case comment
        /// `CPU:0 [LOST 12 EVENTS]`
        case lost(UInt64)
        /// None of these; the byte from which it could not be read on.
        case other(Int)
    }

    @inline(__always) init() {}

    /// Reads the part that all events share.
    mutating func read(_ line: UnsafeRawBufferPointer) -> Kind {
        guard let bytes = line.baseAddress?.assumingMemoryBound(to: UInt8.self), line.count > 0 else {
            return .comment
        }
        let count = line.count
        if bytes[0] == UInt8(ascii: "#") { return .comment }
        guard let bracket = Self.processor(bytes, count) else { return Self.lostOrOther(line) }
        guard readProcess(bytes, before: bracket) else { return .other(0) }
        var place = bracket + 1
        guard let cpu = Self.decimal(bytes, count, &place), place < count,
            bytes[place] == UInt8(ascii: "]")
        else { return .other(place) }
        self.cpu = cpu
        place += 1
        guard place < count, bytes[place] == 32 else { return .other(place) }
        place += 1
        context = .task
        let flags = place
        while place < count, bytes[place] != 32 {
            switch bytes[place] {
            case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "Z"), UInt8(ascii: "z"):
                context = .hardirq
            case UInt8(ascii: "s"): if context == .task { context = .softirq }
            default: break
            }
            place += 1
        }
        // `d..2.`, of four or more signs; without them the log was written with other options.
        guard place - flags >= 4, place - flags <= 8 else { return .other(flags) }
        while place < count, bytes[place] == 32 { place += 1 }
        guard let seconds = Self.decimal(bytes, count, &place), place < count,
            bytes[place] == UInt8(ascii: ".")
        else { return .other(place) }
        place += 1
        let fraction = place
        guard let part = Self.decimal(bytes, count, &place) else { return .other(place) }
        guard place - fraction == 6, seconds < 1 << 40 else { return .other(fraction) }
        time = seconds &* 1_000_000 &+ part
        guard place + 1 < count, bytes[place] == UInt8(ascii: ":"), bytes[place + 1] == 32 else {
            return .other(place)
        }
        nameStart = place + 2
        nameEnd = nameStart
        while nameEnd < count, Self.isNamePart(bytes[nameEnd]) { nameEnd += 1 }
        guard nameEnd > nameStart, nameEnd < count, bytes[nameEnd] == UInt8(ascii: ":") else {
            return .other(nameEnd)
        }
        bodyStart = nameEnd + 1
        if bodyStart < count, bytes[bodyStart] == 32 { bodyStart += 1 }
        return .event
    }

    /// Place of the `[` of `[003]`: the first one that follows a process id and a blank and holds digits alone, as a
    /// task may have brackets in its name.
    @inline(__always)
    private static func processor(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        var place = 1
        while place < count {
            if bytes[place] == UInt8(ascii: "["), bytes[place - 1] == 32, place + 1 < count,
                bytes[place + 1] &- 48 < 10
            {
                var end = place + 1
                while end < count, bytes[end] &- 48 < 10 { end += 1 }
                if end < count, bytes[end] == UInt8(ascii: "]"), followsProcess(bytes, place) { return place }
            }
            place += 1
        }
        return nil
    }

    @inline(__always)
    private static func followsProcess(_ bytes: UnsafePointer<UInt8>, _ bracket: Int) -> Bool {
        var place = bracket - 1
        while place >= 0, bytes[place] == 32 { place -= 1 }
        return place >= 0 && (bytes[place] &- 48 < 10 || bytes[place] == UInt8(ascii: ")"))
    }

    /// `-PID`, and between it and the bracket perhaps `(TGID)`.
    @inline(__always)
    private mutating func readProcess(_ bytes: UnsafePointer<UInt8>, before bracket: Int) -> Bool {
        var place = bracket - 1
        while place >= 0, bytes[place] == 32 { place -= 1 }
        if place >= 0, bytes[place] == UInt8(ascii: ")") {
            while place >= 0, bytes[place] != UInt8(ascii: "(") { place -= 1 }
            place -= 1
            while place >= 0, bytes[place] == 32 { place -= 1 }
        }
        var scale: UInt64 = 1
        var number: UInt64 = 0
        let last = place
        while place >= 0, bytes[place] &- 48 < 10, last - place < 9 {
            number += UInt64(bytes[place] &- 48) &* scale
            scale &*= 10
            place -= 1
        }
        pid = number
        return place >= 0 && place < last && bytes[place] == UInt8(ascii: "-")
    }

    @inline(__always)
    static func decimal(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ place: inout Int) -> UInt64? {
        let start = place
        var number: UInt64 = 0
        while place < count, bytes[place] &- 48 < 10 {
            guard place - start < 18 else { return nil }
            number = number &* 10 &+ UInt64(bytes[place] &- 48)
            place += 1
        }
        return place > start ? number : nil
    }

    @inline(__always)
    static func isNamePart(_ byte: UInt8) -> Bool {
        (byte | 32) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_")
    }

    private static func lostOrOther(_ line: UnsafeRawBufferPointer) -> Kind {
        let text = String(decoding: line, as: UTF8.self)
        if text.allSatisfy({ $0 == " " || $0 == "\t" }) { return .comment }
        let words = text.split(separator: " ")
        if text.hasPrefix("CPU:"), let lost = words.firstIndex(of: "[LOST"), lost + 2 < words.count,
            words[lost + 2] == "EVENTS]", let number = UInt64(words[lost + 1])
        {
            return .lost(number)
        }
        return .other(0)
    }
}
