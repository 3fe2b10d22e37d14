import Packets

/// The beginning of a QUIC connection: its Initial packets, opened, and what they carry.
struct QUICConnection {
  /// Connection ids that keys are made of: a Retry and a change of version each bring another one.
  private static let idLimit = 4

  /// Whether the originator of the flow is the client.
  private(set) var clientIsOriginator = true
  /// The version that the server answered in, else that of the client.
  private(set) var version = 0
  /// What the client's first packet was sent to.
  var initialDestination: [UInt8]? { ids.first }
  /// The connection id that the client chose.
  private(set) var clientID: [UInt8]?
  /// The connection id that the server chose.
  private(set) var serverID: [UInt8]?

  private var ids: [[UInt8]] = []
  /// The keys that were tried last, which are those of all packets of a datagram.
  private var latest: (version: Int, id: [UInt8], keys: QUICKeys?)?
  /// The CRYPTO frames of both sides, for each of the ids.
  private var client: [ByteFragments] = []
  private var server: [ByteFragments] = []

  /// Opens what can be opened; nothing if no packet proves to be a client's Initial.
  ///
  /// - Complexity: O(n), times the few connection ids.
  init?(_ datagrams: [Datagram]) {
    var packets: [(packet: QUICInitial, isFromOriginator: Bool)] = []
    for datagram in datagrams {
      for packet in datagram.bytes.withRawSpan({ QUICInitial.all(in: $0) }) {
        packets.append((packet, datagram.isFromOriginator))
      }
    }
    for (packet, isFromOriginator) in packets { find(packet, isFromOriginator) }
    guard !ids.isEmpty else { return nil }
    client = Array(repeating: ByteFragments(), count: ids.count)
    server = client
    var keys: [KeyName: QUICKeys] = [:]
    for (packet, isFromOriginator) in packets {
      take(packet, isFromClient: isFromOriginator == clientIsOriginator, &keys)
    }
  }

  /// What keys are derived from; each once, for deriving them costs more than a packet.
  private struct KeyName: Hashable {
    let version: Int
    let id: Int
    let isClient: Bool
  }

  /// Takes the id that a client's packet was sent to, if it gives the packet's keys.
  private mutating func find(_ packet: QUICInitial, _ isFromOriginator: Bool) {
    guard ids.count < Self.idLimit, !ids.contains(packet.destination),
      ids.isEmpty || isFromOriginator == clientIsOriginator
    else { return }
    if latest?.version != packet.version || latest?.id != packet.destination {
      let keys = QUICKeys(version: packet.version, connectionID: packet.destination, isClient: true)
      latest = (packet.version, packet.destination, keys)
    }
    guard latest?.keys?.open(packet) != nil else { return }
    if ids.isEmpty {
      clientIsOriginator = isFromOriginator
      clientID = packet.source
      version = packet.version
    }
    ids.append(packet.destination)
  }

  private mutating func take(_ packet: QUICInitial, isFromClient: Bool, _ keys: inout [KeyName: QUICKeys]) {
    for index in ids.indices {
      let name = KeyName(version: packet.version, id: index, isClient: isFromClient)
      if keys[name] == nil {
        keys[name] = QUICKeys(version: packet.version, connectionID: ids[index], isClient: isFromClient)
      }
      guard let frames = keys[name]?.open(packet) else { continue }
      if isFromClient {
        frames.withRawSpan { Self.readFrames($0, into: &client[index]) }
      } else {
        frames.withRawSpan { Self.readFrames($0, into: &server[index]) }
        if serverID == nil {
          serverID = packet.source
          version = packet.version
        }
      }
      return
    }
  }

  /// Takes the CRYPTO frames out of those that an Initial packet may hold (RFC 9000 section 12.4).
  private static func readFrames(_ span: RawSpan, into crypto: inout ByteFragments) {
    var cursor = MessageCursor(0..<span.byteCount)
    while let type = cursor.integer(1, in: span) {
      switch type {
      // PADDING and PING have no content.
      case 0, 1: break
      case 2, 3: guard skipAcknowledgement(&cursor, in: span, counts: type == 3) else { return }
      // Google's T050 and T051 number the frame 8, which else is none of an Initial packet.
      case 6, 8:
        guard let offset = cursor.variableInteger(in: span), let count = cursor.variableInteger(in: span),
          let data = cursor.skip(count)
        else { return }
        crypto.add(span.bytes(data), at: offset)
      default: return
      }
    }
  }

  /// Moves over an ACK frame (RFC 9000 section 19.3).
  private static func skipAcknowledgement(_ cursor: inout MessageCursor, in span: RawSpan, counts: Bool) -> Bool {
    guard cursor.variableInteger(in: span) != nil, cursor.variableInteger(in: span) != nil,
      let ranges = cursor.variableInteger(in: span), cursor.variableInteger(in: span) != nil
    else { return false }
    // Each further range is two numbers; three counters end the frame where congestion marks are counted.
    for _ in 0..<min(2 * ranges, cursor.rest.count) + (counts ? 3 : 0) {
      guard cursor.variableInteger(in: span) != nil else { return false }
    }
    return true
  }

  /// What both sides say in TLS.
  var session: TLSSession {
    TLSSession(.quic, client: Self.direction(client), server: Self.direction(server))
  }

  /// The messages of the first attempt that got anywhere.
  private static func direction(_ streams: [ByteFragments]) -> TLSDirection {
    var direction = TLSDirection()
    let attempts = streams.map { TLSMessage.split($0.bytes) }.filter { !$0.isEmpty }
    direction.messages = attempts.first { $0.first?.isWhole == true } ?? attempts.first ?? []
    return direction
  }
}
