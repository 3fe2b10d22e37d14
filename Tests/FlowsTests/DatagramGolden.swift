import Inspection
import TestSupport

@testable import Flows

/// A message as its author meant it: the bytes, and the values in them by the words of the RFCs.
struct GoldenMessage {
  struct Value: Hashable {
    var kind: Nonce.Kind
    var bytes: [UInt8]
  }

  struct QUIC {
    var type: Message.QUICType?
    var destination: [UInt8] = []
    var source: [UInt8] = []
  }

  var fromForward: Bool
  var payload: [UInt8]
  var chosen: [Value] = []
  var returned: [Value] = []
  /// An IKEv1 initiator cookie with the responder's, of which the header does not say who chose it.
  var cookies: (initiator: Value, responder: Value)?
  /// A packet with a long header, or with a short one where there is no type.
  var quic: QUIC?
}

/// The slow model of 2.4: it keeps every message, and asks of each whether it returns what the other side had chosen.
struct GoldenExchange {
  let messages: [GoldenMessage]
  let sourcePorts: (forward: UInt16, backward: UInt16)

  private func values(_ message: GoldenMessage) -> [GoldenMessage.Value] {
    var all = message.chosen + message.returned
    if let cookies = message.cookies { all += [cookies.initiator, cookies.responder] }
    if let quic = message.quic, quic.type != nil {
      for id in [quic.destination, quic.source] where id.count >= 8 {
        all.append(GoldenMessage.Value(kind: .quicConnectionID, bytes: id))
      }
    }
    return all
  }

  /// Whether a side sent a value before a message.
  private func sent(_ value: GoldenMessage.Value, byForward: Bool, before index: Int) -> Bool {
    messages[..<index].contains { $0.fromForward == byForward && values($0).contains(value) }
  }

  /// Whether a side chose a value before a message, and the other side had not sent it before that.
  private func chose(_ value: GoldenMessage.Value, byForward: Bool, before index: Int) -> Bool {
    // Only the first time counts: later the sender may only repeat it.
    guard
      let first = messages[..<index].firstIndex(where: { $0.fromForward == byForward && values($0).contains(value) })
    else { return false }
    guard !sent(value, byForward: !byForward, before: first) else { return false }
    let message = messages[first]
    if message.chosen.contains(value) { return true }
    if let cookies = message.cookies, cookies.responder == value {
      return chose(cookies.initiator, byForward: !byForward, before: first)
    }
    guard let quic = message.quic, quic.source == value.bytes, value.kind == .quicConnectionID,
      quic.destination != quic.source
    else { return false }
    let others = messages[..<first].filter { $0.fromForward != byForward && $0.quic?.type != nil }
    if others.isEmpty { return (byForward ? sourcePorts.forward : sourcePorts.backward) >= 1_024 }
    // What the other side sent to before, unless it had been told to.
    let guesses = Set(others.compactMap(\.quic?.destination)).filter { id in
      !id.isEmpty
        && !returns(GoldenMessage.Value(kind: .quicConnectionID, bytes: id), byForward: !byForward, before: first)
    }
    return guesses.count <= 2 && !guesses.contains { Self.resembles(quic.source, $0) }
  }

  private func returns(_ value: GoldenMessage.Value, byForward: Bool, before index: Int) -> Bool {
    value.bytes.count >= 8
      && messages[..<index].indices.contains { place in
        messages[place].fromForward == byForward && messages[place].quic?.destination == value.bytes
          && chose(value, byForward: !byForward, before: place)
      }
  }

  /// Half of the first or last eight bytes alike; the model's ids are never hashes.
  private static func resembles(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let heads = zip(a.prefix(8), b.prefix(8)).count { $0 == $1 }
    let tails = zip(a.suffix(8).reversed(), b.suffix(8).reversed()).count { $0 == $1 }
    return heads >= 4 || tails >= 4
  }

  /// What a message claims to return.
  private func returnedValues(at index: Int) -> [GoldenMessage.Value] {
    let message = messages[index]
    var all = message.returned
    if let cookies = message.cookies {
      all.append(cookies.initiator)
      // Only who sent the initiator's cookie first returns the responder's.
      let first = messages[..<index].firstIndex {
        $0.fromForward == message.fromForward && values($0).contains(cookies.initiator)
      }
      if let first, !sent(cookies.initiator, byForward: !message.fromForward, before: first) {
        all.append(cookies.responder)
      }
    }
    if let quic = message.quic, quic.type != nil, quic.destination.count >= 8 {
      all.append(GoldenMessage.Value(kind: .quicConnectionID, bytes: quic.destination))
    }
    return all
  }

  /// Indices of the messages in which a side returned what the other had chosen.
  private func echoes(ofForward: Bool) -> [Int] {
    messages.indices.filter { index in
      messages[index].fromForward == ofForward
        && returnedValues(at: index).contains { chose($0, byForward: !ofForward, before: index) }
    }
  }

  /// Whether each side sent as few values as the state keeps, so that both must agree.
  var isSmall: Bool {
    [true, false].allSatisfy { side in
      Set(messages.filter { $0.fromForward == side }.flatMap(values)).count <= 8
    }
  }

  /// The grade of a side.
  func evidence(ofForward: Bool) -> SideEvidence {
    let isTwoWay = messages.contains { $0.fromForward } && messages.contains { !$0.fromForward }
    guard isTwoWay else { return .claimed }
    let opening = messages.first { $0.quic?.type != nil }
    let client: Bool? =
      opening.flatMap { $0.quic?.type == .initial || $0.quic?.type == .zeroRTT ? $0.fromForward : nil }
    let echoes = echoes(ofForward: ofForward)
    guard let first = echoes.first else {
      let isSilentClient =
        client == ofForward
        && !messages.indices.contains { index in
          guard messages[index].fromForward == ofForward, let quic = messages[index].quic else { return false }
          return (quic.type == nil || quic.type == .handshake)
            && messages[..<index].contains { $0.fromForward != ofForward && $0.quic?.type != nil }
        }
      return isSilentClient ? .claimed : .twoWay
    }
    var wrong: Set<GoldenMessage.Value> = []
    for index in messages.indices where messages[index].fromForward == ofForward {
      for value in returnedValues(at: index) where index < first || value.kind.isShort {
        if !sent(value, byForward: true, before: index), !sent(value, byForward: false, before: index) {
          wrong.insert(value)
        }
      }
    }
    if wrong.count >= 8 { return .guessed }
    guard let client else { return .echoed }
    let completed = messages.indices.contains { index in
      let message = messages[index]
      guard message.fromForward == client, let quic = message.quic, quic.type == .handshake else { return false }
      return quic.destination.count >= 8
        && chose(
          GoldenMessage.Value(kind: .quicConnectionID, bytes: quic.destination), byForward: !client, before: index)
        && messages[..<index].contains {
          $0.fromForward != client && ($0.quic?.type == .initial || $0.quic?.type == .handshake)
        }
    }
    return completed ? .exchanged : .echoed
  }
}
