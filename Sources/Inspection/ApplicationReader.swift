public import Cryptography
import Packets

/// Reads what the beginnings of a flow's two directions say, by content and not by port.
///
/// A protocol that hands over to another one (STARTTLS, SOCKS, CONNECT, PROXY) is followed. Reads nothing twice, keeps
/// nothing between flows, and is total: any bytes give facts or none. May be shared by threads.
public struct ApplicationReader: Sendable {
  /// Protocols inside one another.
  private static let depthLimit = 4

  private let hash: KeyedHash
  private let streamReaders: [StreamReader]
  private let datagramReaders: [DatagramReader]

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - hash: Makes equal secrets equal; the facts of readers with different ones cannot be compared.
  ///   - services: The protocols that are tried.
  public init(hash: KeyedHash, services: Set<Service> = Set(Service.allCases)) {
    self.hash = hash
    streamReaders = Self.streamReaders.filter { services.contains($0.service) }.map(\.read)
    datagramReaders = Self.datagramReaders.filter { services.contains($0.service) }.map(\.read)
  }

  /// Reads a TCP flow.
  ///
  /// - Parameters:
  ///   - originator: The first bytes of the originator in order; empty if none were captured.
  ///   - responder: The same of the responder.
  /// - Returns: What they say.
  /// - Complexity: O(n) in the bytes, times the protocols that are tried.
  public func read(originator: RawSpan, responder: RawSpan) -> ApplicationFacts {
    var collector = FactCollector(hash: hash)
    var (first, second) = (0, 0)
    for _ in 0..<Self.depthLimit {
      let reading = step(
        originator.extracting(first..<originator.byteCount), responder.extracting(second..<responder.byteCount),
        &collector)
      guard case .handover(let client, let server) = reading else { break }
      first += collector.clientIsOriginator ? client : server
      second += collector.clientIsOriginator ? server : client
      guard first <= originator.byteCount, second <= responder.byteCount else { break }
    }
    return collector.finish()
  }

  /// Reads a UDP flow.
  ///
  /// - Parameter datagrams: The first datagrams of both directions, in the order in which they were captured.
  /// - Returns: What they say.
  public func read(_ datagrams: [Datagram]) -> ApplicationFacts {
    var collector = FactCollector(hash: hash)
    for read in datagramReaders where read(datagrams, &collector) { break }
    return collector.finish()
  }

  private func step(
    _ originator: RawSpan, _ responder: RawSpan, _ collector: inout FactCollector
  ) -> StreamReading {
    guard originator.byteCount > 0 || responder.byteCount > 0 else { return .other }
    for read in streamReaders {
      collector.clientIsOriginator = true
      let forward = read(originator, responder, &collector)
      if forward != .other { return forward }
      collector.clientIsOriginator = false
      let backward = read(responder, originator, &collector)
      if backward != .other { return backward }
    }
    return .other
  }

  /// Reads a protocol over TCP: the client's bytes, the server's, and where findings go.
  typealias StreamReader = @Sendable (_ client: RawSpan, _ server: RawSpan, inout FactCollector) -> StreamReading
  /// Reads a protocol over UDP; whether it is that protocol.
  typealias DatagramReader = @Sendable (_ datagrams: [Datagram], inout FactCollector) -> Bool

  /// In the order in which they are tried: what is told by most bytes first.
  private static let streamReaders: [(service: Service, read: StreamReader)] = [
    (.proxy, ProxyReader.read), (.ssl, TLSReader.read), (.ssh, SSHReader.read), (.http2, HTTP2Reader.read),
    (.http, HTTPReader.read), (.smb, SMBReader.read), (.rdp, RDPReader.read), (.socks, SOCKSReader.read),
    (.krbTCP, KerberosReader.read), (.imap, IMAPReader.read), (.pop3, POP3Reader.read), (.smtp, SMTPReader.read),
    (.ftp, FTPReader.read), (.dns, DNSReader.read), (.ssl, TLSReader.readUpgrade),
  ]
  private static let datagramReaders: [(service: Service, read: DatagramReader)] = [
    (.quic, QUICReader.read), (.ssl, DTLSReader.read), (.krb, KerberosReader.read), (.dns, DNSReader.read),
  ]
}

/// What a reader made of a stream.
enum StreamReading: Equatable {
  /// It is another protocol, or too little of this one to tell.
  case other
  /// It is this protocol.
  case recognised
  /// It is this protocol up to these offsets of client and server; another one follows.
  case handover(client: Int, server: Int)
}

/// A datagram of a flow.
public struct Datagram: Sendable, Equatable {
  /// What was captured of its payload.
  public let bytes: [UInt8]
  /// Whether the flow's originator sent it.
  public let isFromOriginator: Bool

  /// Makes a datagram.
  ///
  /// - Parameters:
  ///   - bytes: What was captured of its payload.
  ///   - isFromOriginator: Whether the flow's originator sent it.
  public init(bytes: [UInt8], isFromOriginator: Bool) {
    self.bytes = bytes
    self.isFromOriginator = isFromOriginator
  }
}
