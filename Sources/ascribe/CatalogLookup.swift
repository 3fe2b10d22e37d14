import ArgumentParser
import Assessment
import Catalog
import Packets

struct CatalogLookup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lookup",
    abstract: "Say everything the catalog knows of an address, and why it is or is not exclusive",
    discussion: """
      With --at: the rules X1 to X6 at that moment, each with its reason, and the verdict on a verified flow (grade E4, \
      opened by the address). Without: every span of time with its verdict. Verdict and rules are those of analyze.

      EXAMPLES
        ascribe catalog lookup 175.45.176.10 --at 2014-11-24
        ascribe catalog lookup 198.51.100.70 -c Config/demonstration.yaml --format json
      """)

  @Argument(help: ArgumentHelp("IPv4 or IPv6 addresses", valueName: "address"))
  var addresses: [AddressArgument]

  @OptionGroup var catalogOptions: CatalogOptions

  @Option(help: ArgumentHelp("The moment to judge for (RFC 3339 or a date, UTC)", valueName: "time"))
  var at: TimeArgument?

  @Option(help: "What standard output gets")
  var format = CatalogFormat.text

  func run() throws {
    let catalog = try catalogOptions.load()
    let table = DecisionTable(catalog: catalog)
    let answers = addresses.map { AddressAnswer($0, at: at?.timestamp, table: table) }
    let output = try CatalogOutput(isDemonstration: catalog.allowsDocumentationRanges)
    switch format {
    case .text:
      try output.write(
        CatalogOutput.knowledge(catalog)
          + answers.enumerated().flatMap { ($0.offset > 0 ? [""] : []) + $0.element.lines })
    case .json:
      try output.write([
        "schema": "ascribe-catalog-lookup/1", "catalog": catalog.summary, "addresses": answers.map(\.json),
      ])
    }
  }
}

/// An address on the command line, as written and as it is looked up.
struct AddressArgument: ExpressibleByArgument {
  /// As written.
  let text: String
  /// The address; an IPv4-mapped one is the IPv4 address (methodology 1.4).
  let address: IPAddress

  init?(argument: String) {
    guard let address = IPAddress(argument) else { return nil }
    text = argument
    self.address = address
  }

  /// The IPv4 address that a translator or the sender wrote into this one, and how; a hint only, never looked up.
  var embedded: (address: IPAddress, how: String)? {
    guard !address.isIPv4 else { return nil }
    if address.high >> 48 == 0x2002 {
      return (IPAddress(v4: UInt32(truncatingIfNeeded: address.high >> 16)), "6to4 (RFC 3056)")
    }
    if address.high >> 32 == 0x2001_0000 {
      // Teredo writes the client's address with all bits inverted.
      return (IPAddress(v4: ~UInt32(truncatingIfNeeded: address.low)), "Teredo (RFC 4380)")
    }
    if address.high == 0x0064_FF9B_0000_0000, address.low >> 32 == 0 {
      return (IPAddress(v4: UInt32(truncatingIfNeeded: address.low)), "NAT64 (RFC 6052)")
    }
    return nil
  }
}
