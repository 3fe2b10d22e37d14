import Foundation

/// Writes a made-up capture or catalog of a given size; the same options give the same bytes.
@main
enum Generate {
  static let usage = """
    usage: generate mixed|full|scan [--packets N] [--flows N] [--seconds S] [--snaplen BYTES] [--seed N] FILE
           generate catalog [--claims N] [--prefixes N] [--seed N] FOLDER
      mixed: 10,000,000 packets of 617,719 flows in 298 seconds, snap length 96.
      full:  2,298,553 whole packets of 94,000 flows in 331 seconds.
      scan:  5,000,000 packets in 10 seconds, each a flow of its own; --flows does not apply.
      What a capture holds is written beside it, to FILE.truth.json.
    """

  static func main() throws {
    var arguments = CommandLine.arguments.dropFirst()
    let kind = arguments.popFirst()
    var catalog = CatalogFiles()
    var plan: Traffic.Plan
    switch kind {
    case "mixed", "catalog": plan = .mixed
    case "full": plan = .full
    case "scan": plan = .scan
    default: fail()
    }
    var path: String?
    func number() -> Int {
      guard let text = arguments.popFirst(), let value = Int(text), value > 0 else { fail() }
      return value
    }
    while let argument = arguments.popFirst() {
      switch argument {
      case "--packets": plan.packets = number()
      case "--flows": plan.setFlows(number())
      case "--seconds": plan.seconds = Double(number())
      case "--snaplen": plan.snapLength = number()
      case "--claims": catalog.claims = number()
      case "--prefixes": catalog.prefixes = number()
      case "--seed":
        plan.seed = UInt64(number())
        catalog.seed = plan.seed
      case _ where argument.hasPrefix("-"): fail()
      default: path = argument
      }
    }
    guard let path else { fail() }
    if kind == "catalog" { return try catalog.write(to: URL(filePath: path)) }
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { fail() }
    var traffic = Traffic(plan: plan)
    let truth = kind == "scan" ? traffic.scan { file.write(Data($0)) } : traffic.run { file.write(Data($0)) }
    try file.close()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try (encoder.encode(truth) + Data("\n".utf8)).write(to: URL(filePath: path + ".truth.json"))
  }

  static func fail() -> Never {
    FileHandle.standardError.write(Data((usage + "\n").utf8))
    exit(64)
  }
}
