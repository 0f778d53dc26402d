import SpecLanguage
import Z3

/// Makes a witness easier to read: smaller numbers, fewer and shorter ranges, as long as it stays a witness.
struct WitnessShrinker {
    let contract: ConcreteContract

    private static let attemptsMax = 100
    private static let millisecondsMax = 1500.0

    func shrunk(_ witness: Witness) throws -> Witness {
        var best = witness
        let start = ContinuousClock.now
        var attempts = 0
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for index in best.arguments.indices {
                for simpler in Self.simpler(best.arguments[index].value) {
                    guard attempts < Self.attemptsMax,
                        start.duration(to: .now) / .milliseconds(1) < Self.millisecondsMax
                    else { return best }
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

    /// Simpler values, the simplest first.
    private static func simpler(_ value: Value) -> [Value] {
        switch value {
        case .number(let number) where number > 0:
            // Step by step only the last few.
            var candidates: [Int128] = [0, 1, 2, number / 2] + (number <= 8 ? [number - 1] : [])
            candidates.removeAll { $0 >= number }
            return candidates.map { .number($0) }
        case .set(let set):
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
        case .record(let parts):
            return parts.indices.flatMap { index in
                simpler(parts[index]).map { part in
                    var changed = parts
                    changed[index] = part
                    return .record(changed)
                }
            }
        case .interval(let first, let last):
            return simpler(.number(first)).compactMap { end in
                guard case .number(let number) = end else { return nil }
                return .interval(first: number, last: number)
            }
                + (first < last
                    ? [.interval(first: first, last: first), .interval(first: last, last: last)] : [])
        case .bool(true): return [.bool(false)]
        default: return []
        }
    }
}
