import Assessment

/// What the templates of HTML and Markdown are filled with: one page model for both, so that they cannot differ in what
/// they say.
///
/// The sections are the fifteen of methodology 4.7, in its order. Sentences about findings come from the document; the
/// page adds labels, and sentences on the document's own completeness.
struct ReportPage {
  /// Findings of each verdict that are shown; the same number for all, so that contrary findings are not hidden.
  static let findingsListed = 100
  /// Rows of other lists that are shown.
  static let rowsListed = 200
  /// Characters of a value from a capture that are shown.
  static let charactersShown = 400

  let document: ReportDocument

  /// Everything that the page says.
  var values: TemplateValues {
    var values = header
    for section in [summary, scope, method, findings, sessions, analysis, statistics, collection, custody, terms] {
      values.merge(section) { $1 }
    }
    return values
  }

  private var header: TemplateValues {
    let cases = document.inputs.filter { $0.role != "baseline" }
    let named = cases.prefix(3).map { "\($0.name) (\($0.sha256.map { String($0.prefix(8)) } ?? "not hashed"))" }
    let rest = UInt64(cases.dropFirst(3).count)
    return [
      "marking": document.label,
      "markingClass": document.label.lowercased().replacing(":", with: "-")
        .replacing("+", with: "-"),
      "stamp": Self.optional(document.stamp),
      "program": "\(document.tool.name) \(document.tool.version)",
      "captures": named + (rest > 0 ? ["and \(rest.grouped) more"] : []),
      "period": ReportDocument.range(document.coverage.firstPacket, document.coverage.lastPacket) ?? "no packets",
      "catalogDigest": String(document.catalog.sha256.prefix(8)),
      "reportTime": Self.optional(document.reportTime.map { "\($0.readableTime) UTC" }),
    ]
  }

  /// A value that a template may lack: a section of its name is left out.
  static func optional(_ text: String?) -> Any { text.map { $0 as Any } ?? false }

  /// A list that a template leaves out with its heading where it is empty.
  static func list(_ rows: [TemplateValues]) -> Any { rows.isEmpty ? false : ["rows": rows] as TemplateValues }

  /// Labels and values, without those that have none.
  static func fields(_ pairs: [(label: String, value: String?)]) -> [TemplateValues] {
    pairs.compactMap { pair in
      pair.value.flatMap { $0.isEmpty ? nil : ["label": pair.label, "value": $0] as TemplateValues }
    }
  }

  /// Says how many rows a list leaves out; false where none.
  static func omission(_ count: UInt64, _ noun: String) -> Any {
    count > 0 ? "\(count.counted("more \(noun)")): report.json has all that were listed." : false
  }

  /// What a reader sees of a verdict: its name, a sign that needs no colour, and a class for the colour.
  static func badge(_ verdict: String) -> TemplateValues {
    let known = Verdict(rawValue: verdict)
    let sign =
      switch known {
      case .exclusive: "●"
      case .contested: "◆"
      case .shared: "◎"
      case .expired: "◇"
      case .unverifiable: "○"
      case .some(.none), nil: "–"
      }
    return ["verdict": verdict.uppercased(), "sign": sign, "verdictClass": known?.rawValue ?? "unknown"]
  }
}
