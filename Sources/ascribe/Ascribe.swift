import ArgumentParser
import Capture
import Glibc

@main
struct Ascribe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ascribe",
    abstract: "Say whose traffic a capture holds, and how far that can be trusted",
    discussion: """
      Packets become bidirectional flows; each endpoint is matched against a curated, sourced and dated catalog of \
      address ranges; each flow is graded for what its packets prove. The verdict on a flow is exclusive, shared, \
      contested, expired, unverifiable or none, with its reasons.

      EXAMPLES
        ascribe analyze Captures/story.pcapng -c Config/demonstration.yaml
        ascribe analyze --help
      """,
    version: version,
    subcommands: [
      Analyze.self, CaptureCommand.self, ReportCommand.self, CaseCommand.self, CatalogCommand.self, Verify.self,
    ])

  /// The program's version (Semantic Versioning 2.0.0).
  static let version = "0.1.0"

  static func main() {
    OutputDescriptor.holdClosedStreams()
    // A file that must not grow fails like one on a full disk.
    signal(SIGXFSZ, SIG_IGN)
    main(nil)
  }
}
