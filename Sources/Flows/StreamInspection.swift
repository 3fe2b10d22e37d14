import Inspection
import Packets

/// What the two streams of one watched TCP flow say, from their first bytes.
///
/// Holds bytes only while something may still be learnt from them; what was learnt stays until the flow ends.
struct StreamInspection {
  /// The sequence numbers of the two SYNs.
  struct Initials {
    /// Of the sender of the flow's first packet.
    var source: UInt32
    /// Of the other side.
    var destination: UInt32
  }

  private enum Content {
    /// Too few bytes, or text.
    case open
    case tls(TLSExchange, clientIsSource: Bool)
    case ssh(SSHExchange)
  }

  private var source: StreamHead
  private var destination: StreamHead
  private var sourceStart: StreamStart?
  private var destinationStart: StreamStart?
  private var content = Content.open
  /// Whether no more can be proved.
  private var hasProof: Bool
  private var forwarded: ForwardedReader
  /// Whether the sender of the flow's first packet opened the connection.
  private let sourceIsOriginator: Bool
  /// Whether both SYNs were seen, so that what the streams prove can be told.
  private(set) var isAnchored: Bool
  /// Whether no segment came but SYNs with payload (RFC 7413).
  private var hasOnlySYN = true
  private let reader: ContentReader
  private(set) var facts = StreamFacts()
  /// What the content says, once it is read.
  private var application = ApplicationFacts() {
    didSet { applicationFootprint = application.footprint }
  }
  private var applicationFootprint = 0
  /// Whether the content is read: no more of it is wanted.
  private var isRead: Bool

  /// Makes an inspection that has seen nothing.
  ///
  /// - Parameters:
  ///   - initials: The sequence numbers of the SYNs, or what stands in for them.
  ///   - isAnchored: Whether they are those of SYNs.
  ///   - sourceIsOriginator: Whether the sender of the flow's first packet opened the connection.
  ///   - originatorIsTrusted: Whether it is a trusted proxy that speaks to us.
  ///   - reader: Reads the content.
  init(
    _ initials: Initials, isAnchored: Bool, sourceIsOriginator: Bool, originatorIsTrusted: Bool, reader: ContentReader
  ) {
    source = StreamHead(initial: initials.source, limit: reader.headLimit)
    destination = StreamHead(initial: initials.destination, limit: reader.headLimit)
    self.isAnchored = isAnchored
    self.sourceIsOriginator = sourceIsOriginator
    self.reader = reader
    hasProof = !isAnchored
    forwarded = ForwardedReader(isTrusted: originatorIsTrusted)
    if sourceIsOriginator { destinationStart = StreamStart() } else { sourceStart = StreamStart() }
    isRead = !reader.isOn
  }

  /// Whether nothing more is wanted.
  var isOver: Bool { hasProof && isRead }

  /// Whom a trusted proxy of ours reports as the origin.
  var attested: AttestedAddress? { forwarded.attested }

  /// Bytes of memory that the inspection holds beyond its own size.
  ///
  /// Inlined, as what it asks: the inspection would be copied to be asked out of line.
  @inline(__always)
  var footprint: Int {
    let heads = source.footprint + destination.footprint + applicationFootprint
    // Content is large, and looked at only where it may hold something.
    guard facts.content == .tls, case .tls(let exchange, _) = content else { return heads }
    return heads + exchange.footprint
  }

  /// Whether the SYNs are still those that the inspection began with.
  func rests(on initials: Initials) -> Bool {
    source.initial == initials.source && destination.initial == initials.destination
  }

  /// Takes a segment.
  ///
  /// - Parameters:
  ///   - packet: The segment.
  ///   - payload: What the capture holds of its payload.
  ///   - isForward: Whether the sender of the flow's first packet sent it.
  ///   - trust: Whether an address is a trusted proxy's.
  ///   - attest: An address as attested; nothing if no catalog entry covers it.
  /// - Complexity: O(n) in the bytes added, amortised.
  mutating func take(
    _ packet: Packet, _ payload: RawSpan, isForward: Bool, trust: (IPAddress) -> Bool,
    attest: (IPAddress, String) -> AttestedAddress?
  ) {
    guard !isOver, !Self.isPadding(payload, packet.tcp.flags) else { return }
    if !isAnchored { anchor(packet, isForward: isForward) }
    let flags = packet.tcp.flags
    if !flags.contains(.syn) { hasOnlySYN = false }
    let other = isForward ? destination.initial : source.initial
    // Below 2³¹: the caller keeps further turns of the sequence space out.
    let acknowledged = Int(Int32(bitPattern: packet.tcp.acknowledgement &- other &- 1))
    let sequence = packet.tcp.sequence &+ (flags.contains(.syn) ? 1 : 0)
    let isCut = payload.byteCount < Int(packet.payloadLength)
    func next(_ head: inout StreamHead, _ isFirst: Bool) -> StreamHead.Piece? {
      isFirst
        ? head.take(
          payload, sequence: sequence, acknowledged: flags.contains(.ack) ? acknowledged : nil, isCut: isCut)
          ?? head.takeHeld()
        : head.takeHeld()
    }
    var isFirst = true
    while !isOver, let piece = isForward ? next(&source, isFirst) : next(&destination, isFirst) {
      isFirst = false
      if !hasProof { read(piece, isForward: isForward, trust: trust, attest: attest) }
    }
    settle()
  }

  /// Whether what counts as payload is the padding of a short Ethernet frame, as some devices capture it.
  ///
  /// At most six zero bytes that nobody pushed; the real bytes come after them under the same sequence number.
  private static func isPadding(_ payload: RawSpan, _ flags: TCPFlags) -> Bool {
    payload.byteCount <= 6 && flags.isDisjoint(with: [.psh, .syn, .fin, .rst])
      && (0..<payload.byteCount).allSatisfy { payload.uint8(at: $0) == 0 }
  }

  /// What the content says so far.
  ///
  /// - Parameter sourceIsOriginator: Whether the sender of the flow's first packet is the originator, as known by now.
  /// - Returns: What it says.
  func application(sourceIsOriginator: Bool) -> ApplicationFacts {
    if isRead { return application }
    return reader.read(
      originator: sourceIsOriginator ? source.bytes : destination.bytes,
      responder: sourceIsOriginator ? destination.bytes : source.bytes)
  }

  /// Gives up: what was not shown yet will not be, and the content is read as far as it is there.
  ///
  /// - Parameter sourceIsOriginator: Whether the sender of the flow's first packet is the originator.
  mutating func end(sourceIsOriginator: Bool) {
    application = application(sourceIsOriginator: sourceIsOriginator)
    isRead = true
    endProof()
  }

  mutating func forget() {
    (facts, application, isRead) = (StreamFacts(), ApplicationFacts(), true)
    endProof()
  }

  /// Gives up to prove more.
  private mutating func endProof() {
    hasProof = true
    content = .open
    sourceStart = nil
    destinationStart = nil
    guard isRead else { return }
    source.release()
    destination.release()
  }

  /// Goes on from both SYNs, if nothing came but the payload of the first and the other side has taken that.
  ///
  /// It is content, and proves nothing: a key exchange that begins in a SYN raises no grade, whether content is read or not.
  ///
  /// - Parameters:
  ///   - initials: The sequence numbers of the SYNs.
  ///   - acknowledged: Bytes of the source that the other side has acknowledged.
  /// - Returns: False, and nothing changed, if the streams are to begin again.
  mutating func anchor(at initials: Initials, acknowledged: UInt64) -> Bool {
    guard hasOnlySYN, source.initial == initials.source, UInt64(source.bytes.count) <= acknowledged else {
      return false
    }
    destination = StreamHead(initial: initials.destination, limit: reader.headLimit)
    isAnchored = true
    return true
  }

  /// Lets a direction without a SYN begin with its first segment.
  private mutating func anchor(_ packet: Packet, isForward: Bool) {
    let head = isForward ? source : destination
    guard head.bytes.isEmpty, !head.isWaiting else { return }
    let anchored = StreamHead(
      initial: packet.tcp.sequence &- (packet.tcp.flags.contains(.syn) ? 0 : 1), limit: reader.headLimit)
    if isForward { source = anchored } else { destination = anchored }
  }

  // MARK: Reading

  private mutating func read(
    _ piece: StreamHead.Piece, isForward: Bool, trust: (IPAddress) -> Bool,
    attest: (IPAddress, String) -> AttestedAddress?
  ) {
    if isForward == sourceIsOriginator, !forwarded.isOver {
      (isForward ? source.bytes : destination.bytes).withRawSpan { forwarded.read($0, trust: trust, attest: attest) }
      facts.claim = forwarded.claim
      if let start = forwarded.contentStart {
        if sourceIsOriginator, sourceStart == nil { sourceStart = StreamStart(at: start) }
        if !sourceIsOriginator, destinationStart == nil { destinationStart = StreamStart(at: start) }
      }
    }
    if case .open = content { begin(isForward: isForward) }
    let bytes = isForward ? source.bytes : destination.bytes
    switch content {
    case .tls(var exchange, let clientIsSource):
      // Lent, not copied.
      content = .open
      bytes.withRawSpan { exchange.take(piece, $0, fromClient: isForward == clientIsSource) }
      content = .tls(exchange, clientIsSource: clientIsSource)
    case .ssh(var exchange):
      bytes.withRawSpan { exchange.take(piece, $0, isFirst: isForward) }
      content = .ssh(exchange)
    case .open: break
    }
  }

  /// Looks for the protocol, and lets it have the bytes of the other direction that came before it was known.
  private mutating func begin(isForward: Bool) {
    if isForward {
      source.bytes.withRawSpan { span in sourceStart?.search(span) }
    } else {
      destination.bytes.withRawSpan { span in destinationStart?.search(span) }
    }
    guard let first = sourceStart, let second = destinationStart else { return }
    let (one, other) = (source.bytes.count, destination.bytes.count)
    switch (first.kind, second.kind) {
    case (.tlsClient, .tlsServer), (.tlsServer, .tlsClient):
      let clientIsSource = first.kind == .tlsClient
      var exchange = TLSExchange(
        client: (clientIsSource ? first : second).offset, server: (clientIsSource ? second : first).offset,
        hash: reader.hash)
      facts.content = .tls
      // The direction that did not just grow; the other one follows with its piece.
      let earlier = StreamHead.Piece(range: 0..<(isForward ? other : one), acknowledged: nil)
      (isForward ? destination.bytes : source.bytes).withRawSpan {
        exchange.take(earlier, $0, fromClient: isForward != clientIsSource)
      }
      content = .tls(exchange, clientIsSource: clientIsSource)
    case (.ssh, .ssh):
      var exchange = SSHExchange(first: first.offset, second: second.offset)
      facts.content = .ssh
      let earlier = StreamHead.Piece(range: 0..<(isForward ? other : one), acknowledged: nil)
      (isForward ? destination.bytes : source.bytes).withRawSpan { exchange.take(earlier, $0, isFirst: !isForward) }
      content = .ssh(exchange)
    default: break
    }
  }

  // MARK: Ending

  /// Gives back what is no longer wanted.
  private mutating func settle() {
    if source.standing == .contradictory || destination.standing == .contradictory {
      // Nobody can say which of the two copies was sent.
      facts.isContradictory = true
      application = ApplicationFacts()
      isRead = true
      endProof()
      return
    }
    if !hasProof { settleProof() }
    let mayGrow = source.standing == .open || destination.standing == .open
    if !isRead, facts.completedKeyExchange || !mayGrow { end(sourceIsOriginator: sourceIsOriginator) }
    if !isRead, reader.isMail(server: sourceIsOriginator ? destination.bytes : source.bytes) {
      if sourceIsOriginator {
        source.raiseLimit(to: reader.mailLimit)
      } else {
        destination.raiseLimit(to: reader.mailLimit)
      }
    }
  }

  /// Gives back what no proof needs any more, unless the content is still to be read.
  private mutating func settleProof() {
    switch content {
    case .tls(let exchange, let clientIsSource):
      if exchange.isComplete {
        facts.completedKeyExchange = true
        facts.tokens = exchange.tokens(clientIsOriginator: clientIsSource == sourceIsOriginator)
      }
      let client = clientIsSource ? source.standing : destination.standing
      let server = clientIsSource ? destination.standing : source.standing
      if exchange.isComplete || exchange.isOver || exchange.wantsClient && client != .open || server != .open {
        endProof()
      } else if !exchange.wantsClient {
        giveBack(ofSource: clientIsSource)
      }
    case .ssh(let exchange):
      if exchange.isComplete { facts.completedKeyExchange = true }
      if exchange.isComplete || exchange.isOver || source.standing != .open || destination.standing != .open {
        endProof()
      }
    case .open:
      if forwarded.isHTTP { facts.content = .http }
      let mayTurn =
        !forwarded.isHTTP && sourceStart?.kind != .other && destinationStart?.kind != .other
        && source.standing == .open && destination.standing == .open
      guard !mayTurn else { break }
      // Only the originator's own words are still of interest.
      giveBack(ofSource: !sourceIsOriginator)
      if forwarded.isOver || (sourceIsOriginator ? source.standing : destination.standing) != .open { endProof() }
    }
  }

  private mutating func giveBack(ofSource: Bool) {
    guard isRead else { return }
    if ofSource { source.release() } else { destination.release() }
  }
}

extension StreamInspection: PooledContent {}
