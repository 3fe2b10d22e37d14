/// Interfaces, flows, and what the program itself does.
extension ScreenLayout {
  /// Interfaces that are shown; where there are more, the last line says how many.
  private var interfaceLimit: Int { max(1, rows / 4 - 1) }

  var interfaceLines: [ScreenLine] {
    // A second of history for each column; what stands beside it takes 81.
    let history = max(12, columns - 82)
    let table = ScreenTable(
      [
        .init(title: " INTERFACE", width: 12), .init(title: "packets/s", width: 11, isRight: true),
        .init(title: "bits/s", width: 10, isRight: true), .init(title: "drops/s", width: 9, isRight: true),
        .init(title: "packets", width: 15, isRight: true, rank: 3),
        .init(title: "dropped", width: 12, isRight: true, rank: 2),
        .init(title: "packets/s, last \(history) s", width: history, rank: 4),
      ], flexible: 0, width: columns - 1)
    let limit = snapshot.interfaces.count > interfaceLimit ? interfaceLimit - 1 : interfaceLimit
    var lines = [table.heading]
    for interface in snapshot.interfaces.prefix(max(1, limit)) {
      if let problem = interface.problem {
        var line = ScreenLine(width: columns)
        line.append(" \(interface.name)  ")
        line.append("no packets: \(problem)", .warning)
        lines.append(line)
        continue
      }
      let loss: ScreenStyle = interface.dropRate > 0 ? .warning : .plain
      lines.append(
        table.row([
          (" " + interface.name, .strong), (Quantity.grouped(interface.packetRate), .plain),
          (Quantity.scaled(interface.bitRate, "bit"), .plain), (Quantity.grouped(interface.dropRate), loss),
          (Quantity.grouped(interface.packets), .plain),
          (Quantity.grouped(interface.dropped), interface.dropped > 0 ? .warning : .plain),
          (Quantity.curve(interface.history, width: history), .history),
        ]))
    }
    let hidden = snapshot.interfaces.count - max(1, limit)
    if hidden > 0 {
      var line = ScreenLine(width: columns)
      line.append(" and \(Quantity.grouped(UInt64(hidden))) more", .quiet)
      lines.append(line)
    }
    return lines
  }

  var flowLines: [ScreenLine] {
    var line = ScreenLine(width: columns)
    line.append(" FLOWS", .quiet)
    let evicted: ScreenStyle = snapshot.evictedFlows > 0 ? .warning : .plain
    let figures: [(String, String, ScreenStyle)] = [
      ("live", Quantity.grouped(snapshot.liveFlows), .plain),
      ("watched", Quantity.grouped(snapshot.watchedFlows), snapshot.watchedFlows > 0 ? .strong : .plain),
      ("new/s", Quantity.grouped(snapshot.newFlowRate), .plain),
      ("ended", Quantity.grouped(snapshot.endedFlows), .plain),
      ("given up", Quantity.grouped(snapshot.evictedFlows), evicted),
    ]
    for (title, number, style) in figures {
      line.append("   \(title) ", .quiet)
      line.append(number, style)
    }
    return [line]
  }

  var footer: [ScreenLine] {
    var lines = [ScreenLine(width: columns)]
    if let message = snapshot.messages.last {
      lines[0].append(" " + message, .warning)
    }
    if let recorder = snapshot.recorder {
      var line = ScreenLine(width: columns)
      line.append(" RECORDER   ", .quiet)
      line.append("\(Quantity.scaled(Double(recorder.bytes), "B")) in \(Quantity.grouped(recorder.files)) files")
      let loss = "lost \(Quantity.scaled(Double(recorder.lostBytes), "B"))"
      line.append("   \(loss)", recorder.lostBytes > 0 ? .warning : .quiet)
      if let failure = recorder.failure { line.append("   \(failure)", .warning) }
      line.append("   \(recorder.folder)", .quiet)
      lines.append(line)
    }
    var line = ScreenLine(width: columns)
    line.append(" CATALOG    ", .quiet)
    line.append("\(snapshot.catalog.prefix(8))")
    line.append("   \(Quantity.grouped(UInt64(max(0, snapshot.claims)))) claims   memory ", .quiet)
    line.append(Quantity.scaled(Double(snapshot.memory), "B"))
    line.append("   up ", .quiet)
    line.append(Quantity.duration(snapshot.uptime))
    lines.append(line)
    var keys = ScreenLine(width: columns)
    for (key, meaning) in [("q", "end"), ("p", snapshot.isPaused ? "go on" : "hold"), ("s", "sort"), ("?", "help")] {
      keys.append(" \(key) ", .strong)
      keys.append("\(meaning)  ", .quiet)
    }
    lines.append(keys)
    return lines
  }
}
