// SPDX-License-Identifier: MIT

internal import CZ3

extension Context {
    /// Formulas as an SMT-LIB script, shared parts written once: much faster than a solver writes it. The same formulas give the same
    /// text, whatever else the context has.
    package func smtLib(_ assertions: [Term], logic: String) throws(Z3Error) -> String {
        let formulas: [Z3_ast?] = unsafe assertions.map { unsafe $0.raw }
        let last = try bool(true)
        let text = try unsafe make { context in
            unsafe formulas.withUnsafeBufferPointer { buffer in
                unsafe Z3_benchmark_to_smtlib_string(
                    context, "", logic, "unknown", "", UInt32(buffer.count), buffer.baseAddress, last.raw)
            }
        }
        return Self.renumbered(unsafe String(cString: text))
    }

    /// libz3 calls shared parts `?x17` and `$x17`, by numbers that depend on all that the context has. Here they count up.
    private static func renumbered(_ script: String) -> String {
        let bytes = Array(script.utf8)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        var written: [UInt8] = []
        written.reserveCapacity(bytes.count)
        var numbers: [Int: Int] = [:]
        // What is not written yet begins here.
        var start = 0
        var index = 0
        while index + 2 < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "?") || byte == UInt8(ascii: "$"), bytes[index] == UInt8(ascii: "x"),
                digits.contains(bytes[index + 1])
            else { continue }
            index += 1
            written += bytes[start..<index]
            var number = 0
            while index < bytes.count, digits.contains(bytes[index]) {
                number = number &* 10 &+ Int(bytes[index] - digits.lowerBound)
                index += 1
            }
            start = index
            let known = numbers[number] ?? numbers.count + 1
            numbers[number] = known
            written += String(known).utf8
        }
        written += bytes[start...]
        return String(decoding: written, as: UTF8.self)
    }
}
