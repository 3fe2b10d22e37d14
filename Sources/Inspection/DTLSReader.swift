import Packets

/// Reads DTLS 1.0 to 1.3 from its first message on.
enum DTLSReader {
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool {
    guard datagrams.contains(where: mayBeDTLS) else { return false }
    var (originator, responder) = (DTLSDirection(), DTLSDirection())
    for datagram in datagrams where mayBeDTLS(datagram) {
      datagram.bytes.withRawSpan {
        if datagram.isFromOriginator { originator.take($0) } else { responder.take($0) }
      }
    }
    let (one, other) = (originator.direction, responder.direction)
    for clientIsOriginator in [true, false] {
      let session = TLSSession(
        .datagram, client: clientIsOriginator ? one : other, server: clientIsOriginator ? other : one)
      guard session.hasHello else { continue }
      collector.clientIsOriginator = clientIsOriginator
      session.note(&collector)
      return true
    }
    return false
  }

  /// STUN and media may share the ports (RFC 7983): what is no DTLS is passed over.
  private static func mayBeDTLS(_ datagram: Datagram) -> Bool { (20...63).contains(datagram.bytes.first ?? 0) }
}
