import Packets

enum HTTP2Reader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    .other
  }
}
