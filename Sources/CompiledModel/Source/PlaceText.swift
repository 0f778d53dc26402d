// SPDX-License-Identifier: MIT

import TransitionSystem

/// Where a value lies in a packed state, as source: constant parts and terms that depend on indices.
struct PlaceText {
    private var word: Int
    private var shift: Int
    private var wordTerms: [String] = []
    private var shiftTerms: [String] = []

    init(_ place: PackedPlace) {
        word = place.word
        shift = place.shift
    }

    /// A place in a word whose number is in a variable.
    init(wordVariable: String) {
        word = 0
        shift = 0
        wordTerms = [wordVariable]
    }

    func part(at place: PackedPlace) -> PlaceText {
        var part = self
        part.word += place.word
        part.shift += place.shift
        return part
    }

    /// - Parameter index: source of the element's number; used twice where a word holds several.
    func element(_ index: String, of shape: PackedShape) -> PlaceText {
        guard case .repeated(let element, _, let perWord, let size) = shape else {
            preconditionFailure("only repeated shapes have elements")
        }
        if let constant = Int(index) { return part(at: shape.place(ofElement: constant)) }
        var place = self
        switch (element.size, size) {
        case (.bits(let bits), .bits): place.shiftTerms.append(Self.product(index, bits))
        case (.bits(let bits), .words):
            place.wordTerms.append("\(index) / \(perWord ?? 1)")
            place.shiftTerms.append(Self.product("(\(index) % \(perWord ?? 1))", bits))
        case (.words(let words), _): place.wordTerms.append(Self.product(index, words))
        }
        return place
    }

    private static func product(_ index: String, _ factor: Int) -> String {
        factor == 1 ? index : "\(factor) * \(index)"
    }

    /// The word as a place that can be read and written.
    var wordText: String { wordTerms.isEmpty ? "s.w\(word)" : "s[\(wordNumber)]" }

    var wordNumber: String { Self.sum(word, wordTerms) }
    var shiftText: String { Self.sum(shift, shiftTerms) }

    private static func sum(_ constant: Int, _ terms: [String]) -> String {
        (terms + (constant == 0 && !terms.isEmpty ? [] : ["\(constant)"])).joined(separator: " + ")
    }
}
