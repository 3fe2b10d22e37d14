import Assessment

/// The custody of the inputs for a terminal.
extension ReportDocument {
  /// Inputs that are listed; damaged ones always are.
  private static let inputsListed = 20

  func addInputs(to page: inout TextPage) {
    page.heading("INPUTS")
    addRows(of: inputs.filter { $0.role != "baseline" }, mark: { "\($0)  " }, to: &page)
    addRows(of: inputs.filter { $0.role == "baseline" }, mark: { "baseline \($0)  " }, to: &page)
    for skipped in skippedInputs.prefix(Self.inputsListed) {
      page.paragraph("passed over: \(skipped.name): \(skipped.reason)", .quiet, indent: 2)
    }
    let unnamed = UInt64(skippedInputs.dropFirst(Self.inputsListed).count)
    if unnamed > 0 { page.paragraph("\(unnamed.counted("more file")) passed over.", .quiet, indent: 2) }
  }

  private func addRows(of inputs: [Input], mark: (Int) -> String, to page: inout TextPage) {
    for (index, input) in inputs.enumerated() where index < Self.inputsListed || input.damage != nil {
      page.line([(mark(index), .quiet), (input.name, .bold)], indent: 2)
      let container = [input.format, input.compression].compactMap(\.self).joined(separator: "+")
      let values = [
        container, input.linkTypes.joined(separator: "+"), input.packets.counted("packet"),
        input.filteredPackets > 0 ? "\(input.filteredPackets.grouped) filtered out" : "",
        input.truncatedPackets > 0 ? "\(input.truncatedPackets.grouped) cut by the snap length" : "",
        input.interfaceDrops.map { "\($0.grouped) dropped by the interface" } ?? "",
        input.bytes.counted("byte"), "sha256 \(input.sha256.map { String($0.prefix(8)) } ?? "not computed")",
        Self.range(input.firstPacket, input.lastPacket) ?? "",
      ]
      page.list(values.filter { !$0.isEmpty }, indent: 5)
      if let damage = input.damage {
        page.paragraph(
          "damaged at frame \(damage.frame.grouped), byte \(damage.offset.grouped): \(damage.reason)", .warning,
          indent: 5, bullet: "! ")
      }
    }
    let unlisted = UInt64(inputs.dropFirst(Self.inputsListed).count { $0.damage == nil })
    if unlisted > 0 {
      page.paragraph("\(unlisted.counted("more input")), undamaged: --format json lists all.", .quiet, indent: 2)
    }
  }
}
