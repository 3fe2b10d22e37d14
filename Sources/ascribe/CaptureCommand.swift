public import ArgumentParser
public import Capture
import Catalog
import Packets
import Reports

struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Watch interfaces, say verdicts as they become true, report at the end",
    discussion: """
      Packets are read from the kernel's mapped ring (libpcap, TPACKET_V3) and go the same way as those of a capture file. \
      Whenever packets prove that an address in a range takes part in an exchange (E3 or better), a line on standard error \
      says so within a second; what it says of a flow that goes on is provisional. The report follows when the capture \
      ends: after --duration or --count, or with SIGINT or SIGTERM, which its report then says ("interrupted"; not that of \
      a case, which is of all its runs). SIGUSR1 prints statistics; SIGHUP loads the catalog anew and assesses what is there \
      by it.

      Capturing needs root, or the right to open packet sockets: setcap cap_net_raw=ep PATH. Once the interfaces are \
      open the program gives its rights up: it becomes 'nobody' or the user of --user, without capabilities, and reaches \
      no files but those it writes and its catalog (Landlock, seccomp). Started as root, it goes before other programs \
      (nice -10): what waits for too long in the ring is lost.

      EXIT CODES
        0  done, also after a signal          64 usage
        66 no such interface                  70 internal fault
        74 output could not be written        77 no permission to capture
        78 catalog invalid                    1  --exit-status: none EXCLUSIVE

      EXAMPLES
        ascribe capture -i eth0 -c Config/north-korea.yaml
        ascribe capture -i eth0 -f 'not port 22' --write evidence --rotate-size 512 --events json
      """)

  @Option(
    name: [.customShort("i"), .customLong("interface")],
    help: ArgumentHelp("An interface, or 'any'; may be given several times", valueName: "name"))
  var interfaces: [String]

  @Option(
    name: [.customShort("f"), .customLong("filter")],
    help: ArgumentHelp(
      "Only packets that match a BPF expression (pcap-filter(7)); the kernel applies it", valueName: "bpf"))
  var filter = ""

  @OptionGroup(title: "Catalog") var catalogOptions: CatalogOptions
  @OptionGroup(title: "Interfaces") var ringOptions: RingArguments
  @OptionGroup(title: "Evidence") var recordOptions: RecordArguments
  @OptionGroup(title: "Case") var storeOptions: LiveStoreArguments
  @OptionGroup(title: "Alerts and metrics") var alertOptions: AlertArguments
  @OptionGroup(title: "Flows") var flowOptions: FlowArguments
  @OptionGroup(title: "Report") var reportOptions: ReportArguments
  @OptionGroup(title: "Rights") var privilegeOptions: PrivilegeArguments

  @Option(
    help: ArgumentHelp(
      "What standard error says of verdicts: 'text', 'json' (a line each) or 'none'", valueName: "format"))
  var events = VerdictFeed.Format.text

  @Option(help: ArgumentHelp("End after so many seconds", valueName: "s"))
  var duration: Double?

  @Option(help: ArgumentHelp("End after so many packets", valueName: "n"))
  var count: UInt64?

  @Flag(
    inversion: .prefixedNo,
    help: "Show the capture on a screen of its own (default: if standard output is a terminal and gets nothing else)")
  var view: Bool?

  func validate() throws {
    try reportOptions.spare(catalogOptions.chosenPaths)
    guard !interfaces.isEmpty else { throw ValidationError("Name an interface with -i; 'ip link' lists them.") }
    if reportOptions.folder != nil {
      throw ValidationError(
        "A report folder needs captures that stay: use --write, and 'ascribe analyze -o' on it.")
    }
    if Set(interfaces).count < interfaces.count { throw ValidationError("An interface is named twice.") }
    if let duration, !(duration > 0 && duration <= 1e9) {
      throw ValidationError("--duration takes more than 0 and at most 1000000000 seconds, not \(duration).")
    }
    if view == true, !LiveView.isPossible {
      throw ValidationError("--view needs a terminal on standard output that can place text (TERM is not 'dumb').")
    }
  }

  /// Whether the capture is shown on a screen of its own.
  private var showsView: Bool {
    let isFree = reportOptions.format == .text && reportOptions.flowsPath != "-" && events == .text
    return view ?? (isFree && LiveView.isPossible)
  }

  func run() throws {
    Interruption.watch()
    LiveSignals.watch()
    ErrorStream.limitWaits(to: 100)
    let run = try LiveRun(
      options: ringOptions.options(interfaces: interfaces, filter: filter), catalog: catalogOptions,
      record: recordOptions, flows: flowOptions, report: reportOptions, alerts: alertOptions, events: events,
      storing: storeOptions, view: { showsView ? LiveView(catalog: $0, folder: recordOptions.write, memory: $1) : nil }
    ) {
      try privilegeOptions.confine(
        writing: [recordOptions.write, alertOptions.folder, storeOptions.folder].compactMap(\.self),
        reading: catalogOptions.readPaths,
        usesNetwork: alertOptions.usesNetwork, startsPrograms: alertOptions.exec != nil)
    }
    let report = try run.run(duration: duration, count: count)
    try reportOptions.write(report)
    if let failure = run.storeFailure { throw failure }
    try reportOptions.check(report)
  }
}

/// How interfaces are read.
struct RingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Bytes of a packet that are captured at most", valueName: "bytes"))
  var snapLength = 262_144

  @Option(help: ArgumentHelp("Size of the kernel's ring for each interface and thread, in MiB", valueName: "mib"))
  var bufferSize = 64

  @Flag(help: "Capture only frames that are addressed to the interface")
  var noPromiscuous = false

  @Option(help: ArgumentHelp("Packets to capture: 'in', 'out' or 'both'", valueName: "way"))
  var direction = LiveOptions.Direction.both

  @Option(
    help: ArgumentHelp(
      "What stamps packets, as tcpdump's -j: 'host', 'adapter', 'adapter_unsynced', ... in nanoseconds where it has them "
        + "(default: host); the clock of an '_unsynced' one is to be held to UTC by other means",
      valueName: "type"))
  var timestampType: String?

  @Option(
    help: ArgumentHelp(
      "Threads that empty the ring of each interface; the kernel keeps a flow's packets together", valueName: "n"))
  var captureThreads = 1

  func validate() throws {
    guard (64...262_144).contains(snapLength) else {
      throw ValidationError("--snap-length takes 64 to 262144 bytes, not \(snapLength).")
    }
    guard (1...2_047).contains(bufferSize) else {
      throw ValidationError("--buffer-size takes 1 to 2047 MiB, not \(bufferSize).")
    }
    guard (1...64).contains(captureThreads) else {
      throw ValidationError("--capture-threads takes 1 to 64, not \(captureThreads).")
    }
  }

  func options(interfaces: [String], filter: String) -> LiveOptions {
    var options = LiveOptions(interfaces: interfaces)
    options.filter = filter
    options.snapLength = snapLength
    options.ringLength = bufferSize << 20
    options.isPromiscuous = !noPromiscuous
    options.direction = direction
    options.timestampType = timestampType
    options.threads = captureThreads
    return options
  }
}

extension LiveOptions.Direction: ExpressibleByArgument {}
