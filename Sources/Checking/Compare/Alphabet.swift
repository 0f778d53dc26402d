// SPDX-License-Identifier: MIT

import TransitionSystem

/// Numbers for all that is observed of two programs, so that the same is the same number.
struct Alphabet {
    private(set) var sights: [ObservedSystem.Sight] = []
    private var numbers: [ObservedSystem.Sight: Int32] = [:]
    private var kinds: [String: Int32] = [:]
    private var kindOfSight: [Int32] = []
    /// By text: how many sights have it.
    private var textCounts: [String: Int] = [:]

    mutating func number(of sight: ObservedSystem.Sight) -> Int32 {
        if let known = numbers[sight] { return known }
        let number = Int32(sights.count)
        sights.append(sight)
        textCounts[sight.text, default: 0] += 1
        numbers[sight] = number
        let kind = kinds[sight.kind] ?? Int32(kinds.count)
        kinds[sight.kind] = kind
        kindOfSight.append(kind)
        return number
    }

    /// Only what is the same has the same text.
    func text(_ number: Int32) -> String {
        let sight = sights[Int(number)]
        return textCounts[sight.text] == 1 ? sight.text : sight.fullText
    }

    func kind(_ number: Int32) -> Int32 { kindOfSight[Int(number)] }
}
