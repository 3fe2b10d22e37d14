import Packets

enum ProxyReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    .other
  }
}
