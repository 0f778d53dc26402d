// SPDX-License-Identifier: MIT

import Foundation

/// Small random specs in which everything occurs that the reductions look at: symmetric types in all places, private and
/// shared variables, locks, waiting, choices, failing steps.
package struct RandomSpec {
    private var random: SeededNumbers

    /// A part of a test's seeds; with LONG_TESTS=1 each part is twenty times as long.
    package static func seeds(_ part: Int, count: UInt64 = 25) -> Range<UInt64> {
        let isLong = ProcessInfo.processInfo.environment["LONG_TESTS"] == "1"
        let first = UInt64(part) * 1_000_000
        return first..<first + (isLong ? 20 * count : count)
    }

    package static func text(seed: UInt64) -> String {
        var spec = RandomSpec(random: SeededNumbers(seed: seed))
        return spec.make()
    }

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func one(_ texts: [String]) -> String { texts[number(texts.count)] }
    private mutating func chance(_ percent: Int) -> Bool { number(100) < percent }

    private mutating func make() -> String {
        let elements = 2 + number(2)
        var text = """
            type E = symmetric \(elements)
            type D = symmetric 2
            type P = 0 ..< 2
            struct S { e: E, p: P }
            state {
                flag: Bool
                other: Bool
                count: 0 ... 2
                part: [P]0 ... 2
                mine: [E]P
                pair: [E][D]Bool
                ref: E?
                refs: [D]E?
                rec: S?
                recs: [E]S?
                members: Set<E>
                sets: [D]Set<E>
                queue: Queue<E, 2>
                latch: Lock
                latches: [E]Lock
            }

            """
        if chance(20) { text += "init { choose { any(e: E) => ref = e\n=> {} } }\n" }
        text += "process worker(e: E) {\n\(body(["e: E"], depth: 0))}\n"
        if chance(60) { text += "process helper(d: D) {\n\(body(["d: D"], depth: 0))}\n" }
        if chance(60) { text += "process plain(p: P) {\n\(body(["p: P"], depth: 0))}\n" }
        if chance(40) { text += "process single {\n\(body([], depth: 0))}\n" }
        for number in 0..<2 { text += "invariant inv\(number): \(property())\n" }
        text += "reachable seldom: \(condition([]))\n"
        return text
    }

    private mutating func property() -> String {
        one([
            "forall(e: E) mine[e] == 0", "members.is_empty || ref == none", "count < 2 || flag",
            "forall(e: E, f: E) e == f || mine[e] == 0 || mine[f] == 0", "!(flag && other)",
            "queue.count < 2", "true", "part[0] != 2", "forall(e: E) if let r = recs[e] { r.e == e }",
            "forall(d: D) sets[d].count < 2",
        ])
    }

    /// - Parameter scope: parameters, as `name: Type`.
    private mutating func element(_ scope: [String]) -> String? {
        let fitting = scope.filter { $0.hasSuffix(": E") }.map { $0.dropLast(3) }
        return fitting.isEmpty ? nil : String(fitting[number(fitting.count)])
    }

    private mutating func condition(_ scope: [String]) -> String {
        var texts = [
            "flag", "!flag", "other", "count == 1", "count < 2", "ref != none", "ref == none",
            "members.is_empty",
            "queue.is_empty", "part[0] == 1", "rec == none", "exists(z: E) mine[z] == 1",
            "exists(z: E) members.contains(z) && exists(y: D) refs[y] == z", "members.count == 1",
        ]
        if let e = element(scope) {
            texts += [
                "mine[\(e)] == 0", "members.contains(\(e))", "ref == \(e)", "recs[\(e)] == none",
                "!members.contains(\(e))", "queue.contains(\(e))",
            ]
        }
        return one(texts)
    }

    private mutating func action(_ scope: [String]) -> String {
        var texts = [
            "flag = !flag", "other = !other", "if count < 2 { count = count + 1 } else { count = 0 }",
            "count = 0", "ref = none", "members.clear", "rec = none", "part[0] = count", "part[1] = 1",
            "if !queue.is_empty { queue.pop }", "assert a\(number(3)): count != 2", "refs[all] = none",
            "if count < 2 || flag { } else { count = 1 }",
        ]
        if let e = element(scope) {
            let f = element(scope) ?? e
            texts += [
                "ref = \(e)", "members.insert(\(e))", "members.remove(\(e))", "mine[\(e)] = 1",
                "mine[\(e)] = 0",
                "if !queue.is_full { queue.push(\(e)) }", "rec = S(e: \(e), p: 1)",
                "recs[\(e)] = S(e: \(f), p: 0)", "recs[\(e)] = none", "mine[\(e)] = 1", "queue.push(\(e))",
                "if let r = rec { if r.e == \(e) { rec = none } else { ref = r.e } }",
            ]
        }
        if let d = scope.first(where: { $0.hasSuffix(": D") })?.dropLast(3) {
            texts.append("refs[\(d)] = none")
            if let e = element(scope) {
                texts += [
                    "refs[\(d)] = \(e)", "pair[\(e)][\(d)] = true", "pair[\(e)][\(d)] = false",
                    "sets[\(d)].insert(\(e))",
                ]
            }
        }
        if scope.contains("p: P") {
            texts += ["part[p] = 1", "part[p] = 0", "if part[p] < 2 { part[p] = 2 }"]
        }
        return one(texts).replacing("members.clear", with: "members.clear()").replacing(
            "queue.pop", with: "queue.pop()")
    }

    private mutating func body(_ scope: [String], depth: Int) -> String {
        var lines: [String] = []
        var scope = scope
        let wants = chance(70) ? "where \(condition(scope)) " : ""
        if chance(60), depth == 0 {
            let binding = chance(60) ? "any(x: E) " : ""
            if !binding.isEmpty { scope.append("x: E") }
            lines.append("choose { \(binding)\(wants)=> {\n\(statements(scope, depth: 1))} }")
        } else {
            lines.append(statements(scope, depth: 1))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func statements(_ scope: [String], depth: Int) -> String {
        var lines: [String] = []
        for _ in 0..<(1 + number(3)) {
            switch number(10) {
            case 0, 1, 2, 3: lines.append(action(scope))
            case 4, 5: lines.append("step")
            case 6: lines.append("await \(condition(scope))")
            case 7 where depth < 3:
                let lock = element(scope).map { chance(50) ? "latches[\($0)]" : "latch" } ?? "latch"
                lines.append("with lock(\(lock)) {\n\(statements(scope, depth: depth + 1))}")
            case 8 where depth < 3:
                lines.append("if \(condition(scope)) {\n\(statements(scope, depth: depth + 1))}")
            default:
                if depth < 3 {
                    let name = "kept\(lines.count)x\(depth)x\(number(1000))"
                    lines.append("let \(name) = \(chance(50) ? "count" : "flag")")
                    lines.append("step")
                    lines.append(name.isEmpty ? "" : "if \(name) == \(name) { \(action(scope)) }")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
