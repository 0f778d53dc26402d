// SPDX-License-Identifier: MIT

import Foundation

/// An entry's file: the content, then a line that says what it is of and how it is told that nothing was altered. The line
/// stands at the end so that a library can be loaded from the file.
enum SealedContent {
    /// The seal of a content of that key: of the same length for all of one kind.
    private static func seal(_ content: Data, _ key: CacheKey) -> Data {
        let length = String(content.count)
        let padded = String(repeating: "0", count: 20 - length.count) + length
        let head = "\niommu-check cache \(ContentCache.format) \(key.kind.rawValue) \(key.text) \(padded) "
        var hasher = ContentHasher()
        hasher.add(head)
        hasher.add(content)
        return Data((head + hasher.finish().description + "\n").utf8)
    }

    static func sealed(_ content: Data, _ key: CacheKey) -> Data { content + seal(content, key) }

    /// How many bytes the seal has.
    static func sealLength(_ key: CacheKey) -> Int { seal(Data(), key).count }

    /// The content; `nil` where the file is shorter, longer or other than it was written, or of another key.
    static func content(of file: Data, _ key: CacheKey) -> Data? {
        let length = sealLength(key)
        guard file.count >= length else { return nil }
        let content = file.prefix(file.count - length)
        return seal(content, key) == file.suffix(length) ? content : nil
    }
}
