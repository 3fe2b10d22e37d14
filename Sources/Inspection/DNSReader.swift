import Packets

enum DNSReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    .other
  }
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool { false }
}
