import Assessment
import Capture
import Catalog
import Cryptography
import Flows
import Foundation
import Inspection
import Packets

/// A parser of hostile bytes, and what must hold whatever the bytes.
///
/// A run that traps, hangs or breaks a `precondition` is a fault; everything else is a result.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A capture file.
  case capture
  /// One frame, its first byte choosing the link type.
  case decode
  /// Frames of a conversation, through flow table and assessment: two bytes of length and two of time before each.
  case flows
  /// A catalog.
  case catalog
  /// A list of an overlay, its first byte choosing the format.
  case list
  /// The payload of a datagram, its first byte choosing the port.
  case datagram
  /// The beginning of a stream.
  case stream
  /// A conversation in one protocol: two bytes say how much of the rest the client sent; or datagrams, each behind a byte
  /// for its direction and one for its length in 16 bytes. Named as `Service` is.
  case dns, ftp, http, http2, imap, krb, krb_tcp, pop3, proxy, quic, rdp, smb, smtp, socks, ssh, ssl

  /// Runs the parser on some bytes.
  ///
  /// - Parameter bytes: Anything.
  public func run(_ bytes: [UInt8]) {
    switch self {
    case .capture: Self.capture(bytes)
    case .decode: Self.decode(bytes)
    case .flows: Self.flows(bytes)
    case .catalog: Self.catalog(bytes)
    case .list: Self.list(bytes)
    case .datagram: Self.datagram(bytes)
    case .stream: Self.stream(bytes)
    case .dns, .ftp, .http, .http2, .imap, .krb, .krb_tcp, .pop3, .proxy, .quic, .rdp, .smb, .smtp, .socks, .ssh, .ssl:
      guard let service = Service(rawValue: rawValue) else { preconditionFailure("no service \(rawValue)") }
      Self.conversation(bytes, service)
    }
  }

  /// Hands bytes over as a file.
  static func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
    let path = "\(NSTemporaryDirectory())ascribe-fuzz-\(UUID().uuidString)"
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return }
    body(path)
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func capture(_ bytes: [UInt8]) {
    withFile(bytes) { path in
      guard var source = try? CaptureSource(paths: [path], options: CaptureOptions()) else { return }
      var frames: UInt64 = 0
      while (try? source.nextBatch { batch, _ in frames &+= UInt64(batch.count) }) == true {}
      let counted = source.inputs.reduce(0) { $0 &+ $1.packetCount }
      precondition(counted >= frames, "frames were handed out that the input does not count")
    }
  }

  private static let linkTypes: [LinkType] = [
    .ethernet, .linuxSLL, .linuxSLL2, .raw, .null, .loop, .ppp, .pppHDLC, .cHDLC,
  ]

  private static func decode(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let frame = unsafe bytes.span.bytes.extracting(droppingFirst: 1)
    var packet = Packet()
    let reason = Decoder(checksums: .all).decode(
      frame, linkType: linkTypes[Int(first) % linkTypes.count], wireLength: UInt32(frame.byteCount), into: &packet)
    guard reason == nil else { return }
    precondition(Int(packet.payloadOffset) <= frame.byteCount, "payload beyond the frame")
    precondition(
      Int(packet.payloadOffset) + Int(packet.capturedPayloadLength) <= frame.byteCount, "more captured than there is")
    for _ in 0..<Decoder.maximumTunnelDepth where packet.flags.contains(.mayBeTunnel) {
      var (inner, header) = (Packet(), TunnelHeader(.gre))
      guard
        Decoder(checksums: .all).decodeInner(of: packet, in: frame, into: &inner, header: &header) == nil
      else { return }
      precondition(inner.payloadOffset >= packet.payloadOffset, "an inner packet begins before its tunnel")
      precondition(
        inner.payloadRange(in: frame).count == Int(inner.capturedPayloadLength), "more captured than there is")
      packet = inner
    }
  }

  /// A catalog with a claim on each documentation prefix, so that most flows are watched.
  private static let watchful: Catalog? = {
    var found: Catalog?
    let claims = ["198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"].enumerated().map { index, prefix in
      """
        - {id: c\(index), prefix: "\(prefix)", actor: a, relation: exclusive, kind: dedicated-allocation,
           valid_from: 2000-01-01, valid_until: null, as_of: 2026-01-01, recorded_at: 2026-01-01, max_age: 36500d,
           basis: [routing], tlp: CLEAR,
           sources: [{ref: r, reliability: B, credibility: 2, independent_group: g}]}
      """
    }
    let text = """
      actors: [{id: a, name: A, level: organisation}]
      claims:
      \(claims.joined(separator: "\n"))
      settings: {allow_documentation_ranges: true}
      """
    withFile(Array(text.utf8)) { found = try? Catalog(paths: [$0]) }
    return found
  }()

  private static func flows(_ bytes: [UInt8]) {
    guard let catalog = watchful else { preconditionFailure("the catalog of this target does not load") }
    let decoder = Decoder()
    var table = FlowTable(
      options: FlowTableOptions(), prefixes: catalog.prefixes, captureStart: Timestamp(nanoseconds: 0))
    var (offset, number, time) = (0, UInt64(0), Int64(1_000_000_000_000))
    while offset + 4 <= bytes.count {
      let length = min(Int(bytes[offset]) << 8 | Int(bytes[offset + 1]), bytes.count - offset - 4)
      time += (Int64(bytes[offset + 2]) << 8 | Int64(bytes[offset + 3])) << 20
      let frame = unsafe bytes.span.bytes.extracting(offset + 4..<offset + 4 + length)
      offset += 4 + length
      var packet = Packet()
      guard decoder.decode(frame, linkType: .raw, wireLength: UInt32(length), into: &packet) == nil else { continue }
      packet.timestamp = Timestamp(nanoseconds: time)
      number += 1
      table.observe(&packet, frame: frame, file: 0, number: number, decoder: decoder)
    }
    table.finish()
    var assessment = CaseAssessment(catalog: catalog, context: AssessmentContext())
    var packets: UInt64 = 0
    table.drain { record in
      packets += record.originatorCounts.packets + record.responderCounts.packets
      _ = assessment.add(record)
    }
    // What is inside a tunnel has a flow of its own.
    precondition(packets == number + table.counts.tunnelledPackets, "packets were lost between table and records")
    _ = assessment.finish()
  }

  private static func catalog(_ bytes: [UInt8]) { withFile(bytes) { _ = try? Catalog(paths: [$0]) } }

  private static let formats = [
    "netset", "csv", "misp-warninglist", "zeek-intel", "suricata-iprep", "stix", "rir-delegated", "mmdb", "maltrail",
    "json",
  ]

  private static func list(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let format = formats[Int(first) % formats.count]
    let match = format == "mmdb" ? ", match: country.iso_code=KP" : ""
    withFile(Array(bytes.dropFirst())) { list in
      let overlay = "{id: o, kind: hosting, snapshot: 2014-11-24, format: \(format), path: \(list)\(match)}"
      withFile(Array("overlays: [\(overlay)]".utf8)) { _ = try? Catalog(paths: [$0]) }
    }
  }

  private static let hash = KeyedHash()

  private static func conversation(_ bytes: [UInt8], _ service: Service) {
    guard bytes.count >= 2 else { return }
    let reader = ApplicationReader(hash: hash, services: [service])
    let rest = unsafe bytes.span.bytes.extracting(droppingFirst: 2)
    let split = min(Int(bytes[0]) << 8 | Int(bytes[1]), rest.byteCount)
    check(reader.read(originator: rest.extracting(0..<split), responder: rest.extracting(split..<rest.byteCount)))
    var datagrams: [Datagram] = []
    var offset = 0
    while offset + 2 <= bytes.count, datagrams.count < 16 {
      let end = min(offset + 2 + Int(bytes[offset + 1]) * 16, bytes.count)
      datagrams.append(Datagram(bytes: Array(bytes[offset + 2..<end]), isFromOriginator: bytes[offset] & 1 == 0))
      offset = end
    }
    check(reader.read(datagrams))
  }

  private static func check(_ facts: ApplicationFacts) {
    precondition(facts.entries.count <= ApplicationFacts.entryLimit, "more entries than may be kept")
    precondition(facts.tokens.count <= ApplicationFacts.tokenLimit, "more tokens than may be kept")
    precondition(facts.hops.count <= ApplicationFacts.listLimit, "more hops than may be kept")
    for field in facts.entries.flatMap(\.fields) {
      switch field.value {
      case .text(let text): precondition(text.utf8.count <= ApplicationFacts.textLimit, "a text beyond the limit")
      case .texts(let texts):
        precondition(texts.count <= ApplicationFacts.listLimit, "a list beyond the limit")
        precondition(texts.allSatisfy { $0.utf8.count <= ApplicationFacts.textLimit }, "a text beyond the limit")
      case .numbers(let numbers): precondition(numbers.count <= ApplicationFacts.listLimit, "a list beyond the limit")
      case .number, .flag: break
      }
    }
  }

  private static let ports: [UInt16] = [53, 500, 4500, 443, 3478, 5060, 4433, 40_000]

  private static func datagram(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let payload = unsafe bytes.span.bytes.extracting(droppingFirst: 1)
    let port = ports[Int(first) % ports.count]
    for (source, destination) in [(port, 40_001), (40_001, port)] as [(UInt16, UInt16)] {
      DatagramNonces.read(payload, sourcePort: source, destinationPort: destination) { _, _ in }
    }
    for isWhole in [true, false] { QUICPacket.walk(payload, isWhole: isWhole) { _ in } }
    _ = EchoPayload.isUnpredictable(payload)
  }

  private static func stream(_ bytes: [UInt8]) {
    let span = unsafe bytes.span.bytes
    if let hello = ClientHello(span) {
      for range in [hello.sessionID, hello.ticket] + hello.identities(in: span) {
        precondition(range.upperBound <= span.byteCount, "a field beyond the message")
      }
    }
    if let hello = ServerHello(span) {
      precondition(hello.sessionID.upperBound <= span.byteCount, "a field beyond the message")
    }
    if let ticket = TLSHandshake.newSessionTicket(span) {
      precondition(ticket.upperBound <= span.byteCount, "a ticket beyond the message")
    }
    for offset in 0..<min(8, span.byteCount) {
      _ = TLSRecord(span, at: offset)
      _ = SSHPacket(span, at: offset)
    }
    var start = StreamStart()
    start.search(span)
    var searched = 0
    if let end = HTTPRequestHead.end(span, searched: &searched) { _ = HTTPRequestHead(span, in: 0..<end) }
    _ = ProxyHeader.read(span)
  }
}
