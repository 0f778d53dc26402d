import TransitionSystem

/// Numbers for all that is observed of two programs, so that the same is the same number.
struct Alphabet {
    private(set) var sights: [ObservedSystem.Sight] = []
    private var numbers: [ObservedSystem.Sight: Int32] = [:]
    private var kinds: [String: Int32] = [:]
    private var kindOfSight: [Int32] = []

    mutating func number(of sight: ObservedSystem.Sight) -> Int32 {
        if let known = numbers[sight] { return known }
        let number = Int32(sights.count)
        sights.append(sight)
        numbers[sight] = number
        let kind = kinds[sight.kind] ?? Int32(kinds.count)
        kinds[sight.kind] = kind
        kindOfSight.append(kind)
        return number
    }

    func text(_ number: Int32) -> String { sights[Int(number)].text }

    func kind(_ number: Int32) -> Int32 { kindOfSight[Int(number)] }
}
