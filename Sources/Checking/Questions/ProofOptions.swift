// SPDX-License-Identifier: MIT

import Proofs

/// How conditions are discharged, and what is kept of them.
struct ProofOptions: Sendable {
    /// For each condition.
    var secondsMax: Double = 30
    /// `nil`: every condition is asked anew.
    var cache: ProofCache?
    /// What was proved before.
    private let session = ProofMemory.Session()
    var memory: ProofMemory { (cache?.memory ?? .none).during(session) }
    /// Where every condition goes as SMT-LIB.
    var smtLibFolder: String?
    /// What their names begin with; `nil`: the name of the proof.
    var smtLibName: String?
    /// Whether conditions that are proved are listed, too.
    var listsConditions = false

    /// Takes the conditions of one proof, where they are wanted.
    func files(of proof: String) -> ConditionFiles? {
        smtLibFolder.map { ConditionFiles(folder: $0, proof: smtLibName ?? proof) }
    }
}
