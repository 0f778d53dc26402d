import ArgumentParser

@main
struct IommuCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "iommu-check")
}
