import SpecLanguage
import Z3

/// Makes a witness easier to read: smaller numbers, fewer and shorter ranges, as long as it stays a witness.
struct WitnessShrinker {
    let contract: ConcreteContract

    private static let attemptsMax = 200

    func shrunk(_ witness: Witness) throws -> Witness {
        var best = witness
        var attempts = 0
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for index in best.arguments.indices {
                for simpler in Self.simpler(best.arguments[index].value) {
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

    /// Simpler values, the simplest first.
    private static func simpler(_ value: Value) -> [Value] {
        switch value {
        case .number(let number) where number > 0:
            var candidates: [Int128] = [0, 1, 2, number / 2, number - 1]
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
        default: return []
        }
    }
}
