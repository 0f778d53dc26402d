// SPDX-License-Identifier: MIT

import Foundation

/// Small random functions with contracts over machine words: arithmetic that wraps in the body and is exact in the contract, decisions,
/// optionals, calls, sets, quantifiers. No loops and no division: whether such a contract is kept is always decided.
package struct RandomContract {
    private var random: SeededNumbers
    private let hasSet: Bool
    private let isOptional: Bool
    private let parameters: [String]

    /// Bits of a word; a set of words has 2^(2^bits) values, which are all tried.
    package let width: Int

    package init(seed: UInt64) {
        random = SeededNumbers(seed: seed)
        hasSet = Int.random(in: 0..<6, using: &random) == 0
        width = hasSet ? 3 : 4
        isOptional = Int.random(in: 0..<3, using: &random) == 0
        let count = hasSet ? 1 : [1, 2, 2, 2, 3][Int.random(in: 0..<5, using: &random)]
        parameters = Array(["x", "y", "z"].prefix(count))
    }

    /// The spec up to the contract, and what stands behind it.
    package mutating func function() -> (head: String, body: String) {
        let list = parameters.map { "\($0): W" } + (hasSet ? ["s: Set<W>"] : [])
        let result = isOptional ? "W?" : "W"
        let requires = chance(40) ? "    requires \(condition(parameters, depth: 1))\n" : ""
        let helper = "fn twist(a: W, b: W) -> W = \(word(["a", "b"], depth: 2))\n"
        let head = """
            module m
            type W = bits(\(width))
            \(helper)
            fn f(\(list.joined(separator: ", "))) -> \(result)
            \(requires)
            """
        return (head, "{\n\(block(parameters, depth: 2))}\n")
    }

    /// One promise that the function may or may not keep.
    package mutating func promise() -> String {
        let names = parameters + ["r"]
        if isOptional, chance(30) { return "    ensures none: \(promised(parameters))\n" }
        if isOptional { return "    ensures some(r): \(promised(names))\n" }
        return "    ensures \(promised(parameters + ["result"]))\n"
    }

    private mutating func promised(_ names: [String]) -> String {
        let result = names.last ?? "x"
        if chance(25) {
            let quantifier = one(["forall", "exists"])
            return "\(quantifier)(q: W) \(condition(names + ["q"], depth: 1))"
        }
        if chance(30) {
            return one([
                "\(result) >= \(name(names))", "\(result) <= \(name(names)) + \(number(3))",
                "\(result) == \(name(names)) || \(condition(names, depth: 0))",
                "\(result) < \(1 + number(1 << width))", "\(result) != \(number(1 << width))",
            ])
        }
        return condition(names, depth: 1)
    }

    // MARK: Pieces

    private mutating func number(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    private mutating func one(_ texts: [String]) -> String { texts[number(texts.count)] }
    private mutating func chance(_ percent: Int) -> Bool { number(100) < percent }
    private mutating func name(_ names: [String]) -> String { one(names) }

    private mutating func block(_ names: [String], depth: Int) -> String {
        var text = ""
        var names = names
        if chance(50) {
            let local = "v\(depth)"
            text += "let \(local) = \(word(names, depth: 2))\n"
            names.append(local)
        }
        if chance(30) {
            let local = "m\(depth)"
            text += "var \(local) = \(word(names, depth: 1))\n"
            text += "if \(test(names)) { \(local) = \(word(names + [local], depth: 1)) }\n"
            names.append(local)
        }
        if isOptional, chance(40) { text += "if \(test(names)) { return none }\n" }
        if hasSet, chance(50) {
            text +=
                "guard let run\(depth) = s.\(one(["highest_run", "lowest_run"]))(\(name(names)) ... \(word(names, depth: 0))) "
            text += "else { return \(isOptional ? "none" : word(names, depth: 1)) }\n"
            names += ["run\(depth).first", "run\(depth).last"]
        }
        if depth > 0, chance(40) {
            text +=
                "if \(test(names)) {\n\(block(names, depth: depth - 1))} else {\n\(block(names, depth: depth - 1))}\n"
            return text
        }
        return text + "return \(word(names, depth: 2))\n"
    }

    private mutating func test(_ names: [String]) -> String {
        if hasSet, chance(40) {
            return one([
                "s.contains(\(name(names)))", "s.is_disjoint(\(name(names)) ... \(word(names, depth: 0)))",
                "s.contains_all(\(name(names)) ... \(word(names, depth: 0)))",
            ])
        }
        return condition(names, depth: 1)
    }

    private mutating func condition(_ names: [String], depth: Int) -> String {
        if depth > 0, chance(35) {
            let (a, b) = (condition(names, depth: depth - 1), condition(names, depth: depth - 1))
            return "(\(a)) \(one(["&&", "||", "implies"])) (\(b))"
        }
        let comparison = one(["==", "!=", "<", "<=", ">", ">="])
        return "\(word(names, depth: 1)) \(comparison) \(word(names, depth: 1))"
    }

    private mutating func word(_ names: [String], depth: Int) -> String {
        if depth == 0 || chance(30) { return chance(75) ? name(names) : name(names) + " + \(number(4))" }
        let (a, b) = (word(names, depth: depth - 1), word(names, depth: depth - 1))
        switch number(10) {
        case 0, 1: return "(\(a) + \(b))"
        case 2: return "(\(a) - \(b))"
        case 3: return "(\(a) * \(1 + number(3)))"
        case 4: return "((\(a)) & (\(b)))"
        case 5: return "((\(a)) | (\(b)))"
        case 6: return "((\(a)) ^ (\(b)))"
        case 7: return "((\(a)) >> \(number(width)))"
        case 8: return "(if \(name(names)) < \(name(names)) { \(a) } else { \(b) })"
        default: return names.contains("a") ? name(names) : "twist(\(a), \(b))"
        }
    }
}
