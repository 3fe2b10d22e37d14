import Foundation

/// Writes a made-up capture of a given size; the same options give the same bytes.
@main
enum Generate {
  static let usage = """
    usage: generate [--packets N] [--flows N] [--seconds S] [--snaplen BYTES] [--scan] [--seed N] FILE
      Default: the mixed capture, 10,000,000 packets of 300,000 flows in 300 seconds, snap length 96.
      --scan: each packet is a flow of its own.
      --snaplen 65535: whole packets.
    """

  static func main() throws {
    var plan = Traffic.Plan()
    var path: String?
    var arguments = CommandLine.arguments.dropFirst()
    func number() -> Int {
      guard let text = arguments.popFirst(), let value = Int(text), value > 0 else { fail() }
      return value
    }
    while let argument = arguments.popFirst() {
      switch argument {
      case "--packets": plan.packets = number()
      case "--flows": plan.flows = number()
      case "--seconds": plan.seconds = Double(number())
      case "--snaplen": plan.snapLength = number()
      case "--seed": plan.seed = UInt64(number())
      case "--scan": plan.isScan = true
      case _ where argument.hasPrefix("-"): fail()
      default: path = argument
      }
    }
    guard let path, FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { fail() }
    var traffic = Traffic(plan: plan)
    traffic.run { file.write(Data($0)) }
    try file.close()
  }

  static func fail() -> Never {
    FileHandle.standardError.write(Data((usage + "\n").utf8))
    exit(64)
  }
}
