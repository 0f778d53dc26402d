// SPDX-License-Identifier: MIT

import ContentCache
import Dispatch
import Foundation
import Proofs
import Stopping

/// Conditions proved before, by their exact text, this program and the solver.
struct ProofCache: Sendable {
    private let cache: ContentCache
    private let solver: [(name: String, value: String)]
    /// Most conditions are decided faster than a disk says that it has them: nobody waits for it but at the end.
    private let writing = DispatchQueue(label: "proved conditions")

    /// - Returns: `nil` where no private folder can be made.
    ///
    /// - Parameter solver: what tells the solver from others.
    init?(folder: String, solver: [(name: String, value: String)] = SolverIdentity.parts) {
        let isStandard = folder == ContentCache.standardFolder
        guard let cache = isStandard ? .standard() : try? ContentCache(folder: folder) else { return nil }
        self.cache = cache
        self.solver = solver
    }

    var memory: ProofMemory {
        ProofMemory(
            isProved: { cache.content(of: key($0)) == Self.proved },
            remember: { script in
                let key = key(script)
                let request = StopRequest.current
                writing.async {
                    // Whoever is asked to end does not wait for the disk: it is proved again another time.
                    if request?.reason == nil { cache.keep(Self.proved, for: key) }
                }
            })
    }

    /// Waits until all is written.
    func finish() { writing.sync {} }

    private static let proved = Data("proved\n".utf8)

    private func key(_ script: String) -> CacheKey {
        CacheKey(.condition, solver + [("script", script)])
    }
}
