// SPDX-License-Identifier: MIT

import SpecLanguage
import Z3

/// Makes a witness easier to read: smaller numbers, fewer and shorter ranges, as long as it stays a witness.
struct WitnessShrinker {
    let contract: ConcreteContract

    /// A number, and no time: what is shown does not depend on how busy the machine is.
    private static let attemptsMax = 100

    func shrunk(_ witness: Witness) throws -> Witness {
        var best = witness
        var attempts = 0
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for index in best.arguments.indices {
                for simpler in Self.simpler(best.arguments[index].value, best.arguments[index].type) {
                    guard attempts < Self.attemptsMax else { return best }
                    attempts += 1
                    var arguments = best.arguments.map(\.value)
                    arguments[index] = simpler
                    if let found = try contract.witness(arguments) {
                        best = found
                        hasChanged = true
                        break
                    }
                }
            }
        }
        return best
    }

    /// Simpler values of the type, the simplest first.
    private static func simpler(_ value: Value, _ type: SpecType) -> [Value] {
        switch (value, type) {
        case (.none, _): return []
        case (_, .optional(let wrapped)): return [.none] + simpler(value, wrapped)
        case (.number(let number), _):
            return simpler(number).filter { Arithmetic.fits($0, type) }.map { .number($0) }
        case (.set(let set), _):
            var candidates: [IntegerSet] = set.isEmpty ? [] : [IntegerSet()]
            for range in set.ranges {
                var without = set
                without.remove(range)
                candidates.append(without)
            }
            for range in set.ranges where range.lowerBound < range.upperBound {
                for end in [range.lowerBound, range.upperBound] {
                    var shorter = set
                    shorter.remove(range)
                    shorter.insert(end...end)
                    candidates.append(shorter)
                }
            }
            return candidates.map { .set($0) }
        case (.record(let parts), .structure(_, let fields)):
            return parts.indices.flatMap { index in
                simpler(parts[index], fields[index].type).map { part in
                    var changed = parts
                    changed[index] = part
                    return .record(changed)
                }
            }
        case (.interval(let first, let last), .interval(let element)):
            var candidates = simpler(first).map { ($0, $0) }
            if first < last { candidates += [(first, first), (last, last)] }
            candidates += simpler(first).map { ($0, $0 + (last - first)) }
            candidates += simpler(last).filter { $0 > first }.map { (first, $0) }
            candidates.removeAll { !Arithmetic.fits($0.0, element) || !Arithmetic.fits($0.1, element) }
            return candidates.map { .interval(first: $0.0, last: $0.1) }
        case (.bool(true), _): return [.bool(false)]
        case (.array, _), (.bool, _), (.interval, _), (.list, _), (.lock, _), (.queue, _), (.record, _),
            (.token, _):
            return []
        }
    }

    /// Nearer to 0, on the same side; step by step only the last few.
    private static func simpler(_ number: Int128) -> [Int128] {
        if number < 0 { return simpler(-number).map { -$0 } }
        let candidates: [Int128] = [0, 1, 2, number / 2] + (number <= 8 ? [number - 1] : [])
        return candidates.filter { $0 < number }
    }
}
