// SPDX-License-Identifier: MIT

import SpecLanguage

/// The conditions of `AmpleLocations`, one by one.
struct AmpleAnalysis {
    private let access: [SegmentAccess]
    /// Cells that some checked property reads.
    private let visible: CellSet
    /// Cells of locks that are taken and released only, never assigned to.
    private let assigned: CellSet

    init(_ system: TransitionSystem, access: [SegmentAccess]) {
        self.access = access
        let collector = AccessCollector(
            system, values: KnownValues(parameters: [], arguments: [], nodes: [], locals: []))
        for property in system.spec.invariants { collector.visit(property.condition) }
        for condition in system.conditions { collector.visit(condition.expression) }
        visible = collector.reads
        var assigned = CellSet(below: system.layout.stateCellCount)
        for instance in access { assigned.formUnion(instance.assignedCells) }
        self.assigned = assigned
    }

    func meetsC1AndC2(_ instance: Int, _ location: Int) -> Bool {
        let segment = access[instance].segments[location]
        guard segment.writes.isDisjoint(with: visible) else { return false }
        var held = segment.held
        held.subtract(assigned)
        return access.indices.allSatisfy { other in
            other == instance || isIndependent(segment, holding: held, of: access[other])
        }
    }

    /// Whether the segment is independent of all that the other instance can do while the locks are held.
    private func isIndependent(
        _ segment: SegmentAccess.Segment, holding held: CellSet, of other: SegmentAccess
    ) -> Bool {
        let touches = segment.touches
        if touches.isDisjoint(with: other.writes), segment.writes.isDisjoint(with: other.reads) {
            return true
        }
        if held.isEmpty { return false }
        return other.segments.allSatisfy { theirs in
            // Who needs the lock, or holds it, is not there.
            if !theirs.held.isDisjoint(with: held) { return true }
            if let acquired = theirs.acquired, held.contains(acquired) { return true }
            return touches.isDisjoint(with: theirs.writes) && segment.writes.isDisjoint(with: theirs.reads)
        }
    }

    /// Instances that differ in elements of symmetric types only get what all of them have. (All have the same,
    /// since nothing tells the elements apart; this does not rely on it.)
    static func unite(_ candidates: inout [[Bool]], _ system: TransitionSystem) {
        var classes: [[Value]: [Int]] = [:]
        for (number, instance) in system.instances.enumerated() {
            let parameters = system.spec.processes[instance.process].parameters
            let key = zip(instance.arguments, parameters).map { argument, parameter -> Value in
                if case .symmetric = parameter.type { Value.none } else { argument }
            }
            classes[[.number(Int128(instance.process))] + key, default: []].append(number)
        }
        for members in classes.values {
            guard let first = members.first else { continue }
            for location in candidates[first].indices {
                let isAmple = members.allSatisfy { candidates[$0][location] }
                for member in members { candidates[member][location] = isAmple }
            }
        }
    }

    /// C3: takes the target of each closing edge out, until no cycle of ample locations is left.
    static func breakCycles(_ isAmple: inout [Bool], _ targets: [[Int]]) {
        while let location = cycle(isAmple, targets) { isAmple[location] = false }
    }

    /// A location on a cycle of ample ones.
    private static func cycle(_ isAmple: [Bool], _ targets: [[Int]]) -> Int? {
        enum Mark { case unseen, open, done }
        var marks = Array(repeating: Mark.unseen, count: isAmple.count)
        for start in isAmple.indices where isAmple[start] && marks[start] == .unseen {
            var path = [(location: start, next: 0)]
            marks[start] = .open
            while let (location, next) = path.last {
                guard next < targets[location].count else {
                    marks[location] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = targets[location][next]
                guard isAmple[target] else { continue }
                if marks[target] == .open { return target }
                if marks[target] == .unseen {
                    marks[target] = .open
                    path.append((target, 0))
                }
            }
        }
        return nil
    }

    /// Locations on the longest way through ample ones, which have no cycle.
    static func longestPath(_ isAmple: [Bool], _ targets: [[Int]]) -> Int {
        var lengths: [Int: Int] = [:]
        // Shortest first: no more rounds than locations.
        for _ in isAmple.indices {
            var changed = false
            for location in isAmple.indices where isAmple[location] {
                let length = 1 + (targets[location].map { lengths[$0] ?? 0 }.max() ?? 0)
                if lengths[location] != length {
                    lengths[location] = length
                    changed = true
                }
            }
            if !changed { break }
        }
        return lengths.values.max() ?? 0
    }
}
