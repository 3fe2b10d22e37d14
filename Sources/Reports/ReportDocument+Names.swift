import Assessment
import Packets

/// How renderings name what a document holds.
extension ReportDocument {
  /// The axes that may be corroborated, in the order in which they are named.
  static let axes = ["path", "control", "operator"]

  /// The sentence that stamps a rendering of demonstration data; nothing otherwise.
  var stamp: String? { demonstrationData ? Report.demonstrationStamp : nil }

  /// The marking, if it is a label of TLP 2.0; else the strictest, for what cannot be read must not be shared.
  var label: String {
    ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"].contains(marking) ? marking : "TLP:RED"
  }

  /// The name of an actor that a finding or claim names, with its id where the names do not say which.
  ///
  /// - Parameter id: The actor's id.
  /// - Returns: Its name, or the id where nothing names it.
  func actorName(_ id: String) -> String {
    let named = claims.compactMap(\.actor) + findings.compactMap(\.actor)
    return named.first { $0.id == id }?.name ?? id
  }

  /// Whom or what a finding's range is recorded for.
  func subject(of finding: Finding) -> String { finding.actor?.name ?? finding.overlays.first ?? "no actor" }

  /// Where a frame stands: `ba41c14c#205`, the first digits of the capture's SHA-256 and Wireshark's number of the frame.
  func citation(_ number: UInt64, inputAt index: Int) -> String {
    guard inputs.indices.contains(index) else { return "input \(index)#\(number)" }
    return "\(inputs[index].sha256.map { String($0.prefix(8)) } ?? inputs[index].name)#\(number)"
  }

  /// The flow of a finding whose address is verified best, of those that cite frames.
  func bestFlow(of finding: Finding) -> (flow: Flow, frames: Flow.Frames)? {
    let cited = finding.flows.compactMap { flow in flow.frames.map { (flow: flow, frames: $0) } }
    let best = cited.map { $0.flow.grade ?? "" }.max()
    return cited.first { ($0.flow.grade ?? "") == best }
  }

  /// From when until when, for people; the date once where both ends lie on one day.
  static func range(_ first: String?, _ last: String?) -> String? {
    guard let first, let last else { return nil }
    let (start, end) = (first.readableTime, last.readableTime)
    guard start != end else { return "\(start) UTC" }
    return "\(start) to \(start.prefix(11) == end.prefix(11) ? String(end.dropFirst(11)) : end) UTC"
  }
}

extension ReportDocument.Finding {
  /// `EXCLUSIVE (direct)`.
  var title: String { "\(verdict.uppercased()) (\(reason))" }

  /// The weakest and the strongest grade of the flows listed, as `E4` or `E2 to E4`; nothing where none has one.
  var gradeRange: String? {
    let grades = flows.compactMap(\.grade)
    guard let weakest = grades.min(), let strongest = grades.max() else { return nil }
    return weakest == strongest ? weakest : "\(weakest) to \(strongest)"
  }
}

extension ReportDocument.Flow {
  /// `198.51.100.7:47812`, as RFC 5952 section 6 writes it.
  var originator: String { Self.endpoint(originatorAddress, originatorPort) }
  /// The other end.
  var responder: String { Self.endpoint(responderAddress, responderPort) }

  private static func endpoint(_ address: String, _ port: UInt16) -> String {
    address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}

extension ReportDocument.Flow.Frames {
  /// The frames with what each of them is.
  var named: [(number: UInt64, name: String)] {
    let fixing: [(number: UInt64?, name: String)] = [
      (syn, "SYN"), (synAck, "SYN-ACK"), (ack, "ACK"), (ackedData, "data acknowledged"),
    ]
    let known = fixing.compactMap { frame in frame.number.map { (number: $0, name: frame.name) } }
    if first == last { return known.isEmpty ? [(first, "the only packet")] : known }
    let isNamed = { number in known.contains { $0.number == number } }
    return (isNamed(first) ? [] : [(first, "first")]) + known + (isNamed(last) ? [] : [(last, "last")])
  }
}

extension String {
  /// A time of the document for people, without its fraction: `2014-11-24 08:12:01`; other text as it is.
  var readableTime: String { Timestamp(self)?.readable ?? self }

  /// The day of a time of the document; other text as it is.
  var day: String { Timestamp(self)?.day ?? self }

  /// The text cut to so many characters, with a word on how many more there are.
  func cut(to limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let rest = unicodeScalars.dropFirst(limit).count
    return rest == 0 ? self : "\(String(unicodeScalars.prefix(limit)))… (\(UInt64(rest).counted("more character")))"
  }
}
