import Assessment
import Packets

/// Watched addresses, and verdicts as they were said.
extension ScreenLayout {
  func addressLines(_ count: Int, width: Int) -> [ScreenLine] {
    guard count > 0 else { return [] }
    let table = ScreenTable(
      [
        .init(title: " WATCHED BY \(snapshot.order.rawValue.uppercased())", width: 22),
        .init(title: "verdict", width: 12), .init(title: "grade", width: 5),
        .init(title: "flows", width: 7, isRight: true, rank: 3), .init(title: "bytes", width: 8, isRight: true),
        .init(title: "seen", width: 8, isRight: true, rank: 1), .init(title: "actor", width: 14, rank: 2),
      ], flexible: 6, width: width - 1)
    let addresses = sorted(snapshot.addresses, count - 1)
    guard !addresses.isEmpty else {
      return [table.heading, note("none yet", width)]
    }
    return [table.heading]
      + addresses.map { address in
        table.row([
          (" " + address.address, .plain), (address.verdict.rawValue.uppercased(), style(address.verdict)),
          (address.grade, .plain), (Quantity.grouped(address.flows), .plain),
          (Quantity.scaled(Double(address.bytes), "B"), .plain), (clock(address.lastSeen), .quiet),
          (address.actor ?? "", .plain),
        ])
      }
  }

  /// The first addresses in the order that is chosen; where two are alike there, by verdict, time and name.
  private func sorted(_ addresses: [ScreenSnapshot.Address], _ count: Int) -> [ScreenSnapshot.Address] {
    func rank(_ verdict: Verdict) -> Int { Verdict.allCases.firstIndex(of: verdict) ?? Verdict.allCases.count }
    func isBefore(_ one: ScreenSnapshot.Address, _ other: ScreenSnapshot.Address) -> Bool {
      switch snapshot.order {
      case .bytes where one.bytes != other.bytes: return one.bytes > other.bytes
      case .lastSeen where one.lastSeen != other.lastSeen: return one.lastSeen > other.lastSeen
      default: break
      }
      if one.verdict != other.verdict { return rank(one.verdict) < rank(other.verdict) }
      if one.lastSeen != other.lastSeen { return one.lastSeen > other.lastSeen }
      return one.address < other.address
    }
    return Array(addresses.sorted(by: isBefore).prefix(max(0, count)))
  }

  func eventLines(_ count: Int, width: Int) -> [ScreenLine] {
    guard count > 0 else { return [] }
    let table = ScreenTable(
      [
        .init(title: " VERDICTS", width: 9), .init(title: "(\(Quantity.grouped(snapshot.eventCount)))", width: 12),
        .init(title: "", width: 3), .init(title: "flow", width: 36),
        .init(title: "reason", width: 10, rank: 2), .init(title: "actor", width: 11, rank: 1),
      ], flexible: width >= 100 ? 5 : 3, width: width - 1)
    guard !snapshot.events.isEmpty else { return [table.heading, note("none yet", width)] }
    return [table.heading]
      + snapshot.events.suffix(count - 1).reversed().map { event in
        table.row([
          (" " + clock(event.time), .quiet),
          ((event.isProvisional ? "~" : "") + event.verdict.rawValue.uppercased(), style(event.verdict)),
          (event.grade, .plain), (flow(event, table.width(of: 3)), .plain), (event.reason, .quiet),
          (event.actor ?? "", .plain),
        ])
      }
  }

  /// Both ends; where these are too long, each is cut alike.
  private func flow(_ event: ScreenSnapshot.Event, _ width: Int) -> String {
    let whole = "\(event.originator) > \(event.responder)"
    guard whole.count > width else { return whole }
    let half = max(1, (width - 3) / 2)
    return "\(ScreenText.fit(event.originator, to: half).text) > \(ScreenText.fit(event.responder, to: half).text)"
  }

  private func note(_ text: String, _ width: Int) -> ScreenLine {
    var line = ScreenLine(width: width)
    line.append(" " + text, .quiet)
    return line
  }

  private func clock(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(8)) }

  private func style(_ verdict: Verdict) -> ScreenStyle {
    switch verdict {
    case .exclusive: .exclusive
    case .contested, .expired: .warning
    case .shared: .shared
    case .unverifiable, .none: .quiet
    }
  }
}
