// SPDX-License-Identifier: MIT

/// A constant of the scope that stands for any number: how many pages, devices, CPUs there are.
///
/// The spec is typed with a stand-in for it, a number that no author writes, from which the types' sizes are recognised. Nothing else
/// of the program may mention the constant, so that the stand-in occurs nowhere else; and no value of such a type comes of arithmetic.
package struct UnboundedSize: Hashable, Sendable {
    package let name: String
    /// The number that the spec is typed with; what is shown holds for every number up to it.
    package let standIn: Int

    package init(name: String, number: Int) {
        self.name = name
        standIn = Self.largest - number * Self.distance
    }

    /// What holds is shown up to the last stand-in: more than 2^55.
    private static let largest = (1 << 56) - (1 << 51) - 12_345
    private static let distance = (1 << 40) + 987
    private static let countMax = 1000

    /// Whether a bound of a type comes of a stand-in.
    static func isOne(_ bound: Int) -> Bool {
        bound <= largest && bound >= largest - countMax * distance - 1
    }
}
