// SPDX-License-Identifier: MIT

/// Partial-order reduction as data: at which locations of which process instances the transitions of that instance
/// alone are enough. Any engine expands a state by one rule: **the first instance (lowest number) that stands at an
/// ample location and has a transition is expanded alone; where there is none, all are.**
///
/// This is a static ample-set reduction (Holzmann and Peled, *An Improvement in Formal Verification*, FORTE 1994;
/// Kurshan, Levin, Minea, Peled, Yenigün, *Static Partial Order Reduction*, TACAS 1998; the conditions C0 to C3 are
/// those of Clarke, Grumberg, Peled, *Model Checking*, chapter 10). Let T be the transitions of instance i out of its
/// location l. The location is ample only if, for all states:
///
/// - **C1** No transition that another instance can take while i rests at l writes a cell that T touches, and T writes
///   no cell that such a transition touches. So T is the same in all states that others can reach without i, it
///   commutes with what they do, and it neither enables nor disables them: not their `await`s, guards and lock
///   waits, which are reads. What others cannot do while i rests at l is left out: what needs a lock that i holds. (If
///   T releases that lock, it enables others, which C1 allows: a transition that is not enabled now and a member of
///   T are never enabled together.)
/// - **C2** T writes no cell that a checked invariant or reachability property reads. Locations and locals are read
///   by none.
/// - **C3** Not every location of a cycle of the process's control graph is ample, and the start of a round is not.
///   On a cycle of the explored graph some instance moves, and comes back to where it stood; so it passes a
///   location that is not ample, out of which it is expanded only together with all others. (C0, that
///   something is expanded, is in the rule.)
///
/// Then, for each run of the full system that ends in a state s, the reduced exploration reaches a state s' to which s
/// leads by members of ample sets alone (the argument behind chapter 10's theorem, for finite runs):
///
/// - **Invariants and reachability**: by C2 they read the same in s and s'.
/// - **Assertions, run-time errors**: a failing transition of i out of s reads only what others do not write as long
///   as i rests there (C1), so it fails in s' too, or has failed where i was expanded before. Findings end a run: where
///   they are passed over, explore without reduction.
/// - **Deadlocks**: in a state without transitions nothing leads from s to another s', so s itself is reached. A circle
///   of waits for locks stays closed whatever others do, as what says which lock an instance waits for is among its
///   reads.
///
/// The way to s' can be longer than the way to s: by at most one step for each location that an instance can
/// pass inside ample locations (`extraStepsMax`). So all runs of n steps are covered by a reduced exploration
/// of depth n + `extraStepsMax`.
///
/// With symmetry (Emerson, Jha, Peled, *Combining Partial Order and Symmetry Reductions*, TACAS 1997) instances
/// that differ in elements of symmetric types only have the same ample locations.
package struct AmpleLocations: Sendable {
    /// By instance, then location.
    package let isAmple: [[Bool]]
    /// By how much a shortest way in the reduced graph can be longer.
    package let extraStepsMax: Int

    /// Whether nothing is ample, so that there is no reduction.
    package var isEmpty: Bool { !isAmple.contains { $0.contains(true) } }

    /// Ample locations, counted for all instances.
    package var count: Int { isAmple.reduce(0) { $0 + $1.count { $0 } } }

    /// What is ample for the invariants and reachability properties of the spec.
    package init(_ system: TransitionSystem) {
        // Larger systems are explored as they are: the analysis compares all pairs of locations.
        let cellsTimesLocations = system.instances.reduce(0) { sum, instance in
            sum + system.graphs[instance.process].locations.count
        }
        guard cellsTimesLocations * system.layout.stateCellCount <= 1 << 28 else {
            isAmple = system.instances.map {
                Array(repeating: false, count: system.graphs[$0.process].locations.count)
            }
            extraStepsMax = 0
            return
        }
        let access = system.instances.indices.map { SegmentAccess(of: $0, in: system) }
        let analysis = AmpleAnalysis(system, access: access)
        var candidates = system.instances.indices.map { instance in
            access[instance].segments.indices.map { location in
                location != 0 && analysis.meetsC1AndC2(instance, location)
            }
        }
        AmpleAnalysis.unite(&candidates, system)
        var extra = 0
        for instance in candidates.indices {
            let targets = access[instance].segments.map { $0.targets.sorted() }
            AmpleAnalysis.breakCycles(&candidates[instance], targets)
            extra += AmpleAnalysis.longestPath(candidates[instance], targets)
        }
        isAmple = candidates
        extraStepsMax = extra
    }

    /// The instance that is expanded alone in a packed state, if one is.
    ///
    /// - Parameter moving: instances that have a transition there, failing ones included.
    package func instanceExpandedAlone(
        in state: [UInt64], of system: TransitionSystem, moving: Set<Int>
    ) -> Int? {
        system.instances.indices.first { instance in
            let leaf = system.layout.instances[instance].locationLeaf
            let location = Int(state[leaf.word] >> leaf.shift & leaf.mask)
            return isAmple[instance][location] && moving.contains(instance)
        }
    }
}
