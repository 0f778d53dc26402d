// SPDX-License-Identifier: MIT

import Foundation

/// What a finding is as JSON, the form that the cache of verdicts keeps it in.
enum CodedForm {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<T: Decodable>(_ type: T.Type, _ text: some StringProtocol) throws -> T {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// The value written down and read again.
    static func again<T: Codable>(_ value: T) throws -> T { try Self.value(T.self, try text(value)) }

    static func isRefused<T: Decodable>(_ type: T.Type, _ text: some StringProtocol) -> Bool {
        (try? value(type, text)) == nil
    }
}
