// SPDX-License-Identifier: MIT

/// The last events of a log, so that a report can show what came before.
struct RecentLines {
    private struct Row {
        var number = 0
        var thread: UInt64 = 0
        var start = 0
        var count = 0
    }

    /// A power of two.
    private static let rowCount = 64
    /// Longer lines are cut; those of real logs are not.
    static let bytesMax = 512

    private var rows = [Row](repeating: Row(), count: rowCount)
    private var bytes: [UInt8]
    private var next = 0

    init() { bytes = Array(repeating: 0, count: Self.rowCount * Self.bytesMax) }

    mutating func clear() { next = 0 }

    @inline(__always)
    mutating func append(_ line: UnsafeRawBufferPointer, number: Int, thread: UInt64) {
        let place = next & (Self.rowCount - 1)
        let count = min(line.count, Self.bytesMax)
        let start = place * Self.bytesMax
        bytes.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: line[..<count]))
        }
        rows[place] = Row(number: number, thread: thread, start: start, count: count)
        next += 1
    }

    /// Up to eight of this thread and the last four of any, in order.
    func lines(of thread: UInt64) -> [(line: Int, text: String)] {
        let all = (max(0, next - Self.rowCount)..<next).map { rows[$0 & (Self.rowCount - 1)] }
        let own = all.filter { $0.thread == thread }.suffix(8)
        let last = all.suffix(4)
        var seen: Set<Int> = []
        return (own + last).sorted { $0.number < $1.number }.compactMap { row in
            guard seen.insert(row.number).inserted else { return nil }
            return (
                row.number,
                Self.text(bytes[row.start..<(row.start + row.count)].drop { $0 == 32 })
            )
        }
    }

    static func text(_ line: some Sequence<UInt8>) -> String {
        String(decoding: Array(line.drop { $0 == 32 }.prefix(bytesMax)), as: UTF8.self)
    }
}
