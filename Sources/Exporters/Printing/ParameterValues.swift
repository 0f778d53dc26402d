// SPDX-License-Identifier: MIT

/// Values of a rule's parameters.
enum ParameterValues {
    /// Every combination, the first parameter changing slowest.
    ///
    /// - Throws: where there are too many to write an option for each.
    static func all(of parameters: [Binder]) throws(ExportRefusal) -> [[Binder: Term]] {
        var combinations: [[Binder: Term]] = [[:]]
        for parameter in parameters {
            guard parameter.count * combinations.count <= 1 << 16 else {
                throw ExportRefusal(
                    "a step has more than 65536 ways to choose, each of which would be an option of its own",
                    help: "set a smaller scope: '--set NAME=VALUE'")
            }
            combinations = combinations.flatMap { values in
                (0..<parameter.count).map { values.merging([parameter: .constant($0)]) { old, _ in old } }
            }
        }
        return combinations
    }
}
