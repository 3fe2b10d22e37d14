import Assessment
import Capture
import Flows
import Packets

/// What a terminal shows of a live capture.
extension LiveRun {
  func drawView() {
    guard let view, view.isDue else { return }
    let judge = assessment.judge
    view.showAddresses { body in
      intake.table.showWatched(limit: LiveView.flowLimit) { body($0, judge.assess($0)) }
    }
    var moment = LiveView.Moment()
    let (counts, lost) = (source.counts(), source.lostInterfaces)
    for (index, input) in source.inputs.enumerated() {
      moment.interfaces.append(
        .init(
          name: input.name, packets: input.packetCount, bytes: wireBytes[index],
          dropped: counts[index].dropped + counts[index].droppedByInterface,
          problem: lost.first { $0.name == input.name }?.reason))
    }
    moment.liveFlows = intake.table.standingFlowCount
    moment.watchedFlows = intake.table.watchedFlowCount
    moment.endedFlows = intake.table.counts.flows
    moment.evictedFlows = intake.table.counts.evictedFlows
    moment.verdicts = feed.count
    moment.recorder = recorder?.figures
    view.draw(moment)
  }

  func noteLostInterfaces() {
    let now = source.lostInterfaces
    let time = Timestamp.now
    for (name, reason) in now where lost[name] == nil {
      // It was there when they were asked for last; a clock may have been set back since.
      lost[name] = min(lookedForLost, time)
      Console.note("warning: \(Console.printable("'\(name)' gives no more packets: \(reason)."))")
    }
    for (name, since) in lost.sorted(by: { $0.key < $1.key }) where !now.contains(where: { $0.name == name }) {
      lost[name] = nil
      noteAbsence(of: name, since...max(since, time))
      Console.note("warning: '\(Console.printable(name))' is captured again.")
    }
    lookedForLost = time
  }

  /// Says when the disk ceases to take packets, and when it takes them again.
  func noteDisk() {
    let failure = recorder?.figures.failure
    guard (failure != nil) != toldDiskFailure else { return }
    toldDiskFailure.toggle()
    Console.note(
      failure.map { "warning: packets cannot be written: \($0). What comes meanwhile is in no file." }
        ?? "warning: packets are written again.")
  }

  private func noteAbsence(of name: String, _ absence: ClosedRange<Timestamp>) {
    var all = absences[name] ?? []
    if all.count == Self.absenceLimit, let last = all.popLast() {
      all.append(last.lowerBound...max(last.upperBound, absence.upperBound))
    } else {
      all.append(absence)
    }
    absences[name] = all
  }

  func noteStatistics() {
    let counts = source.counts()
    for (input, counts) in zip(source.inputs, counts) {
      Console.note(
        "\(Console.printable(input.name)): \(counts.received) packets received by the kernel, \(input.packetCount) read, "
          + "\(counts.dropped) dropped by the kernel, \(counts.droppedByInterface) by the interface")
    }
    let packets = intake.totals.packets
    Console.note("\(packets) packets, \(intake.table.counts.flows) flows ended, \(feed.count) verdicts said")
  }

  func noteRecord(_ figures: PacketRecorder.Figures) {
    if figures.lostBytes > 0 {
      Console.note(
        "warning: \(figures.lostBytes) bytes could not be written\(figures.failure.map { ": \($0)" } ?? "")."
      )
    }
    Console.note("\(figures.files) files written, \(figures.removedFiles) removed, \(figures.bytes) bytes")
  }
}
