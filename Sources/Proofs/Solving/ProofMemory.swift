// SPDX-License-Identifier: MIT

import Synchronization

/// Conditions that were proved before, by their exact text and the version of the solver that proved them. A
/// refutation is found anew, with the run that confirms it. A text that begins with a remark is a note beside proofs, and no question.
package struct ProofMemory: Sendable {
    /// What was proved since the program began: other functions rely on the same contracts.
    package final class Session: Sendable {
        private let texts = Mutex<Set<String>>([])

        package init() {}

        func contains(_ script: String) -> Bool { texts.withLock { $0.contains(script) } }
        func insert(_ script: String) { texts.withLock { _ = $0.insert(script) } }
    }

    let session: Session?
    let isProved: @Sendable (_ script: String) -> Bool
    let remember: @Sendable (_ script: String) -> Void

    /// - Parameters:
    ///   - isProved: whether exactly this text was proved.
    ///   - remember: takes a text that was proved just now.
    package init(
        isProved: @escaping @Sendable (_ script: String) -> Bool,
        remember: @escaping @Sendable (_ script: String) -> Void
    ) {
        self.init(session: nil, isProved: isProved, remember: remember)
    }

    private init(
        session: Session?, isProved: @escaping @Sendable (_ script: String) -> Bool,
        remember: @escaping @Sendable (_ script: String) -> Void
    ) {
        self.session = session
        self.isProved = isProved
        self.remember = remember
    }

    enum Knowledge {
        /// Proved for something else since the program began.
        case proved
        case provedBefore
    }

    func knowledge(of script: String) -> Knowledge? {
        if session?.contains(script) == true { return .proved }
        guard isProved(script) else { return nil }
        session?.insert(script)
        return .provedBefore
    }

    /// Remembers for a session, too.
    package func during(_ session: Session) -> ProofMemory {
        let remember = remember
        return ProofMemory(session: session, isProved: isProved) { script in
            session.insert(script)
            remember(script)
        }
    }

    /// Nothing is known and nothing kept.
    package static let none = ProofMemory(isProved: { _ in false }, remember: { _ in })
}
