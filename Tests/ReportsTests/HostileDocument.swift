import Foundation
import Reports

/// A document of a committed case in which every string, and every key that the traffic chose, is another one.
enum HostileDocument {
  static let strings = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='alert(1)", "</style><b>",
    "</script><b>",
    "</title></table></svg><h1>", "<!-- --> <![CDATA[ ]]>", "&lt;b&gt; &#60; &amp", "{{x}} {{{y}}} {{#rows}} {{>page}}",
    // A quotation mark and an angle bracket that are one character with a combining mark.
    "\"\u{301} onmouseover=\"\u{301}alert(1) <\u{338}script>", "\u{202E}right\u{2066}x\u{2069} \u{200F}",
    "a\u{0}b\u{1B}[2J\u{7}\u{85}\u{2028}c\r\nd\te", "# x", "- x", "+ x", "1. x", "> x", "    x", "=== x", "--- x",
    "| a | b |", "a\\|b", "`code` ``x`` ```", "*bold* _it_ ~~no~~", "[text](http://example.com \"t\") ![i](x)",
    "[^1] <http://example.com> https://example.com www.example.com", "$x$ \\( \\)", "javascript:alert(1)",
    String(repeating: "long ", count: 300), String(repeating: "x", count: 1_500), "😀 中文 e\u{301}",
  ]

  /// The document of the story capture with every string replaced.
  static func made(of text: String) throws -> ReportDocument {
    let url = ReportDocumentTests.expected.appending(path: "story.pcapng.json")
    let tree = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
    guard var document = replaced(tree, by: text) as? [String: Any] else { throw CocoaError(.coderReadCorrupt) }
    document["schema"] = "ascribe-report/1"
    document["report_time"] = text
    document["skipped_inputs"] = [["name": text, "reason": text]]
    document["corroboration"] = ["path": text, "control": text, "operator": text]
    if var totals = document["totals"] as? [String: Any] {
      totals["packets_rejected"] = [text: 3]
      document["totals"] = totals
    }
    return try ReportDocument(json: JSONSerialization.data(withJSONObject: document))
  }

  /// The document of the story capture with every figure replaced, but those that are smaller numbers by nature.
  static func made(of figure: UInt64) throws -> ReportDocument {
    let small = ["file", "id.orig_p", "id.resp_p"]
    let url = ReportDocumentTests.expected.appending(path: "story.pcapng.json")
    let text = try String(contentsOf: url, encoding: .utf8).replacing(#/"([a-z0-9_.]+)": ?[0-9.e-]+/#) { match in
      let key = String(match.output.1)
      return small.contains(key) ? String(match.output.0) : "\"\(key)\": \(figure)"
    }
    return try ReportDocument(json: Data(text.utf8))
  }

  /// Replaces strings; keys stay, but those of what content says.
  private static func replaced(_ value: Any, by text: String) -> Any {
    switch value {
    case is String: return text
    case let list as [Any]: return list.map { replaced($0, by: text) }
    case let members as [String: Any]:
      return Dictionary(
        uniqueKeysWithValues: members.map { key, value in
          // Two flows of a finding are as good as all.
          let value = key == "flows" ? (value as? [Any]).map { $0.prefix(2) }.map(Array.init) ?? value : value
          return (
            key, key == "inspection" ? ["http": [[text: text]], text: [[text: text]]] : replaced(value, by: text)
          )
        })
    default: return value
    }
  }
}
