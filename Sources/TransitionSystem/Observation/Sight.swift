// SPDX-License-Identifier: MIT

import SpecLanguage

extension ObservedSystem {
    /// Something that can be told apart from everything else: a call, a return, what a function or variable
    /// is.
    package struct Sight: Hashable {
        /// What it is, whatever it is called: names of operations, processes and fields, values up to
        /// renaming; no names of parameters, no titles.
        package let identity: [UInt8]
        /// For readers.
        package let text: String
        /// The same with what tells apart two sights of one text: the process behind a title, what is
        /// renamed.
        package let fullText: String
        /// The operation, function or variable; empty for a failure.
        package let subject: String
        /// What several sights have in common: the subject, and whether there was a value.
        package let kind: String

        package static func == (left: Sight, right: Sight) -> Bool { left.identity == right.identity }

        package func hash(into hasher: inout Hasher) { hasher.combine(identity) }
    }

    /// Types whose values count only by which is which within one observation.
    struct Renaming {
        let types: Set<SpecType>
        /// In order.
        let names: [String]

        init(_ types: [SpecType]) {
            self.types = Set(types)
            names = self.types.map(\.description).sorted()
        }

        var isNothing: Bool { types.isEmpty }

        /// Different renamings of one subject, in an order that both programs have.
        static func distinct(_ renamings: [Renaming]) -> [Renaming] {
            var seen: Set<[String]> = []
            return renamings.filter { seen.insert($0.names).inserted }.sorted {
                $0.names.lexicographicallyPrecedes($1.names)
            }
        }
    }
}
