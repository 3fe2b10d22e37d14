import Assessment

/// Terms and scales, and what programs can read (methodology 4.7, sections 14 and 15).
extension ReportPage {
  var terms: TemplateValues {
    [
      "verdictTerms": Verdict.allCases.map { verdict in
        Self.badge(verdict.rawValue).merging(["text": verdict.meaning]) { $1 }
      },
      "gradeTerms": Self.terms(Self.grades),
      "bandTerms": Self.terms(Self.bands),
      "reliabilityTerms": Self.terms(Admiralty.reliability.map { (String($0.letter), $0.text) }),
      "credibilityTerms": Self.terms(Admiralty.credibility.map { ("\($0.number)", $0.text) }),
      "linkTerms": Self.terms(Self.linkGrades),
      "markingTerms": Self.terms(Self.markings),
      "formats": ReportFormat.rendered.map { "ascribe report report.json --format \($0.rawValue)" },
    ]
  }

  private static func terms(_ pairs: [(String, String)]) -> [TemplateValues] {
    pairs.map { ["term": $0.0, "text": $0.1] }
  }

  /// Methodology 2.2.
  private static let grades = [
    ("E5", "Two-way verified, and a key exchange was completed."),
    ("E4", "The whole handshake was seen, then payload of the other side was acknowledged by the address."),
    ("E3", "The return path is verified, but not the whole story: the reason says what is missing."),
    ("E2", "Packets both ways, no echo of a random value seen."),
    ("E1", "One-way or half-open: the source address is only claimed."),
    ("E0", "Contra-indicated: backscatter, malformed, flood or guessing."),
  ]

  /// ICD 203; methodology 4.1.
  private static let bands = [
    ("1-5 %", "almost no chance, remote"), ("5-20 %", "very unlikely, highly improbable"),
    ("20-45 %", "unlikely, improbable"), ("45-55 %", "roughly even chance, roughly even odds"),
    ("55-80 %", "likely, probable"), ("80-95 %", "very likely, highly probable; the strongest that ascribe states"),
    ("95-99 %", "the strongest band of the scale; never stated by ascribe"),
  ]

  /// Methodology 3.
  private static let linkGrades = [
    ("K4", "The same secret in both sessions: the same client software instance."),
    ("K3", "The same account or unique content; possibly several people."),
    ("K2", "The same rare joint fingerprint: the same software configuration."),
    ("K1, K0", "Weak likeness, or a claim in content; displayed, never a link."),
  ]

  /// TLP 2.0 (FIRST); methodology 4.5.
  private static let markings = [
    ("TLP:RED", "For the eyes and ears of individual recipients only."),
    ("TLP:AMBER+STRICT", "Limited to the recipient's organisation."),
    ("TLP:AMBER", "Limited to the recipient's organisation and its clients who need to know."),
    ("TLP:GREEN", "Limited to the recipient's community."),
    ("TLP:CLEAR", "No limit on disclosure."),
  ]
}

/// The Admiralty code: how a source is rated, and what it says (methodology 4.3).
enum Admiralty {
  static let reliability: [(letter: Character, text: String)] = [
    ("A", "completely reliable"), ("B", "usually reliable"), ("C", "fairly reliable"), ("D", "not usually reliable"),
    ("E", "unreliable"), ("F", "reliability cannot be judged"),
  ]
  static let credibility: [(number: UInt64, text: String)] = [
    (1, "confirmed by other sources"), (2, "probably true"), (3, "possibly true"), (4, "doubtful"), (5, "improbable"),
    (6, "truth cannot be judged"),
  ]

  /// A rating in words.
  static func reading(_ letter: String, _ number: UInt64) -> String {
    let source = reliability.first { String($0.letter) == letter }?.text ?? "not rated"
    let content = credibility.first { $0.number == number }?.text ?? "not rated"
    return "\(source), \(content)"
  }
}
