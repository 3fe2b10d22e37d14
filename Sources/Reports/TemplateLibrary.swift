import Mustache

/// What a template is filled with: the names of its tags and their values, which are texts, flags, lists and values again.
typealias TemplateValues = [String: Any]

/// The templates of one format, each bound to the escaping of that format.
struct TemplateLibrary: Sendable {
  /// A template is missing: a fault of the program.
  struct MissingTemplate: Error {
    let name: String
  }

  private var templates = MustacheLibrary()

  /// Reads templates.
  ///
  /// - Parameters:
  ///   - texts: The templates by name; one names another by `{{>name}}`.
  ///   - markup: How values are escaped.
  /// - Throws: The reader's error where a template is damaged.
  init(_ texts: [String: String], as markup: Markup) throws {
    MustacheContentTypes.register(markup, named: markup.rawValue)
    for (name, text) in texts {
      // A template that is named by another starts with the library's own escaping unless it says otherwise.
      try templates.register("{{%CONTENT_TYPE:\(markup.rawValue)}}\n\(text)", named: name)
    }
  }

  /// Fills a template.
  ///
  /// - Parameters:
  ///   - name: The template's name.
  ///   - values: Its values.
  /// - Returns: The text.
  /// - Throws: `MissingTemplate` where there is none of that name.
  func render(_ name: String, _ values: TemplateValues) throws -> String {
    guard let text = templates.render(values, withTemplate: name) else { throw MissingTemplate(name: name) }
    return text
  }
}
