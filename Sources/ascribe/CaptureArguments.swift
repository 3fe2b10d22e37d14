import ArgumentParser
import Capture
import Catalog
import Flows
import Packets

/// How captures are read.
struct CaptureArguments: ParsableArguments {
  @Option(
    name: [.customShort("f"), .customLong("filter")],
    help: ArgumentHelp(
      "Only frames that match a BPF expression (pcap-filter(7)); unlike tcpdump, it looks behind VLAN tags",
      valueName: "bpf"))
  var filter = ""

  @Flag(help: "End with exit code 65 at a damaged capture instead of assessing what is readable")
  var strict = false

  @Flag(
    help: "Read on at the end of a file that is still being written, until SIGINT or SIGTERM; the report comes then")
  var follow = false

  @Flag(name: .customLong("no-hash"), help: "Do not hash the inputs; handling confidence is then low")
  var noHash = false

  @Option(help: ArgumentHelp("Threads to use; changes no output (default: processors)", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Packets whose transport checksum is verified: those of 'watched' flows, or 'all'", valueName: "scope"))
  var checksums = ChecksumScope.watched

  enum ChecksumScope: String, ExpressibleByArgument, CaseIterable {
    case watched, all
  }

  func validate() throws {
    if let threads, threads < 1 || threads > 256 {
      throw ValidationError("--threads takes 1 to 256, not \(threads).")
    }
  }

  /// The options of the capture source.
  var options: CaptureOptions {
    var options = CaptureOptions()
    options.filter = filter
    options.strict = strict
    options.hashesInputs = !noHash
    options.threads = threads ?? Machine.processorCount
    options.followsFiles = follow
    options.isEndRequested = { Interruption.isRequested }
    return options
  }

  /// How many flow tables share the work, each on a thread of its own.
  ///
  /// What is small has one; and which flows are given up where `--max-flows` is reached must not depend on it.
  ///
  /// - Parameters:
  ///   - source: The inputs.
  ///   - flows: How flows are kept.
  /// - Returns: At least 1.
  func tableCount(for source: borrowing CaptureSource, _ flows: FlowArguments) -> Int {
    guard flows.maxFlows == nil else { return 1 }
    if threads == nil, source.totalByteCount.map({ $0 < 16 << 20 }) ?? false { return 1 }
    // One of the threads is for the digests, and one for decompression.
    let others = (noHash ? 0 : 1) + (source.readsAhead ? 1 : 0)
    return min(max(options.threads - others, 1), FlowShare.parts)
  }

  /// The decoder.
  var decoder: Decoder { Decoder(checksums: checksums == .all ? .all : .onDemand) }
}
