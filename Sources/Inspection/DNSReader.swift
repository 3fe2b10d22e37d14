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

  /// A flow counts as DNS if its first datagram and most others are.
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool {
    var exchanges = DNSExchanges()
    var count = 0
    for (index, datagram) in datagrams.enumerated() {
      let isRead = datagram.withSpan { exchanges.add($0, isFromOriginator: datagram.isFromOriginator) }
      if isRead { count += 1 } else if index == 0 { return false }
    }
    guard count > datagrams.count / 2 else { return false }
    exchanges.note(&collector)
    return true
  }
}
