import Cryptography
import Foundation

extension ReportDocument {
  private static let htmlTemplates = Result { try TemplateLibrary(HTMLTemplates.all, as: .html) }

  /// Renders the report as one HTML file that loads nothing and needs no script to be read.
  ///
  /// Its policy (Content-Security-Policy) lets only its own style and script run, each by its digest; every value of the
  /// document is escaped, so that text from a capture stays text.
  ///
  /// - Returns: The file; the same document gives the same bytes.
  /// - Throws: Only where a template is damaged, a fault of the program.
  /// - Complexity: O(n) in what is shown; long lists are cut and counted.
  package func html() throws -> String {
    var values = ReportPage(document: self).values
    values["styleDigest"] = Self.digest(HTMLTemplates.style)
    values["scriptDigest"] = Self.digest(HTMLTemplates.script)
    return try Self.htmlTemplates.get().render("page", values)
  }

  /// SHA-256 in Base64, as a policy names a style or script.
  private static func digest(_ text: String) -> String {
    Data(Digest.sha256(of: Array(text.utf8))).base64EncodedString()
  }
}
