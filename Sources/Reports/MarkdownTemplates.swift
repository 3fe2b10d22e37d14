/// The templates of the Markdown report: the same sections and words as the HTML page, without drawings.
///
/// A value never opens a line but behind a mark of the template's own or as a sentence, of which the escaping knows.
enum MarkdownTemplates {
  /// All of them by name.
  static let all: [String: String] = [
    "page": page, "finding": finding, "facts": facts, "sessions": sessions, "analysis": analysis,
    "statistics": statistics, "custody": custody, "terms": terms,
  ]

  static let page = """
    **{{marking}}**
    {{#stamp}}

    **{{stamp}}**
    {{/stamp}}

    # Whose traffic the captures hold, and how far that can be trusted

    Network attribution assessment · DRAFT, no reviewer named

    {{#captures}}
    - Capture: {{.}}
    {{/captures}}
    - Period: {{period}}
    - Catalog: {{catalogDigest}}
    - Made by: {{program}}
    {{#reportTime}}
    - Report of: {{reportTime}}
    {{/reportTime}}

    ## 2 Bottom line

    **{{headline}}**
    {{#bottomLine}}

    {{.}}
    {{/bottomLine}}

    {{#warnings}}
    {{#rows}}
    - **{{.}}**
    {{/rows}}

    {{/warnings}}
    {{#keyFindings}}
    | Finding | Verdict | Recorded for | Grade | Confidence | Flows | Frames |
    |---|---|---|---|---|--:|---|
    {{#rows}}
    | {{id}} | {{verdict}} ({{reason}}) | {{subject}} | {{grade}} | {{confidence}} | {{flows}} | {{frames}} |
    {{/rows}}

    {{/keyFindings}}
    {{#keyFindingsOmitted}}
    {{keyFindingsOmitted}}

    {{/keyFindingsOmitted}}
    ## 3 What this report does not show

    {{#notShown}}
    - {{.}}
    {{/notShown}}

    ### Caveats

    {{#caveats}}
    - {{.}}
    {{/caveats}}

    ## 4 Scope, sources, sensors

    {{packetsSum}} packets

    {{#scopeFacts}}
    - {{label}}: {{value}}
    {{/scopeFacts}}
    {{^sensors}}
    - No sensor was named: where the inputs were captured is not known.
    {{/sensors}}

    {{#sensors}}
    | Sensor | Vantage | Operator | Upstream | Clock | Inputs |
    |---|---|---|---|---|---|
    {{#rows}}
    | {{id}} | {{vantage}} | {{operator}} | {{upstream}} | {{clock}} | {{inputs}} |
    {{/rows}}

    {{/sensors}}
    {{#rejected}}
    | Packets in no flow | Reason |
    |--:|---|
    {{#rows}}
    | {{count}} | {{reason}} |
    {{/rows}}

    {{/rejected}}
    {{#gaps}}
    {{#rows}}
    - No input covers {{from}} to {{until}} UTC: no data is not no activity.
    {{/rows}}

    {{/gaps}}
    ## 5 Method and versions

    {{#methodSteps}}
    1. {{.}}
    {{/methodSteps}}

    {{#methodFacts}}
    - {{label}}: {{value}}
    {{/methodFacts}}

    {{#overlays}}
    | List of shared use | Kind | Snapshot | Prefixes |
    |---|---|---|--:|
    {{#rows}}
    | {{id}} | {{kind}} | {{snapshot}} | {{prefixes}} |
    {{/rows}}

    {{/overlays}}
    ## 6 Findings by verdict

    {{#verdicts}}
    ### {{verdict}} ({{flows}})

    {{meaning}}

    {{#isEmpty}}
    No finding of this verdict.

    {{/isEmpty}}
    {{#findings}}
    {{>finding}}
    {{/findings}}
    {{#omitted}}
    {{omitted}}

    {{/omitted}}
    {{/verdicts}}
    {{#reasons}}
    | Flows | Verdict | Reason | Meaning |
    |--:|---|---|---|
    {{#rows}}
    | {{count}} | {{verdict}} | {{reason}} | {{gloss}} |
    {{/rows}}

    {{/reasons}}
    {{>sessions}}
    {{>analysis}}
    {{>statistics}}
    {{>custody}}
    {{>terms}}
    **{{marking}}**
    {{#stamp}}

    **{{stamp}}**
    {{/stamp}}

    """

  static let finding = """
    #### {{id}} {{subject}} ({{reason}})

    {{#wording}}
    {{.}}

    {{/wording}}
    {{>facts}}
    - Done: {{^actions}}nothing that content shows{{/actions}}{{#actions}}{{.}} {{/actions}}
    - Confidence: {{confidence}} ({{#axes}} {{label}} {{value}}{{/axes}} )
    {{#check}}
    - To check in Wireshark, {{flow}}: {{#frames}}{{citation}} {{role}}; {{/frames}}{{filter}}
    {{/check}}

    """

  static let facts = """
    {{#facts}}
    - {{label}}: {{value}}
    {{/facts}}

    """
}
