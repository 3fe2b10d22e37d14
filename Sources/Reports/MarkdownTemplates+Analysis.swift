/// Sessions, analysis and statistics: sections 7 to 11.
extension MarkdownTemplates {
  static let sessions = """
    ## 7 Timeline and sessions

    {{#findingLanes}}
    | Finding | Verdict | First seen (UTC) | Last seen (UTC) | Flows |
    |---|---|---|---|--:|
    {{#rows}}
    | {{label}} |{{#cells}} {{.}} |{{/cells}}
    {{/rows}}

    {{/findingLanes}}
    {{^findingLanes}}
    No finding, so no timeline.

    {{/findingLanes}}
    {{#stretches}}
    | Way | Time | Address | Host | Flows | Done | Cited |
    |---|---|---|---|--:|---|---|
    {{#rows}}
    | {{way}} | {{time}} | {{address}} | {{host}} | {{flows}} | {{actions}} | {{cited}} |
    {{/rows}}

    {{/stretches}}
    {{#stretchesOmitted}}
    {{stretchesOmitted}}

    {{/stretchesOmitted}}
    ## 8 Direct and proxied linkage

    A link says that two sessions hold the same; it changes no verdict.

    {{^slips}}
    No candidate slip.

    {{/slips}}
    {{#slips}}
    {{#rows}}
    ### {{id}} Candidate slip ({{grade}}, {{methods}})

    {{wording}}

    {{>facts}}

    | Time | Address | Verdict | Finding | Place | Done |
    |---|---|---|---|---|---|
    {{#proxied}}
    | {{time}} | {{address}} | {{verdict}} ({{reason}}) | {{finding}} | {{place}} | {{actions}} |
    {{/proxied}}

    {{#proxiedOmitted}}
    {{proxiedOmitted}}

    {{/proxiedOmitted}}
    {{/rows}}
    {{/slips}}
    {{#slipsOmitted}}
    {{slipsOmitted}}

    {{/slipsOmitted}}
    {{^links}}
    No link between sessions of different addresses.

    {{/links}}
    {{#links}}
    | Grade | Both hold | From | To |
    |---|---|---|---|
    {{#rows}}
    | {{grade}} | {{method}} | {{#from}}{{address}} {{verdict}} {{finding}} {{time}} {{uid}}{{/from}} \
    | {{#to}}{{address}} {{verdict}} {{finding}} {{time}} {{uid}}{{/to}} |
    {{/rows}}

    {{/links}}
    {{#linksOmitted}}
    {{linksOmitted}}

    {{/linksOmitted}}
    {{#linkCaveats}}
    {{.}}

    {{/linkCaveats}}

    """

  static let analysis = """
    ## 9 Attribution analysis

    | Level | Proposition | Stated by |
    |---|---|---|
    {{#ladder}}
    | {{level}} | {{proposition}} | {{by}} |
    {{/ladder}}

    ### Competing hypotheses

    {{#hypotheses}}
    - {{name}}: {{text}}
    {{/hypotheses}}

    C consistent, C+ strongly so, I inconsistent, N neutral; · evidence that is absent here. Evidence that is not assessed \
    keeps its letters for an analyst who knows more.

    {{^matrices}}
    No finding names an actor, so there is no matrix.

    {{/matrices}}
    {{#matrices}}
    #### {{actor}}

    | Evidence | Observed |{{#names}} {{.}} |{{/names}} Findings |
    |---|---|{{#names}}---|{{/names}}---|
    {{#rows}}
    | {{text}}{{#remark}} ({{remark}}){{/remark}} | {{applies}}: {{because}} |{{#cells}} {{cell}} |{{/cells}} {{cited}} |
    {{/rows}}
    | Inconsistent (I) where observed | |{{#inconsistencies}} {{count}} |{{/inconsistencies}} |

    {{/matrices}}
    {{#matricesOmitted}}
    {{matricesOmitted}}

    {{/matricesOmitted}}
    {{reading}}

    {{diamond}}

    {{#corroboration}}
    - {{axis}}: {{sentence}}
    {{/corroboration}}

    ### Key assumptions

    {{#assumptions}}
    - {{.}}
    {{/assumptions}}

    ### What would change this assessment

    {{^whatWouldChange}}
    - A catalog that covers an address of the traffic.
    {{/whatWouldChange}}
    {{#whatWouldChange}}
    - {{.}}
    {{/whatWouldChange}}


    """

  static let statistics = """
    ## 10 Base rates and noise

    {{unverifiedSources}} {{rateReading}}

    {{#rates}}
    | Range | Claim | Verified | Unverified | Silent | SYN only | Connect only | With data | Login or write | Targets \
    | Listed scanners | Expected by chance |
    |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|
    {{#rows}}
    | {{range}} | {{claim}} | {{verified}} | {{unverified}} | {{silent}} | {{synOnly}} | {{connectOnly}} | {{dataBearing}} \
    | {{loginOrWrite}} | {{targets}} | {{scannerListed}} | {{chance}} |
    {{/rows}}

    {{/rates}}
    {{#ratesOmitted}}
    {{ratesOmitted}}

    {{/ratesOmitted}}
    - {{scanLike}}
    {{#baseline}}
    - {{.}}
    {{/baseline}}
    {{#ratio}}
    - {{.}}
    {{/ratio}}

    ## 11 Recommended collection

    {{^recommendations}}
    Nothing is missing that this tool can see.

    {{/recommendations}}
    {{#recommendations}}
    | Missing | Collect | Improves |
    |---|---|---|
    {{#rows}}
    | {{lack}} | {{collection}} | {{gain}} |
    {{/rows}}

    {{/recommendations}}

    """
}
