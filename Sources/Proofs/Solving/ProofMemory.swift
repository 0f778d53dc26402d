/// Conditions that were proved before, by their exact text and the version of the solver that proved them. Only proofs are
/// remembered: a refutation is found anew, with the run that confirms it.
package struct ProofMemory: Sendable {
    let isProved: @Sendable (_ script: String) -> Bool
    let remember: @Sendable (_ script: String) -> Void

    /// - Parameters:
    ///   - isProved: whether exactly this text was proved.
    ///   - remember: takes a text that was proved just now.
    package init(
        isProved: @escaping @Sendable (_ script: String) -> Bool,
        remember: @escaping @Sendable (_ script: String) -> Void
    ) {
        self.isProved = isProved
        self.remember = remember
    }

    /// Nothing is known and nothing kept.
    package static let none = ProofMemory(isProved: { _ in false }, remember: { _ in })
}
