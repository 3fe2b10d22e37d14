/// Scope, method and findings: sections 4 to 6.
extension HTMLTemplates {
  static let scope = """
    <section id="scope" aria-labelledby="scope-title">
    <h2 id="scope-title"><span class="number">4</span> Scope, sources, sensors</h2>
    <p class="sum">{{packetsSum}} <span class="quiet">packets</span></p>
    <dl class="fields">
    {{#scopeFacts}}
    <div><dt>{{label}}</dt><dd>{{value}}</dd></div>
    {{/scopeFacts}}
    </dl>
    {{^sensors}}
    <p>No sensor was named: where the inputs were captured is not known.</p>
    {{/sensors}}
    {{#sensors}}
    <div class="scroll" role="region" aria-label="Sensors" tabindex="0">
    <table>
    <caption>Sensors</caption>
    <thead><tr><th scope="col">Sensor</th><th scope="col">Vantage</th><th scope="col">Operator</th>\
    <th scope="col">Upstream</th><th scope="col">Clock</th><th scope="col">Inputs</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{id}}</th><td>{{vantage}}</td><td>{{operator}}</td><td>{{upstream}}</td><td>{{clock}}</td>\
    <td>{{inputs}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/sensors}}
    {{#rejected}}
    <div class="scroll" role="region" aria-label="Packets in no flow" tabindex="0">
    <table class="narrow">
    <caption>Packets in no flow</caption>
    <thead><tr><th scope="col" class="figure">Packets</th><th scope="col">Reason</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><td class="figure">{{count}}</td><td>{{reason}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/rejected}}
    {{#gaps}}
    <div class="scroll" role="region" aria-label="Times that no input covers" tabindex="0">
    <table class="narrow">
    <caption>Times that no input covers: no data is not no activity</caption>
    <thead><tr><th scope="col">From (UTC)</th><th scope="col">Until (UTC)</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><td>{{from}}</td><td>{{until}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/gaps}}
    </section>
    <section id="method" aria-labelledby="method-title">
    <h2 id="method-title"><span class="number">5</span> Method and versions</h2>
    <ol class="steps">
    {{#methodSteps}}
    <li>{{.}}</li>
    {{/methodSteps}}
    </ol>
    <dl class="fields">
    {{#methodFacts}}
    <div><dt>{{label}}</dt><dd>{{value}}</dd></div>
    {{/methodFacts}}
    </dl>
    {{#overlays}}
    <div class="scroll" role="region" aria-label="Lists of shared use" tabindex="0">
    <table>
    <caption>Lists of shared use</caption>
    <thead><tr><th scope="col">List</th><th scope="col">Kind</th><th scope="col">Snapshot</th>\
    <th scope="col" class="figure">Prefixes</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{id}}</th><td>{{kind}}</td><td>{{snapshot}}</td><td class="figure">{{prefixes}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/overlays}}
    </section>

    """

  static let findings = """
    <section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title"><span class="number">6</span> Findings by verdict</h2>
    <div class="pair">
    {{#verdictChart}}
    {{>bar-chart}}
    {{/verdictChart}}
    {{#gradeChart}}
    {{>bar-chart}}
    {{/gradeChart}}
    </div>
    {{#verdicts}}
    <section class="verdict">
    <h3>{{>badge}} <span class="quiet">{{flows}}</span></h3>
    <p class="meaning">{{meaning}}</p>
    {{#isEmpty}}
    <p class="empty">No finding of this verdict.</p>
    {{/isEmpty}}
    {{#findings}}
    {{>finding}}
    {{/findings}}
    {{#omitted}}
    <p class="quiet">{{omitted}}</p>
    {{/omitted}}
    </section>
    {{/verdicts}}
    {{#reasons}}
    <div class="scroll" role="region" aria-label="Not attributed, and why" tabindex="0">
    <table>
    <caption>Not attributed, and why</caption>
    <thead><tr><th scope="col" class="figure">Flows</th><th scope="col">Verdict</th><th scope="col">Reason</th>\
    <th scope="col">Meaning</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><td class="figure">{{count}}</td><td>{{>badge}}</td><td><span class="reason">{{reason}}</span></td>\
    <td>{{gloss}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/reasons}}
    </section>

    """

  static let finding = """
    <article class="finding {{verdictClass}}" id="{{anchor}}" aria-labelledby="{{anchor}}-title">
    <h4 id="{{anchor}}-title"><span class="id">{{id}}</span> {{subject}} <span class="reason">{{reason}}</span></h4>
    {{#gloss}}
    <p class="gloss">{{gloss}}</p>
    {{/gloss}}
    <div class="beside">
    <div class="prose">
    {{#wording}}
    <p>{{.}}</p>
    {{/wording}}
    {{#check}}
    <p class="check"><span class="quiet">To check in Wireshark: {{flow}}</span><br>\
    {{#frames}}<span class="frame"><code>{{citation}}</code> {{role}}</span> {{/frames}}<br>\
    <code class="filter">{{filter}}</code></p>
    {{/check}}
    {{#hasFlows}}
    <p class="more"><a href="#{{flowsAnchor}}">Flows and frames of {{id}}</a></p>
    {{/hasFlows}}
    </div>
    <dl class="side">
    {{#facts}}
    <div><dt>{{label}}</dt><dd>{{value}}</dd></div>
    {{/facts}}
    <div><dt>Confidence</dt><dd>{{confidence}}: {{#axes}}<span class="axis">{{label}} {{value}}</span> {{/axes}}</dd></div>
    <div><dt>Done</dt><dd>{{^actions}}nothing that content shows{{/actions}}{{#actions}}<span class="action">{{.}}</span> \
    {{/actions}}</dd></div>
    </dl>
    </div>
    </article>

    """
}
