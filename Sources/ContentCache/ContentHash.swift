// SPDX-License-Identifier: MIT

import CCrypto
package import Foundation

/// SHA-256 of some bytes: two contents with the same one are the same.
package struct ContentHash: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// 64 hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    package init(of content: Data) {
        var hasher = ContentHasher()
        hasher.add(content)
        self = hasher.finish()
    }

    /// Of a file's content; `nil` where it cannot be read to its end.
    package init?(ofFile path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var hasher = ContentHasher()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            hasher.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        self = hasher.finish()
    }
}

/// SHA-256 of bytes that come one after the other.
struct ContentHasher: ~Copyable {
    private let context: OpaquePointer

    /// libcrypto takes itself apart when the process exits, while other threads may still use it, and reads a file of
    /// settings, unless it is told otherwise before it is first used.
    private static let isReady: Bool = {
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1
    }()

    init() {
        guard Self.isReady, let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else { fatalError("libcrypto has no SHA-256") }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            fatalError("libcrypto has no SHA-256")
        }
    }

    mutating func add(_ content: Data) { content.withUnsafeBytes { add($0) } }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    mutating func finish() -> ContentHash {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &bytes, nil) == 1 else { fatalError("libcrypto has no SHA-256") }
        return ContentHash(bytes: bytes)
    }
}
