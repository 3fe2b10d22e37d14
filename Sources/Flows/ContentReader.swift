import Cryptography
import Inspection
import Packets

/// How much of a flow's content is kept, and who reads it.
struct ContentReader {
  /// Datagrams of a flow that are kept.
  static let datagramLimit = 16

  /// Bytes that the content of all TCP flows of a part of the address pairs and what was learnt of it may take; of UDP
  /// flows a quarter of it.
  static let poolLimit = (512 << 20) / FlowShare.parts

  /// Bytes of a direction that are read at most; 0 if none are.
  let limit: Int
  let hash: KeyedHash
  private let application: ApplicationReader

  init(limit: Int, hash: KeyedHash) {
    self.limit = limit
    self.hash = hash
    application = ApplicationReader(hash: hash)
  }

  /// Whether content is read.
  var isOn: Bool { limit > 0 }
  /// Bytes of a direction of a TCP flow that are kept: what proofs need at least.
  var headLimit: Int { max(limit, StreamHead.defaultLimit) }
  /// The same for the client of a mail server, whose header is long.
  var mailLimit: Int { 4 * limit }

  /// Whether a server greets as those of SMTP do.
  func isMail(server: [UInt8]) -> Bool { limit > 0 && server.starts(with: [0x32, 0x32, 0x30]) }

  /// Reads both directions of a TCP flow.
  func read(originator: [UInt8], responder: [UInt8]) -> ApplicationFacts {
    guard isOn, !originator.isEmpty || !responder.isEmpty else { return ApplicationFacts() }
    let most = isMail(server: responder) ? mailLimit : limit
    return originator.withRawSpan { originator in
      responder.withRawSpan { responder in
        application.read(
          originator: originator.extracting(0..<min(most, originator.byteCount)),
          responder: responder.extracting(0..<min(limit, responder.byteCount)))
      }
    }
  }

  /// Reads the datagrams of a UDP flow.
  func read(_ datagrams: [Datagram]) -> ApplicationFacts {
    isOn && !datagrams.isEmpty ? application.read(datagrams) : ApplicationFacts()
  }
}
