/// The templates of the HTML report: markup and labels only, what is said comes from the page model.
///
/// No tag is unescaped, and no value stands in a style, a script or an address.
enum HTMLTemplates {
  /// All of them by name.
  static let all: [String: String] = [
    "page": page, "summary": summary, "scope": scope, "findings": findings, "finding": finding, "sessions": sessions,
    "analysis": analysis, "matrix": matrix, "statistics": statistics, "custody": custody, "claims": claims,
    "terms": terms, "badge": badge, "fields": fields, "bar-chart": barChart, "lane-chart": laneChart,
    "activity-chart": activityChart, "axis": axis, "chart-table": chartTable, "style": style, "script": script,
  ]

  static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{{styleDigest}}'; \
    script-src 'sha256-{{scriptDigest}}'; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="generator" content="{{program}}">
    <title>{{marking}} · Attribution assessment · {{headline}}</title>
    <style>{{>style}}</style>
    </head>
    <body class="{{markingClass}}{{#stamp}} demonstration{{/stamp}}">
    <a class="skip" href="#bottom-line">Skip to the bottom line</a>
    <header class="masthead" id="header">
    <p class="marking"><strong>{{marking}}</strong>{{#stamp}} <span class="stamp">{{stamp}}</span>{{/stamp}}</p>
    <div class="title">
    <p class="kicker">Network attribution assessment <span class="draft">DRAFT · no reviewer named</span></p>
    <h1>Whose traffic the captures hold, and how far that can be trusted</h1>
    </div>
    <dl class="facts">
    <div><dt>Captures</dt>{{#captures}}<dd>{{.}}</dd>{{/captures}}</div>
    <div><dt>Period</dt><dd>{{period}}</dd></div>
    <div><dt>Catalog</dt><dd><code>{{catalogDigest}}</code></dd></div>
    <div><dt>Made by</dt><dd>{{program}}</dd></div>
    {{#reportTime}}
    <div><dt>Report of</dt><dd>{{reportTime}}</dd></div>
    {{/reportTime}}
    </dl>
    </header>
    <div class="columns">
    <nav class="contents" aria-label="Sections">
    <ol start="2">
    <li><a href="#bottom-line">Bottom line</a></li>
    <li><a href="#not-shown">What this does not show</a></li>
    <li><a href="#scope">Scope and sensors</a></li>
    <li><a href="#method">Method and versions</a></li>
    <li><a href="#findings">Findings</a></li>
    <li><a href="#timeline">Timeline and sessions</a></li>
    <li><a href="#linkage">Direct and proxied</a></li>
    <li><a href="#analysis">Attribution analysis</a></li>
    <li><a href="#base-rates">Base rates and noise</a></li>
    <li><a href="#collection">Recommended collection</a></li>
    <li><a href="#custody">Evidence and custody</a></li>
    <li><a href="#claims">Range claims</a></li>
    <li><a href="#terms">Terms and scales</a></li>
    <li><a href="#exports">Machine exports</a></li>
    </ol>
    </nav>
    <main>
    {{>summary}}
    {{>scope}}
    {{>findings}}
    {{>sessions}}
    {{>analysis}}
    {{>statistics}}
    {{>custody}}
    {{>claims}}
    {{>terms}}
    </main>
    </div>
    <footer class="masthead end">
    <p class="marking"><strong>{{marking}}</strong>{{#stamp}} <span class="stamp">{{stamp}}</span>{{/stamp}}</p>
    <p>{{program}} · catalog <code>{{catalogDigest}}</code> · an address is neither a person nor an organisation.</p>
    </footer>
    <script>{{>script}}</script>
    </body>
    </html>

    """

  static let summary = """
    <section id="bottom-line" aria-labelledby="bottom-line-title">
    <h2 id="bottom-line-title"><span class="number">2</span> Bottom line</h2>
    <p class="headline {{headlineClass}}">{{headline}}</p>
    {{#bottomLine}}
    <p class="lead">{{.}}</p>
    {{/bottomLine}}
    {{#warnings}}
    <ul class="warnings">
    {{#rows}}
    <li>{{.}}</li>
    {{/rows}}
    </ul>
    {{/warnings}}
    {{#keyFindings}}
    <div class="scroll" role="region" aria-label="Key findings" tabindex="0">
    <table class="key-findings">
    <caption>Key findings</caption>
    <thead><tr><th scope="col">Finding</th><th scope="col">Verdict</th><th scope="col">Recorded for</th>\
    <th scope="col">Grade</th><th scope="col">Confidence</th><th scope="col" class="figure">Flows</th>\
    <th scope="col">Frames</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row"><a href="#{{anchor}}">{{id}}</a></th><td>{{>badge}} <span class="reason">{{reason}}</span></td>\
    <td>{{subject}}</td><td>{{grade}}</td><td>{{confidence}}</td><td class="figure">{{flows}}</td>\
    <td><code>{{frames}}</code></td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/keyFindings}}
    {{#keyFindingsOmitted}}
    <p class="quiet">{{keyFindingsOmitted}}</p>
    {{/keyFindingsOmitted}}
    </section>
    <section id="not-shown" aria-labelledby="not-shown-title">
    <h2 id="not-shown-title"><span class="number">3</span> What this report does not show</h2>
    <ul class="not-shown">
    {{#notShown}}
    <li>{{.}}</li>
    {{/notShown}}
    </ul>
    <h3>Caveats</h3>
    <ul class="caveats">
    {{#caveats}}
    <li>{{.}}</li>
    {{/caveats}}
    </ul>
    </section>

    """

  /// A verdict: sign and name, so that the colour is never the only mark.
  static let badge = """
    <span class="badge {{verdictClass}}"><span class="sign" aria-hidden="true">{{sign}}</span> {{verdict}}</span>
    """

  static let fields = """
    <dl class="fields">
    {{#facts}}
    <div><dt>{{label}}</dt><dd>{{value}}</dd></div>
    {{/facts}}
    </dl>

    """
}
