import Cryptography
import Packets

/// Reads QUIC 1 and 2, the drafts from 21 on, and what companies made of them, from its Initial packets.
enum QUICReader {
  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool {
    // All that tells a connection begins with a long header (RFC 8999 section 5.1).
    guard datagrams.contains(where: { ($0.bytes.first ?? 0) & 0x80 != 0 }) else { return false }
    guard let connection = QUICConnection(datagrams) else {
      guard let version = mutualVersion(datagrams) else { return false }
      collector.recognise(.quic)
      collector.note("quic", [("version", .text(name(version)))])
      return true
    }
    collector.clientIsOriginator = connection.clientIsOriginator
    collector.recognise(.quic)
    let session = connection.session
    func id(_ bytes: [UInt8]?) -> FactValue? { bytes.map { .text(Digest.hex($0)) } }
    collector.note(
      "quic",
      [
        ("version", .text(name(connection.version))), ("client_initial_dcid", id(connection.initialDestination)),
        ("client_scid", id(connection.clientID)), ("server_scid", id(connection.serverID)),
        ("server_name", session.serverName.map { .text($0) }),
        ("client_protocol", session.offeredProtocols.first.map { .text($0) }),
      ])
    if session.hasHello { session.note(&collector) }
    return true
  }

  /// The version of a connection whose beginning is missing: one side sends to the long id that the other one named.
  private static func mutualVersion(_ datagrams: [Datagram]) -> Int? {
    var named: [(id: Nonce, isFromOriginator: Bool, version: Int)] = []
    for datagram in datagrams {
      let found = datagram.bytes.withRawSpan { bytes -> Int? in
        guard bytes.byteCount > 5, bytes.uint8(at: 0) & 0xC0 == 0xC0 else { return nil }
        let version = Int(bytes.uint32BE(at: 1))
        var isMutual = false
        QUICPacket.walk(bytes, isWhole: false) { packet in
          guard packet.form == .initial || packet.form == .handshake || packet.form == .zeroRTT else { return }
          isMutual =
            isMutual
            || packet.destination.isLong
              && named.contains {
                $0.id == packet.destination.nonce && $0.isFromOriginator != datagram.isFromOriginator
                  && $0.version == version
              }
          if packet.source.isLong { named.append((packet.source.nonce, datagram.isFromOriginator, version)) }
        }
        return isMutual ? version : nil
      }
      if let found { return found }
    }
    return nil
  }

  /// What Zeek calls a version.
  private static func name(_ version: Int) -> String {
    switch version {
    case 1: "1"
    case 0x6B33_43CF: "quicv2"
    case 0xFACE_B000...0xFACE_B0FF: "mvfst"
    case 0x5430_3530: "T050"
    case 0x5430_3531: "T051"
    case _ where QUICInitial.isReserved(version): "greased"
    default: "draft-\(version & 0xFF)"
    }
  }
}
