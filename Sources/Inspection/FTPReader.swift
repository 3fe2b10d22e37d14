import Packets

enum FTPReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    .other
  }
}
