// SPDX-License-Identifier: MIT

/// The version that reports print. Keys of the cache use the executable's SHA-256: `ProgramHash`.
package enum ProgramIdentity {
    package static let version = "0.1.0"
}
