// SPDX-License-Identifier: MIT

import Foundation

/// What an entry is addressed by: the hash of everything that its content depends on.
package struct CacheKey: Hashable, Sendable {
    /// What an entry holds.
    package enum Kind: String, CaseIterable, Sendable {
        /// The verdict on a check or a proof.
        case verdict
        /// A condition that the solver proved.
        case condition
        /// A compiled model.
        case library

        /// A larger content is not kept, and no larger file is read.
        var bytesMax: Int {
            switch self {
            case .verdict: 32 << 20
            case .condition: 1 << 10
            case .library: 64 << 20
            }
        }
    }

    package let kind: Kind
    /// 64 hexadecimal digits.
    package let text: String

    /// - Parameter parts: of what the content depends on, each with its name. The program that runs is always one.
    package init(_ kind: Kind, _ parts: [(name: String, value: String)]) {
        self.kind = kind
        var hasher = ContentHasher()
        // Each part with its length: no two lists are the same bytes.
        for (name, value) in [("kind", kind.rawValue), ("program", ProgramHash.text)] + parts {
            hasher.add("\(name) \(value.utf8.count)\n")
            hasher.add(value)
        }
        text = hasher.finish().description
    }

    var fileName: String { "\(text).\(kind.rawValue)" }
}
