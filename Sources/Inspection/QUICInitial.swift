import Packets

/// An Initial packet of QUIC (RFC 9000 section 17.2.2) as it stands in a datagram: still protected.
struct QUICInitial {
  /// Packets read of one datagram.
  private static let packetLimit = 8

  /// The version.
  let version: Int
  /// The connection id that the packet is sent to.
  let destination: [UInt8]
  /// The connection id of its sender.
  let source: [UInt8]
  /// The packet, from its first byte on.
  let bytes: [UInt8]
  /// Where the packet number begins.
  let numberOffset: Int

  /// The Initial packets of a datagram that are whole, in their order.
  ///
  /// - Complexity: O(n).
  static func all(in datagram: RawSpan) -> [QUICInitial] {
    var packets: [QUICInitial] = []
    var cursor = MessageCursor(0..<datagram.byteCount)
    for _ in 0..<packetLimit {
      let start = cursor.offset
      // The second bit may be anything where both sides agree on it (RFC 9287).
      guard let first = cursor.integer(1, in: datagram), first & 0x80 != 0,
        let version = cursor.integer(4, in: datagram),
        let destination = cursor.vector(1, in: datagram), destination.count <= QUICPacket.longestID,
        let source = cursor.vector(1, in: datagram), source.count <= QUICPacket.longestID
      else { break }
      // Packets of one datagram have one destination (RFC 9000 section 12.2), so that one key is tried for all of them.
      let id = datagram.bytes(destination)
      guard packets.first.map({ $0.destination == id && $0.version == version }) ?? true else { break }
      let form = form(first, version: version)
      guard form == .initial || form == .zeroRTT || form == .handshake else { break }
      if form == .initial {
        guard let count = cursor.variableInteger(in: datagram), cursor.skip(count) != nil else { break }
      }
      guard let length = cursor.variableInteger(in: datagram), let rest = cursor.skip(length) else { break }
      if form == .initial {
        packets.append(
          QUICInitial(
            version: version, destination: id, source: datagram.bytes(source),
            bytes: datagram.bytes(start..<rest.upperBound), numberOffset: rest.lowerBound - start))
      }
    }
    return packets
  }

  /// The form of a packet, also of versions that number the types like version 1 and of which no evidence is drawn: what
  /// their packets hold is believed only if its tag proves right.
  private static func form(_ first: Int, version: Int) -> QUICPacket.Form {
    let known = QUICPacket.form(first, version: version)
    return known == .unknown ? QUICPacket.form(first, version: 1) : known
  }

  /// Whether a version is one of those that exist only to be refused (RFC 9000 section 15).
  static func isReserved(_ version: Int) -> Bool { version & 0x0F0F_0F0F == 0x0A0A_0A0A }
}
