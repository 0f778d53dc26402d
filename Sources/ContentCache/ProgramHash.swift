/// Which program this is: what another one found is not this one's to say.
package enum ProgramHash {
    /// SHA-256 of the running executable: of the file it was started from, whatever lies at its path now. It takes some
    /// 20 ms for 30 MB, once a process.
    package static let text: String =
        ContentHash(ofFile: "/proc/self/exe").map(String.init(describing:)) ?? ""

    /// Without it nothing is kept: whose it is could not be told.
    static var isKnown: Bool { !text.isEmpty }
}
