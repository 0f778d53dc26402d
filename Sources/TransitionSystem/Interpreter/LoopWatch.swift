import SpecLanguage

/// Whether a loop of a function comes back to where it was. A function is pure: what a round does follows
/// from what the loop's variables are as it begins. So if they are what they were before an earlier round,
/// the loop never ends.
package struct LoopWatch {
    package struct Repetition: Hashable, Sendable {
        /// After how many rounds all was as it is now.
        package let before: Int
        package let now: Int

        package var sentence: String {
            let rounds = { (count: Int) in count == 1 ? "1 round" : "\(count) rounds" }
            let earlier = before == 0 ? "before the first one" : "after \(before)"
            return "the loop never ends: after \(rounds(now)) all is as it was \(earlier)"
        }
    }

    /// Variables that the loop changes, by number.
    private let variables: [Int]
    private var round = 0
    /// The first rounds.
    private var seen: [[Value]: Int] = [:]
    /// One of the others: each is held against the last one whose number is a power of two (Brent, 1980).
    private var kept: (round: Int, values: [Value])?

    private static let seenMax = 1024

    init(_ body: Typed.Block) {
        var found: Set<Int> = []
        body.visitAssigned { if $0.isMutable { found.insert($0.number) } }
        variables = found.sorted()
    }

    /// To be asked at the start of each round.
    mutating func repetition(_ frame: [Value]) -> Repetition? {
        let values = variables.map { $0 < frame.count ? frame[$0] : .none }
        defer { round += 1 }
        guard round < Self.seenMax else {
            if let kept, kept.values == values { return Repetition(before: kept.round, now: round) }
            if round & (round - 1) == 0 { kept = (round, values) }
            return nil
        }
        if let before = seen[values] { return Repetition(before: before, now: round) }
        seen[values] = round
        return nil
    }
}

extension Typed.Block {
    /// Variables that are assigned to, or changed.
    fileprivate func visitAssigned(_ body: (Variable) -> Void) {
        for statement in statements {
            switch statement.kind {
            case .assign(let target, _), .mutate(let target, _, _): body(target.variable)
            case .conditional(_, let then, let otherwise):
                then.visitAssigned(body)
                otherwise.visitAssigned(body)
            case .whileLoop(_, _, _, let inner), .forEach(_, let inner), .forInterval(_, _, let inner),
                .forList(_, _, let inner):
                inner.visitAssigned(body)
            case .returnValue: break
            case .callOperation, .step, .await, .withLock, .choose, .assert:
                preconditionFailure("functions take no steps")
            }
        }
    }
}
