import Catalog
import Packets
import TestSupport

@testable import Flows

/// Datagrams between X, which the catalog covers, and us.
struct DatagramTalk {
  static let ranges = [
    IPAddress(v4: 0xC633_6407), IPAddress(high: 0x2001_0DB8_0000_0001, low: 7),
  ]
  static let prefixes = PrefixTable(
    ranges.compactMap { address in
      IPPrefix(address: address, length: address.isIPv4 ? 32 : 128).map { (prefix: $0, entry: .claim(0)) }
    })

  var talk: Conversation
  private let xSide: Conversation.Side

  /// - Parameters:
  ///   - port: The service's port.
  ///   - asker: Port of the other side.
  ///   - weAsk: Whether X is the server.
  ///   - family: 0 for IPv4, 1 for IPv6.
  init(port: UInt16, asker: UInt16 = 40_000, weAsk: Bool = false, family: Int = 0) {
    let x = endpointPairs[family].range.address
    let us = endpointPairs[family].us.address
    talk = Conversation(
      client: Endpoint(address: weAsk ? us : x, port: asker), server: Endpoint(address: weAsk ? x : us, port: port))
    xSide = weAsk ? .server : .client
  }

  mutating func x(_ payload: [UInt8], edit: (inout FrameBuilder) -> Void = { _ in }) {
    talk.datagram(payload, from: xSide, edit: edit)
  }

  mutating func us(_ payload: [UInt8], edit: (inout FrameBuilder) -> Void = { _ in }) {
    talk.datagram(payload, from: xSide.other, edit: edit)
  }

  var records: [FlowRecord] { flows(of: talk.frames, prefixes: Self.prefixes) }

  /// What the only flow proves of X.
  var evidence: SideEvidence? { records.count == 1 ? records.first?.evidence(of: talk[xSide].endpoint.address) : nil }
  /// What it proves of us.
  var ours: SideEvidence? {
    records.count == 1 ? records.first?.evidence(of: talk[xSide.other].endpoint.address) : nil
  }
}

extension FlowRecord {
  func evidence(of address: IPAddress) -> SideEvidence {
    originator.address == address ? originatorEvidence : responderEvidence
  }
}

extension SideEvidence {
  static let echoed = SideEvidence(.e3, .nonceEcho)
  static let twoWay = SideEvidence(.e2, .twoWayUnverified)
  static let claimed = SideEvidence(.e1, .oneWay)
  static let guessed = SideEvidence(.e0, .isnGuessing)
  static let exchanged = SideEvidence(.e5, .keyExchange)
}
