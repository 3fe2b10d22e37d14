extension Report {
  /// The renderings of a run that a report folder holds, by file name.
  package static let renderings: [(name: String, render: @Sendable (Report, @escaping ByteSink) throws -> Void)] = [
    ("report.json", { report, sink in try report.render(as: .json, to: sink) }),
    ("report.txt", { report, sink in try report.render(as: .text, to: sink) }),
  ]
}

extension ReportDocument {
  /// The renderings of a document that a report folder holds, by file name: to add one is to add a line.
  package static let renderings: [(name: String, render: @Sendable (ReportDocument) throws -> String)] = [
    ("report.html", { try $0.html() }),
    ("report.md", { try $0.markdown() }),
    ("report.stix.json", { try $0.stix() }),
    ("report.misp.json", { try $0.misp() }),
  ]

  /// Writes every rendering of the document into a folder.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: `ReportFolder.Refusal`, and what a rendering throws.
  package func write(to folder: ReportFolder) throws {
    for rendering in Self.renderings { try folder.write(Array(rendering.render(self).utf8), to: rendering.name) }
  }
}
