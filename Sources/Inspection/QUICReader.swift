import Packets

enum QUICReader {
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool { false }
}
