import Packets

/// A mail that a client hands over with SMTP: its envelope, and what was seen of its text.
struct SMTPMail {
  /// Its number in the session, from 1.
  let number: Int
  /// The address behind MAIL FROM.
  let sender: String
  /// The addresses behind RCPT TO.
  private(set) var recipients: [String] = []
  /// What was seen of its text; nothing if the text was not sent, or was refused before.
  var text: [UInt8]?
  /// Whether the server asked for the text.
  var wasAsked = false
  /// Whether the server refused it in the end.
  var wasRefused = false

  /// Whether the mail was handed over.
  var wasSent: Bool { wasAsked && !wasRefused && text?.isEmpty == false }

  /// Adds the address behind a RCPT TO, once.
  mutating func append(recipient: String) {
    if recipients.count < ApplicationFacts.listLimit, !recipients.contains(recipient) { recipients.append(recipient) }
  }

  /// Adds bytes to the text.
  mutating func append(_ bytes: [UInt8]) {
    if text == nil { text = bytes } else { text?.append(contentsOf: bytes) }
  }

  /// The address behind `MAIL FROM:` or `RCPT TO:` (RFC 5321 section 4.1.2), without its angle brackets.
  static func path(_ argument: [UInt8]) -> String {
    let value = (argument.cut(at: UInt8(ascii: ":"))?.tail ?? argument).trimmed
    guard value.first == UInt8(ascii: "<"), let end = value.firstIndex(of: UInt8(ascii: ">")) else {
      return value.prefix { $0 != 0x20 }.map(\.self).text
    }
    return Array(value[1..<end]).text
  }

  /// Hands over what the mail says.
  ///
  /// - Parameters:
  ///   - session: Fields that the session says of each of its mails.
  ///   - collector: Where they go.
  func note(_ session: [(String, FactValue?)], in collector: inout FactCollector) {
    let message = MailMessage(text ?? [])
    let received = message.received
    let originating = message.fields.first { $0.name == "x-originating-ip" }
      .map { HTTPForwarding.node(HTTPForwarding.originating($0.value)) }
    let software = message.text("user-agent") ?? message.text("x-mailer")
    let attachments = message.attachments
    let entry: [(String, FactValue?)] = [
      ("mailfrom", .text(sender)), ("rcptto", .texts(recipients)), ("date", message.text("date").map(FactValue.text)),
      ("from", message.text("from").map(FactValue.text)), ("to", .texts(message.list("to"))),
      ("cc", .texts(message.list("cc"))), ("reply_to", message.text("reply-to").map(FactValue.text)),
      ("msg_id", message.text("message-id").map(FactValue.text)),
      ("in_reply_to", message.text("in-reply-to").map(FactValue.text)),
      ("subject", message.text("subject").map(FactValue.text)), ("user_agent", software.map(FactValue.text)),
      ("x_originating_ip", originating.map(FactValue.text)),
      ("first_received", (received.last?.text).map(FactValue.text)),
      ("second_received", (received.dropLast().last?.text).map(FactValue.text)),
      ("path", .texts(received.compactMap { ReceivedLine.address($0)?.description })),
      ("filenames", .texts(attachments.map(\.name))),
      ("file_sizes", .numbers(attachments.compactMap(\.size).map(UInt64.init))),
    ]
    collector.note("smtp", [("trans_depth", .number(UInt64(number)))] + session + entry)
    if wasSent { collector.act(.smtpSend) }
    if let id = message.text("message-id") { collector.link(.messageID, Array(id.utf8)) }
    collector.software(.mailer, software ?? "")
    // The topmost line was written last: by the client, or by whom it asked.
    if let originating { collector.hops("X-Originating-IP", [originating]) }
    collector.hops("Received", received.reversed().compactMap(ReceivedLine.node))
  }
}
