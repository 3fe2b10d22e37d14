extension ReportDocument {
  private static let markdownTemplates = Result { try TemplateLibrary(MarkdownTemplates.all, as: .markdown) }

  /// Renders the report as Markdown (CommonMark with the tables of GitHub), the same page as the HTML without drawings.
  ///
  /// - Returns: The file; the same document gives the same bytes.
  /// - Throws: Only where a template is damaged, a fault of the program.
  /// - Complexity: O(n) in what is shown; long lists are cut and counted.
  package func markdown() throws -> String {
    try Self.markdownTemplates.get().render("page", ReportPage(document: self).values)
  }
}
