// SPDX-License-Identifier: MIT

import CheckerTesting
import Diagnostics
import Foundation
import SpecLanguage
import Testing

/// Parser and formatter on texts that nobody would write. `FUZZ_SECONDS=600` runs longer, `FUZZ_SEED=n`
/// repeats a run, `FUZZ_KEEP=1` writes each text to a file first.
@Suite struct ParserFuzzTests {
    @Test func survivesWhateverItIsGiven() {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["FUZZ_SECONDS"].flatMap(Double.init)
        let seed =
            environment["FUZZ_SEED"].flatMap(UInt64.init)
            ?? (seconds == nil ? 1 : UInt64.random(in: 0 ... .max))
        let run = fuzzParser(seed: seed, iterations: 2000, seconds: seconds)
        #expect(run.problem == nil, "seed \(seed): \(run.problem ?? "")")
        // Else the formatter would see next to nothing.
        #expect(
            run.correct * 10 > run.texts, "seed \(seed): \(run.correct) of \(run.texts) texts are correct")
        if seconds != nil {
            Attachment.record("\(run.texts) texts, \(run.correct) correct", named: "fuzzing")
        }
    }

    /// Odd texts by hand, and what fuzzing finds.
    @Test(arguments: SpecFile.below("Tests/Golden/fuzz"))
    func staysMended(_ file: SpecFile) {
        let problem = parsingProblem(file.source)
        #expect(problem == nil, "\(problem ?? "")")
    }
}

struct FuzzRun {
    /// Texts tried, and those of them without an error.
    var texts = 0
    var correct = 0
    /// The first problem found, with the text that shows it.
    var problem: String?
}

/// Parses `iterations` mutated texts; with `seconds` as many as fit into that much time of the processor.
func fuzzParser(seed: UInt64, iterations: Int, seconds: Double? = nil) -> FuzzRun {
    var mutator = TextMutator(seed: seed)
    var run = FuzzRun()
    let begin = clock()
    let keepsLast = ProcessInfo.processInfo.environment["FUZZ_KEEP"] != nil
    while run.problem == nil {
        if let seconds {
            if Double(clock() - begin) / Double(CLOCKS_PER_SEC) > seconds { break }
        } else if run.texts == iterations {
            break
        }
        let bytes = mutator.next()
        // So that a crash leaves its cause behind.
        if keepsLast {
            try? Data(bytes).write(to: URL(fileURLWithPath: NSTemporaryDirectory() + "/fuzz-last.spec"))
        }
        let source = SourceFile(path: "fuzz.spec", bytes: bytes)
        if Parser.parse(source, id: firstFile).diagnostics.isEmpty { run.correct += 1 }
        run.texts += 1
        run.problem = parsingProblem(source).map {
            "text \(run.texts): \($0)\n---\n\(String(decoding: bytes, as: UTF8.self))"
        }
    }
    return run
}

/// What must hold for any text at all.
func parsingProblem(_ source: SourceFile) -> String? {
    let (module, diagnostics) = Parser.parse(source, id: firstFile)
    if diagnostics.count > 21 { return "\(diagnostics.count) diagnostics" }
    if diagnostics.isEmpty, module == nil { return "neither tree nor error" }
    for diagnostic in diagnostics {
        guard let span = diagnostic.span else { continue }
        if span.start < 0 || span.end > source.bytes.count {
            return "'\(diagnostic.id)' points outside of the file"
        }
    }
    if rendered(source, diagnostics).isEmpty != diagnostics.isEmpty { return "diagnostics are not shown" }
    return formattingProblem(source)
}

/// Makes texts from the repository's specs: pieces of them, changed a little or a lot.
private struct TextMutator {
    private var generator: SplitMix64
    /// Whole declarations, and the tokens they consist of.
    private let declarations: [[UInt8]]
    private let words: [[UInt8]]

    init(seed: UInt64) {
        generator = SplitMix64(state: seed)
        var declarations: [[UInt8]] = []
        for file in SpecFile.below("Tests/Golden") + SpecFile.below("Specs") where file.bytes.count < 1 << 16
        {
            let (module, diagnostics) = Parser.parse(file.source, id: firstFile)
            for declaration in module?.declarations ?? [] where diagnostics.isEmpty {
                let isVariable = if case .stateVariable = declaration.kind { true } else { false }
                let text = file.bytes[declaration.span.start..<declaration.span.end]
                declarations.append(
                    isVariable ? Array("state { ".utf8) + text + Array(" }".utf8) : Array(text))
            }
        }
        self.declarations = declarations
        let signs = """
            ( ) [ ] { } < > << >> , ; : ? . .. ... ..< -> => = == != <= >= ! && || & | ^ ~ + - * / % ++ +=
            " ' # @ // /// /*
            0 1 0x10 18446744073709551615 99999999999999999999
            a b f Set Range List Queue some holds within steps NULL
            """
        let keywords = """
            module implements import const type enum struct fault state init fn op process as invariant
            reachable property interface change on replace remove check proof use with set expect let var
            if else guard while decreases for in return step await lock choose any where assert forall
            exists implies true false none all requires ensures symmetric bits always eventually leads_to
            under fair
            """
        words = (signs + "\n" + keywords).split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
    }

    mutating func next() -> [UInt8] {
        if pick(10) == 0 { return soup() }
        var text = Array("module m\n".utf8)
        for _ in 0...pick(4) {
            text += declarations[pick(declarations.count)]
            text.append(UInt8(ascii: "\n"))
        }
        // Half of the texts change in white space only, so that many of them are correct.
        if pick(2) == 0 {
            for _ in 0..<pick(12) { respace(&text) }
        } else {
            for _ in 0..<(1 + pick(5)) { mutate(&text) }
        }
        return text
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    /// Tokens in no order.
    private mutating func soup() -> [UInt8] {
        var text = pick(4) == 0 ? [] : Array("module m\n".utf8)
        for _ in 0..<pick(200) {
            text += words[pick(words.count)]
            text.append(pick(8) == 0 ? UInt8(ascii: "\n") : UInt8(ascii: " "))
        }
        return text
    }

    /// Changes white space where there is some already.
    private mutating func respace(_ text: inout [UInt8]) {
        let start = pick(text.count)
        guard
            let place = text[start...].firstIndex(where: {
                $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n")
            })
        else { return }
        let isLineEnd = text[place] == UInt8(ascii: "\n")
        switch pick(8) {
        case 0, 1: text.insert(UInt8(ascii: " "), at: place)
        case 2: text.insert(contentsOf: Array((isLineEnd ? ";" : "\n").utf8), at: place)
        case 3: text.insert(contentsOf: Array("\n\n\n".utf8), at: place)
        case 4, 5: text.insert(contentsOf: Array((isLineEnd ? " // c" : " // c\n").utf8), at: place)
        case 6: text[place] = UInt8(ascii: "\n")
        default: text.remove(at: place)
        }
    }

    private mutating func mutate(_ text: inout [UInt8]) {
        guard !text.isEmpty else { return }
        let place = pick(text.count)
        let end = min(text.count, place + pick(1 + pick(60)))
        switch pick(9) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: text.removeSubrange(place..<end)
        case 2: text.insert(contentsOf: text[place..<end], at: pick(text.count))
        case 3: text.insert(contentsOf: words[pick(words.count)], at: place)
        case 4: text.removeSubrange(place...)
        case 5: text.insert(contentsOf: declarations[pick(declarations.count)], at: place)
        case 6:
            let word = words[pick(words.count)] + [UInt8(ascii: " ")]
            text.insert(contentsOf: (0..<pick(300)).flatMap { _ in word }, at: place)
        case 7: text.replaceSubrange(place..<end, with: words[pick(words.count)])
        default: respace(&text)
        }
    }
}

/// Small, seeded, and the same everywhere.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
