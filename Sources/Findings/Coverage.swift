// SPDX-License-Identifier: MIT

/// How much of a spec an exploration exercised.
package struct Coverage: Hashable, Sendable, Codable {
    package struct Count: Hashable, Sendable, Codable {
        package let name: String
        package let count: UInt64

        package init(name: String, count: UInt64) {
            self.name = name
            self.count = count
        }
    }

    /// How often each operation was entered, in declaration order.
    package let operations: [Count]
    /// Invariants with a premise, and in how many states it was true.
    package let premises: [Count]
    /// Reachability properties, and in how many states they were true.
    package let reachables: [Count]
    /// Properties of endless runs, and in how many states what each asks for was owed.
    package let liveness: [Count]

    package init(operations: [Count], premises: [Count], reachables: [Count], liveness: [Count] = []) {
        self.liveness = liveness
        self.operations = operations
        self.premises = premises
        self.reachables = reachables
    }
}
