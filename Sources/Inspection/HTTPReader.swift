import Packets

enum HTTPReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    .other
  }
}
