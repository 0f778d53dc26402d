// SPDX-License-Identifier: MIT

/// Small random specs for partial-order reduction: few processes of several steps, each working mostly on its own
/// variables, sometimes on those of others. Two of the variables are visible; every pair of their values is a
/// reachability property of its own, so that all that can be seen is compared.
struct RandomSteps {
    private var random: Generator
    private var process = 0
    /// The innermost lock held.
    private var held: Int?
    private let processes: Int
    private let hasFailures: Bool

    static func text(seed: UInt64) -> String {
        var random = Generator(seed: seed)
        let processes = Int.random(in: 2...3, using: &random)
        let hasFailures = Int.random(in: 0..<4, using: &random) == 0
        var steps = RandomSteps(random: random, processes: processes, hasFailures: hasFailures)
        return steps.make()
    }

    private init(random: Generator, processes: Int, hasFailures: Bool) {
        self.random = random
        self.processes = processes
        self.hasFailures = hasFailures
    }

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    private mutating func make() -> String {
        var text = "type P = 0 ..< \(processes)\nstate {\n"
        for number in 0..<processes * 2 { text += "    v\(number): 0 ... 2\n" }
        text +=
            "    shown: 0 ... 2\n    seen: 0 ... 2\n    own: [P]0 ... 2\n    once: [P]Bool\n    g0: 0 ... 2\n    g1: 0 ... 2\n    l0: Lock\n    l1: Lock\n}\n"
        for number in 0..<processes {
            process = number
            text += "process p\(number) {\n"
            // Most run once: what is missed then is missed for good.
            switch self.number(6) {
            case 0: text += "choose { where \(condition()) => {} }\n"
            case 1: break
            default: text += "choose { where !once[\(number)] => once[\(number)] = true }\n"
            }
            text += statements(depth: 0, count: 2 + self.number(3)) + "}\n"
        }
        if number(3) == 0 { text += "invariant low: shown + seen < 4\n" }
        for one in 0...2 {
            for other in 0...2 {
                text += "reachable r\(one)\(other): shown == \(one) && seen == \(other)\n"
            }
        }
        return text
    }

    /// Mostly the process's own; what a lock protects, mostly where it is held. The first two processes write mostly one
    /// of the visible variables each.
    private mutating func variable() -> String {
        if let held, number(2) == 0 { return "g\(held)" }
        return switch number(20) {
        case 0..<8: "v\(2 * process + number(2))"
        case 8, 9: "v\(number(2 * processes))"
        case 10..<13: "own[\(number(6) == 0 ? number(processes) : process)]"
        case 13..<19: process == 0 ? "shown" : process == 1 ? "seen" : "v\(2 * process)"
        default: number(4) == 0 ? ["shown", "seen", "g0", "g1"][number(4)] : "v\(2 * process)"
        }
    }

    private mutating func condition() -> String {
        let (one, other) = (variable(), variable())
        return switch number(4) {
        case 0: "\(one) == \(other)"
        case 1: "\(one) != \(number(3))"
        default: "\(one) == \(number(3))"
        }
    }

    private mutating func statements(depth: Int, count: Int) -> String {
        (0..<count).map { _ in statement(depth: depth) + "step\n" }.joined()
    }

    private mutating func statement(depth: Int) -> String {
        switch number(12) {
        case 0, 1, 2: return "\(variable()) = \(number(3))\n"
        case 3, 4: return "\(variable()) = \(variable())\n"
        case 5: return "if \(condition()) { \(variable()) = \(number(3)) }\n"
        case 6: return "await \(condition())\n\(variable()) = \(number(3))\n"
        case 7: return "choose {\n=> { \(variable()) = 0 }\n=> { \(variable()) = 1 }\n}\n"
        case 8 where depth < 2, 9 where depth < 2:
            let before = held
            held = number(2)
            defer { held = before }
            let lock = held ?? 0
            return "with lock(l\(lock)) {\n\(statements(depth: depth + 1, count: 1 + number(2)))}\n"
        case 10 where depth < 2:
            let condition = number(3) == 0 ? "own[\(process)] < 3" : condition()
            return "while \(condition) {\n\(statements(depth: depth + 1, count: 1))}\n"
        case 11 where hasFailures: return "assert a\(number(2)): \(condition())\n"
        default: return "\(variable()) = \(number(3))\n"
        }
    }
}
