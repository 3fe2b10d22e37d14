import Packets

/// Reads the header that a proxy puts before the stream it forwards: the PROXY protocol, versions 1 and 2.
///
/// What it names is a claim of the sender; whether the sender is a proxy that is trusted is for others to judge.
enum ProxyReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    guard case .found(let header) = ProxyHeader.read(client) else { return .other }
    collector.recognise(.proxy)
    let ends = ProxyHeader.ends(of: header, in: client)
    collector.note(
      "proxy",
      [
        ("version", .number(client.uint8(at: 0) == 0x0D ? 2 : 1)),
        ("is_local", header.source == .proxy ? .flag(true) : nil),
        ("source", (ends?.source.address.description).map { .text($0) }),
        ("source_p", (ends?.source.port).map { .number(UInt64($0)) }),
        ("destination", (ends?.destination.address.description).map { .text($0) }),
        ("destination_p", (ends?.destination.port).map { .number(UInt64($0)) }),
      ])
    if let ends { collector.hops("PROXY", [ends.source.address.description]) }
    return .handover(client: header.length, server: 0)
  }
}
