import Inspection
import Packets

/// Reads whom a TCP originator says that it forwards for: the PROXY protocol, and the heads of HTTP/1 requests.
///
/// A trusted proxy's word is kept as attested; of anybody else the first head is a claim in content (methodology 3).
/// Two kinds of header that name different addresses cancel each other: a proxy writes one kind and lets the other pass as
/// the client typed it. A connection of a trusted proxy may carry requests of several clients; the first address that the
/// catalog covers counts.
struct ForwardedReader {
  /// How far the reader is.
  private enum Step {
    /// The PROXY protocol may come.
    case proxyHeader
    /// A request may begin.
    case request
    /// The end of a head is awaited.
    case head
    case over
  }

  /// Whether the sender is a trusted proxy, or forwards for one.
  private var isTrusted: Bool
  private var step: Step
  /// Where the request begins.
  private var start = 0
  private var searched = 0
  /// Whether a request was recognised.
  private(set) var isHTTP = false
  /// Where the content behind the PROXY protocol begins; nothing while that is not known.
  private(set) var contentStart: Int?
  private(set) var attested: AttestedAddress?
  private(set) var claim: ContentClaim?

  /// Makes a reader.
  ///
  /// - Parameter isTrusted: Whether the originator is a trusted proxy.
  init(isTrusted: Bool) {
    self.isTrusted = isTrusted
    step = isTrusted ? .proxyHeader : .request
    contentStart = isTrusted ? nil : 0
  }

  /// Whether more bytes may say something.
  var isOver: Bool { step == .over }

  /// Goes on with the originator's bytes.
  ///
  /// - Parameters:
  ///   - bytes: The bytes so far.
  ///   - trust: Whether an address is a trusted proxy's.
  ///   - attest: An address as attested; nothing if no catalog entry covers it.
  /// - Complexity: O(n) in the bytes added.
  mutating func read(
    _ bytes: RawSpan, trust: (IPAddress) -> Bool,
    attest: (IPAddress, String) -> AttestedAddress?
  ) {
    if step == .proxyHeader {
      switch ProxyHeader.read(bytes) {
      case .open: return
      case .none: break
      case .found(let header):
        start = header.length
        switch header.source {
        case .proxy: break
        case .unknown: isTrusted = false
        case .address(let address):
          isTrusted = trust(address)
          if !isTrusted { attested = attest(address, "PROXY") }
        }
      }
      contentStart = start
      step = .request
    }
    while step == .request || step == .head {
      if step == .request {
        guard start < bytes.byteCount, let isRequest = HTTPRequestHead.begins(bytes, at: start) else { return }
        guard isRequest else { break }
        isHTTP = true
        searched = start
        step = .head
      }
      guard let end = HTTPRequestHead.end(bytes, searched: &searched) else { return }
      guard let head = HTTPRequestHead(bytes, in: start..<end) else { break }
      take(head.forwarded, trust: trust, attest: attest)
      guard isTrusted, attested == nil, let length = head.bodyLength else { break }
      start = end + length
      step = .request
    }
    step = .over
  }

  private mutating func take(
    _ chains: [ForwardedChain], trust: (IPAddress) -> Bool,
    attest: (IPAddress, String) -> AttestedAddress?
  ) {
    guard isTrusted else {
      for chain in chains {
        if claim == nil, let address = chain.hops.lazy.compactMap(\.self).first {
          claim = ContentClaim(header: chain.field.rawValue, address: address)
        }
      }
      return
    }
    let reports = chains.compactMap { chain in
      chain.field == .xOriginatingIP ? nil : chain.reported(trust).map { (address: $0, header: chain.field.rawValue) }
    }
    guard let report = reports.first, reports.allSatisfy({ $0.address == report.address }) else { return }
    attested = attest(report.address, report.header)
  }
}
