/// Custody, claims, terms, exports: sections 12 to 15.
extension MarkdownTemplates {
  static let custody = """
    ## 12 Evidence and custody

    {{#inputs}}
    ### {{name}} ({{role}})

    - SHA-256: {{sha256}}
    {{#damage}}
    - {{damage}}
    {{/damage}}
    {{>facts}}

    {{/inputs}}
    {{#skipped}}
    {{#rows}}
    - Passed over: {{name}}: {{reason}}
    {{/rows}}

    {{/skipped}}
    {{#skippedOmitted}}
    {{skippedOmitted}}

    {{/skippedOmitted}}
    Frames are cited as the first eight digits of the capture's SHA-256, the frame number as Wireshark shows it, and the time \
    of the packet in UTC.

    {{^evidence}}
    No flow touches the catalog.

    {{#hops}}
    {{#rows}}
    - Hop that content names: {{text}}
    {{/rows}}

    {{/hops}}
    {{/evidence}}
    {{#evidence}}
    ### Flows of {{id}}, {{verdict}} ({{reason}})

    | First frame | Flow | Originator | Responder | Protocol | State | History | Packets | Bytes | Grades | Reason | Frames |
    |---|---|---|---|---|---|---|--:|--:|---|---|---|
    {{#rows}}
    | {{first}} | {{uid}} | {{originator}} | {{responder}} | {{service}} | {{state}} | {{history}} | {{packets}} | {{bytes}} \
    | {{grade}} | {{gradeReason}}, {{activity}} | {{frames}} |
    {{/rows}}

    {{#omitted}}
    {{omitted}}

    {{/omitted}}
    {{#content}}
    | Flow | Protocol | What content says; no secret and no body is kept |
    |---|---|---|
    {{#rows}}
    | {{uid}} | {{log}} | {{text}} |
    {{/rows}}

    {{/content}}
    {{#contentOmitted}}
    {{contentOmitted}}

    {{/contentOmitted}}
    {{/evidence}}
    ## 13 Range claims and their sources

    {{^claims}}
    No finding rests on a claim.

    {{/claims}}
    {{#claims}}
    ### Claim {{id}}

    {{>facts}}

    | Rating | Source | Independent group |
    |---|---|---|
    {{#sources}}
    | {{rating}}: {{reading}} | {{ref}} | {{group}} |
    {{/sources}}

    {{/claims}}

    """

  static let terms = """
    ## 14 Terms and scales

    | Term | Meaning |
    |---|---|
    {{#verdictTerms}}
    | {{verdict}} | {{text}} |
    {{/verdictTerms}}
    {{#gradeTerms}}
    | {{term}} | {{text}} |
    {{/gradeTerms}}
    {{#linkTerms}}
    | {{term}} | {{text}} |
    {{/linkTerms}}
    {{#bandTerms}}
    | {{term}} | {{text}} (ICD 203) |
    {{/bandTerms}}
    {{#reliabilityTerms}}
    | {{term}} | {{text}} (Admiralty code) |
    {{/reliabilityTerms}}
    {{#credibilityTerms}}
    | {{term}} | {{text}} (Admiralty code) |
    {{/credibilityTerms}}
    {{#markingTerms}}
    | {{term}} | {{text}} |
    {{/markingTerms}}

    ## 15 Machine exports

    This text was rendered from a report.json, which holds all of it and more. From the same file, without the captures:

    {{#formats}}
    - {{.}}
    {{/formats}}


    """
}
