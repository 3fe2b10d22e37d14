import Packets

/// Reads Kerberos 5 over UDP and TCP (RFC 4120 section 7.2): who asked for which ticket, and whether it was given.
enum KerberosReader {
  @Sendable static func read(client: RawSpan, server: RawSpan, _ collector: inout FactCollector) -> StreamReading {
    // A side that was not seen from its beginning on tells nothing; the other one still does.
    let (asked, answered) = (messages(in: client), messages(in: server))
    guard !asked.isEmpty || !answered.isEmpty else { return .other }
    var exchanges = KerberosExchanges()
    guard asked.allSatisfy({ exchanges.add($0, isAnswer: false) }),
      answered.allSatisfy({ exchanges.add($0, isAnswer: true) })
    else { return .other }
    collector.recognise(.krbTCP)
    exchanges.note(&collector)
    return .recognised
  }

  @Sendable static func read(_ datagrams: [Datagram], _ collector: inout FactCollector) -> Bool {
    var exchanges = KerberosExchanges()
    var count = 0
    for datagram in datagrams {
      // The capture may have cut a datagram; behind a message nothing stands.
      guard let message = datagram.bytes.withRawSpan({ KerberosMessage($0) }), message.length >= datagram.bytes.count
      else { continue }
      if exchanges.add(message) { count += 1 }
    }
    guard count > datagrams.count / 2 else { return false }
    collector.recognise(.krb)
    exchanges.note(&collector)
    return true
  }

  /// The messages that one direction begins with, each behind its length (RFC 4120 section 7.2.2).
  private static func messages(in stream: RawSpan) -> [KerberosMessage] {
    var messages: [KerberosMessage] = []
    var cursor = MessageCursor(0..<stream.byteCount)
    while messages.count < ApplicationFacts.entryLimit, let length = cursor.integer(4, in: stream) {
      let count = min(length, cursor.rest.count)
      guard let range = cursor.skip(count), let message = KerberosMessage(stream.extracting(range)),
        message.length == length
      else { break }
      messages.append(message)
    }
    return messages
  }
}
