import Packets

/// Reads DNS over UDP and TCP (RFC 1035, RFC 7766), and what is written alike: mDNS, LLMNR and NetBIOS names.
enum DNSReader {
  /// Messages of a stream that are read.
  private static let messageLimit = 64

  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    var exchanges = DNSExchanges()
    guard let asked = exchanges.read(client, isFromClient: true, limit: messageLimit),
      let answered = exchanges.read(server, isFromClient: false, limit: messageLimit), asked + answered > 0
    else { return .other }
    exchanges.note(&collector)
    return .recognised
  }

  /// A flow counts as DNS if at least half of its datagrams are: some are damaged, or ask for what is not read.
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool {
    var exchanges = DNSExchanges()
    let count = datagrams.count { datagram in
      datagram.bytes.withRawSpan { exchanges.add($0, isFromOriginator: datagram.isFromOriginator) }
    }
    guard count > 0, count * 2 >= datagrams.count(where: { !$0.bytes.isEmpty }) else { return false }
    exchanges.note(&collector)
    return true
  }
}
