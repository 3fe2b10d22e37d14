import ArgumentParser

@main
struct Ascribe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ascribe",
    abstract: "Say whose traffic a capture holds, and how far that can be trusted")
}
