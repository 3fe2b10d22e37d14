/// The templates of the Markdown report.
enum MarkdownTemplates {
  /// All of them by name.
  static let all: [String: String] = ["page": page]

  static let page = """
    # {{marking}}

    """
}
