/// Which program this is, for readers. What it keeps goes by its content's hash.
package enum ProgramIdentity {
    package static let version = "0.1.0"
}
