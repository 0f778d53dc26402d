// SPDX-License-Identifier: MIT

import Glibc

/// Writes a checkpoint under a temporary name; `commit` gives it its own. A process that ends before leaves the file that
/// was there.
///
/// The file: `CheckpointWriter.magic`; the number of bytes of the identity and of words of the record, a word each; these
/// two, the identity filled up to whole words; the table's buckets; the states that wait and those found, packed; as many
/// zeros as fill a word; the checksum of all before.
struct CheckpointWriter: ~Copyable {
    /// Says the format, of buckets too: changed with it.
    static let magic = Array("iommu-check search 1\n\0\0\0".utf8)

    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private let buffer: UnsafeMutableRawPointer
    private static let bufferBytes = 1 << 20
    private var buffered = 0
    private var written: Int64 = 0
    private var checksum = Checksum()

    init(path: String) throws(Checkpoint.Failure) {
        self.path = path
        temporary = "\(path).\(getpid()).tmp"
        descriptor = try Self.makeFile(temporary)
        buffer = .allocate(byteCount: Self.bufferBytes, alignment: 16)
    }

    /// A new file, locked: what nobody holds a lock on is a leftover of a killed run, and is swept.
    private static func makeFile(_ path: String) throws(Checkpoint.Failure) -> Int32 {
        while true {
            // Whatever lies there is not written through.
            unlink(path)
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Checkpoint.Failure(systemError()) }
            flock(descriptor, LOCK_EX)
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return descriptor }
            // It was swept before it was locked.
            close(descriptor)
        }
    }

    deinit {
        close(descriptor)
        unlink(temporary)
        buffer.deallocate()
    }

    mutating func append(_ words: [UInt64]) throws(Checkpoint.Failure) {
        for word in words {
            if buffered == Self.bufferBytes { try flush() }
            buffer.storeBytes(of: word, toByteOffset: buffered, as: UInt64.self)
            buffered += 8
        }
    }

    mutating func append(_ bytes: [UInt8]) throws(Checkpoint.Failure) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try append(UnsafeRawBufferPointer(copy))
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(Checkpoint.Failure) {
        var rest = bytes
        while !rest.isEmpty {
            if buffered == Self.bufferBytes { try flush() }
            let count = min(rest.count, Self.bufferBytes - buffered)
            UnsafeMutableRawBufferPointer(start: buffer + buffered, count: count)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            buffered += count
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Fills up to a whole word.
    mutating func pad() {
        while buffered % 8 != 0 {
            buffer.storeBytes(of: 0, toByteOffset: buffered, as: UInt8.self)
            buffered += 1
        }
    }

    private mutating func flush() throws(Checkpoint.Failure) {
        checksum.add(UnsafeRawBufferPointer(start: buffer, count: buffered))
        try write()
    }

    private mutating func write() throws(Checkpoint.Failure) {
        guard writeAll(descriptor, buffer, count: buffered, at: written) else {
            throw Checkpoint.Failure(systemError())
        }
        written += Int64(buffered)
        buffered = 0
    }

    consuming func commit() throws(Checkpoint.Failure) {
        pad()
        try flush()
        try append([checksum.value])
        try write()
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else {
            throw Checkpoint.Failure(systemError())
        }
    }
}

/// Tells a file that was damaged: a sum of words, in order.
struct Checksum {
    private(set) var value: UInt64 = 0x6A09_E667_F3BC_C908

    /// - Parameter bytes: whole words.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count % 8 == 0, "a checksum is of words")
        var sum = value
        for offset in stride(from: 0, to: bytes.count, by: 8) {
            sum =
                (sum ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            sum = sum &<< 23 | sum &>> 41
        }
        value = sum
    }
}

func systemError() -> String { String(cString: strerror(errno)) }
