// SPDX-License-Identifier: MIT

import CheckerTesting

/// Random expressions of the three scalar kinds over `a, b: Word`, `n: Small`, `o: Small?` and two sets:
/// words wrap, numbers are exact, and divisions, conversions and fronts of nothing may fail.
struct RandomExpressions {
    private var random: SeededNumbers

    init(seed: UInt64) { random = SeededNumbers(seed: seed) }

    private mutating func pick<T>(_ options: [T]) -> T {
        options[Int.random(in: 0..<options.count, using: &random)]
    }

    mutating func word(_ depth: Int) -> String {
        if depth == 0 { return pick(["a", "b"]) }
        switch Int.random(in: 0..<11, using: &random) {
        case 10:
            return "(\(word(depth - 1)) \(pick(["+", "-", "*", "^", ">>", "<<"])) \(pick(["1", "2", "3"])))"
        case 0..<5:
            return "(\(word(depth - 1)) \(pick(["+", "-", "*", "&", "|", "^", "/", "%"])) \(word(depth - 1)))"
        case 5: return "(\(word(depth - 1)) \(pick(["<<", ">>"])) \(word(depth - 1)))"
        case 6: return "\(pick(["~", "-"]))(\(pick(["a", "b"])) + \(word(depth - 1)))"
        case 7: return "Word(\(number(depth - 1)))"
        case 8: return "twice(\(word(depth - 1)), \(word(depth - 1)))"
        default:
            return "(if \(flag(depth - 1)) { Word(\(word(depth - 1))) } else { Word(\(word(depth - 1))) })"
        }
    }

    mutating func number(_ depth: Int) -> String {
        if depth == 0 { return pick(["Int(n)", "Int(a)", "Int(b)"]) }
        switch Int.random(in: 0..<10, using: &random) {
        case 9: return "(\(number(depth - 1)) \(pick(["+", "-", "*", "/", "%"])) \(pick(["2", "-3", "5"])))"
        case 0..<4:
            return "(\(number(depth - 1)) \(pick(["+", "-", "*", "/", "%"])) \(number(depth - 1)))"
        case 4: return "-(\(number(depth - 1)))"
        case 5: return "Int(\(word(depth - 1)))"
        case 6: return pick(["few.count", "odd.count"])
        case 7: return "Int(Small(\(number(depth - 1))))"
        default: return "(if let v = o { Int(v) } else { \(number(depth - 1)) })"
        }
    }

    /// A set is changed, and what became of it is told by its size and lowest run.
    mutating func change(_ depth: Int) -> String {
        let set = pick(["few", "odd"])
        return "\(set).\(pick(["insert", "remove"]))(\(number(depth)) ... \(number(depth))); "
            + "number = Wide(\(set).count * 10); "
            + "if let r = \(set).lowest_run(0 ... 3) { number = Wide(number + Int(r.first)); flag = r.last == 1 }"
    }

    mutating func flag(_ depth: Int) -> String {
        if depth == 0 {
            return pick([
                "a == b", "n < 1", "o == none", "o == n", "few.is_empty", "odd.contains(a)",
                "few.contains(Tiny(Int(a)))", "a <= 2", "odd.contains_all(a ... b)",
                "few.is_disjoint(Int(n) ... 2)",
            ])
        }
        let comparison = pick(["==", "!=", "<", "<=", ">", ">="])
        switch Int.random(in: 0..<10, using: &random) {
        case 8:
            return "\(pick(["few", "odd"])).\(pick(["contains_all", "is_disjoint"]))"
                + "(\(number(depth - 1)) ... \(number(depth - 1)))"
        case 9:
            return "(\(pick(["a ... b", "Int(n) ... Int(a)", "-1 ... Int(n)"]))).overlaps"
                + "(\(pick(["b ... a", "\(number(depth - 1)) ... Int(b)"])))"
        case 0, 1: return "(\(flag(depth - 1)) \(pick(["&&", "||", "implies"])) \(flag(depth - 1)))"
        case 2: return "!(\(flag(depth - 1)))"
        case 3: return "(\(word(depth - 1)) \(comparison) \(pick(["a", "b"])))"
        case 4: return "(\(number(depth - 1)) \(comparison) \(number(depth - 1)))"
        case 5: return "(\(pick(["forall", "exists"]))(m: Small) m + n \(comparison) \(number(depth - 1)))"
        case 6:
            return
                "(if let r = odd.\(pick(["highest_run", "lowest_run"]))(a ... b) { r.last \(comparison) b } "
                + "else { \(flag(depth - 1)) })"
        default: return "(\(pick(["forall", "exists"]))(w: Word) w + a \(comparison) b || \(flag(depth - 1)))"
        }
    }
}
