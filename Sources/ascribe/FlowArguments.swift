import ArgumentParser
import Catalog
import Flows
import Packets

/// How flows are kept, and where they were captured.
struct FlowArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A network of ours; may be given several times (default: those of the sensor)", valueName: "cidr"))
  var localNetwork: [NetworkArgument] = []

  @Option(
    help: ArgumentHelp(
      "The sensor at which the inputs were captured (default: the catalog's only one); for several sensors once for "
        + "each input, as 'id=input' with the input as it is named here", valueName: "id"))
  var sensor: [String] = []

  @Option(help: ArgumentHelp("Seconds without a packet that end a TCP flow", valueName: "s"))
  var tcpIdleTimeout: Double = 300

  @Option(help: ArgumentHelp("Seconds without a packet that end a UDP flow", valueName: "s"))
  var udpIdleTimeout: Double = 60

  @Option(help: ArgumentHelp("Seconds without a packet that end an ICMP flow", valueName: "s"))
  var icmpIdleTimeout: Double = 60

  @Option(help: ArgumentHelp("Seconds without a packet that end any other flow", valueName: "s"))
  var otherIdleTimeout: Double = 60

  @Option(
    help: ArgumentHelp(
      "Seconds after which an unwatched flow is recorded and goes on in a new record (0: never, as Zeek; IPFIX exporters: 1800)",
      valueName: "s"))
  var activeTimeout: Double = 0

  @Option(
    help: ArgumentHelp(
      "Flows kept at once; beyond it the longest idle are given up and counted, unwatched ones first "
        + "(default: as many as three quarters of the memory hold)", valueName: "n"))
  var maxFlows: Int?

  @Option(
    help: ArgumentHelp(
      "Bytes of each direction of a flow in ranges that are read for what was done in it (0: none)", valueName: "n"))
  var contentBytes = 16_384

  func validate() throws {
    guard (0...1 << 20).contains(contentBytes) else {
      throw ValidationError("--content-bytes takes 0 (none) to \(1 << 20), not \(contentBytes).")
    }
    let longest = 365.0 * 86_400
    for timeout in [tcpIdleTimeout, udpIdleTimeout, icmpIdleTimeout, otherIdleTimeout]
    where !(timeout > 0 && timeout <= longest) {
      throw ValidationError("An idle timeout is more than 0 and at most \(Int(longest)) seconds, not \(timeout).")
    }
    guard activeTimeout >= 0, activeTimeout <= longest else {
      throw ValidationError("--active-timeout takes 0 (never) to \(Int(longest)) seconds, not \(activeTimeout).")
    }
    if let maxFlows, maxFlows < 1 || maxFlows > Int(UInt32.max) {
      throw ValidationError("--max-flows takes 1 to \(UInt32.max), not \(maxFlows).")
    }
  }

  /// The options of the flow table.
  ///
  /// - Parameter sensors: The sensors, whose networks are ours where none was named.
  /// - Returns: The options.
  func options(sensors: [Sensor]) -> FlowTableOptions {
    func nanoseconds(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }
    var options = FlowTableOptions()
    options.tcpIdleTimeout = nanoseconds(tcpIdleTimeout)
    options.udpIdleTimeout = nanoseconds(udpIdleTimeout)
    options.icmpIdleTimeout = nanoseconds(icmpIdleTimeout)
    options.otherIdleTimeout = nanoseconds(otherIdleTimeout)
    options.activeTimeout = nanoseconds(activeTimeout)
    options.fit(memory: Machine.memory / 4 * 3)
    if let maxFlows { options.maximumFlowCount = maxFlows }
    options.localNetworks = localNetwork.map(\.prefix)
    options.sensors = sensors
    options.contentLimit = contentBytes
    return options
  }
}

/// A network on the command line.
struct NetworkArgument: ExpressibleByArgument {
  /// The network.
  let prefix: IPPrefix

  init?(argument: String) {
    guard let prefix = IPPrefix(argument) else { return nil }
    self.prefix = prefix
  }
}
