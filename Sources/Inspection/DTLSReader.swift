import Packets

enum DTLSReader {
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool { false }
}
