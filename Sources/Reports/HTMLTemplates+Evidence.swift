/// Custody, claims, terms, exports: sections 12 to 15.
extension HTMLTemplates {
  static let custody = """
    <section id="custody" aria-labelledby="custody-title">
    <h2 id="custody-title"><span class="number">12</span> Evidence and custody</h2>
    <h3>Inputs</h3>
    {{#inputs}}
    <article class="input">
    <h4>{{name}} <span class="reason">{{role}}</span></h4>
    <p class="digest"><span class="quiet">SHA-256</span> <code>{{sha256}}</code></p>
    {{#damage}}
    <p class="damage">{{damage}}</p>
    {{/damage}}
    {{>fields}}
    </article>
    {{/inputs}}
    {{#skipped}}
    <div class="scroll" role="region" aria-label="Files passed over" tabindex="0">
    <table>
    <caption>Files passed over</caption>
    <thead><tr><th scope="col">File</th><th scope="col">Reason</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{name}}</th><td>{{reason}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/skipped}}
    {{#skippedOmitted}}
    <p class="quiet">{{skippedOmitted}}</p>
    {{/skippedOmitted}}
    <h3>Flows and frames</h3>
    <p>Frames are cited as the first eight digits of the capture's SHA-256, the frame number as Wireshark shows it, and the \
    time of the packet in UTC.</p>
    {{^evidence}}
    <p class="empty">No flow touches the catalog.</p>
    {{#hops}}
    <ul class="hops">
    {{#rows}}
    <li><span class="quiet">Hop that content of {{id}} names:</span> {{text}}</li>
    {{/rows}}
    </ul>
    {{/hops}}
    {{/evidence}}
    {{#evidence}}
    <div class="scroll" id="{{flowsAnchor}}" role="region" aria-label="Flows of {{id}}" tabindex="0">
    <table class="flows" data-tools>
    <caption>{{id}} {{>badge}} <span class="reason">{{reason}}</span></caption>
    <thead><tr><th scope="col">First frame</th><th scope="col">Originator, responder</th><th scope="col">State</th>\
    <th scope="col" class="figure">Packets</th><th scope="col" class="figure">Bytes</th><th scope="col">Grades</th>\
    <th scope="col">Frames</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row"><code>{{first}}</code><br><span class="quiet">{{uid}}</span></th>\
    <td>{{originator}}<br>{{responder}}<br><span class="quiet">{{service}}</span></td>\
    <td>{{state}}<br><span class="quiet">{{history}}</span></td><td class="figure">{{packets}}</td>\
    <td class="figure">{{bytes}}</td><td>{{grade}}<br><span class="quiet">{{gradeReason}}, {{activity}}</span></td>\
    <td>{{frames}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{#omitted}}
    <p class="quiet">{{omitted}}</p>
    {{/omitted}}
    {{#content}}
    <div class="scroll" role="region" aria-label="Content of {{id}}" tabindex="0">
    <table class="content">
    <caption>What content of {{id}} says; no secret and no body is kept</caption>
    <thead><tr><th scope="col">Flow</th><th scope="col">Protocol</th><th scope="col">Facts</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row"><code>{{uid}}</code></th><td>{{log}}</td><td>{{text}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/content}}
    {{#contentOmitted}}
    <p class="quiet">{{contentOmitted}}</p>
    {{/contentOmitted}}
    {{/evidence}}
    </section>

    """

  static let claims = """
    <section id="claims" aria-labelledby="claims-title">
    <h2 id="claims-title"><span class="number">13</span> Range claims and their sources</h2>
    {{^claims}}
    <p class="empty">No finding rests on a claim.</p>
    {{/claims}}
    {{#claims}}
    <article class="claim">
    <h3>{{id}}</h3>
    {{>fields}}
    <div class="scroll" role="region" aria-label="Sources of {{id}}" tabindex="0">
    <table>
    <caption>Sources of {{id}}, with Admiralty ratings</caption>
    <thead><tr><th scope="col">Rating</th><th scope="col">Source</th><th scope="col">Independent group</th></tr></thead>
    <tbody>
    {{#sources}}
    <tr><th scope="row">{{rating}}<br><span class="quiet">{{reading}}</span></th><td>{{ref}}</td><td>{{group}}</td></tr>
    {{/sources}}
    </tbody>
    </table>
    </div>
    </article>
    {{/claims}}
    </section>

    """

  static let terms = """
    <section id="terms" aria-labelledby="terms-title">
    <h2 id="terms-title"><span class="number">14</span> Terms and scales</h2>
    <h3>Verdicts</h3>
    <dl class="terms">
    {{#verdictTerms}}
    <div><dt>{{>badge}}</dt><dd>{{text}}</dd></div>
    {{/verdictTerms}}
    </dl>
    <h3>Evidence grades</h3>
    <dl class="terms">
    {{#gradeTerms}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/gradeTerms}}
    </dl>
    <h3>Likelihood (ICD 203)</h3>
    <p>Stated only of whose network traffic came from, never together with a confidence.</p>
    <dl class="terms">
    {{#bandTerms}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/bandTerms}}
    </dl>
    <h3>Confidence</h3>
    <p>High, moderate or low: how well sources, corroboration and handling carry a judgment, on the axes path, control and \
    handling; the lowest counts.</p>
    <h3>Sources (Admiralty code)</h3>
    <dl class="terms">
    {{#reliabilityTerms}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/reliabilityTerms}}
    {{#credibilityTerms}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/credibilityTerms}}
    </dl>
    <h3>Links</h3>
    <dl class="terms">
    {{#linkTerms}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/linkTerms}}
    </dl>
    <h3>Marking (TLP 2.0)</h3>
    <dl class="terms">
    {{#markingTerms}}
    <div><dt>{{term}}</dt><dd>{{text}}</dd></div>
    {{/markingTerms}}
    </dl>
    </section>
    <section id="exports" aria-labelledby="exports-title">
    <h2 id="exports-title"><span class="number">15</span> Machine exports</h2>
    <p>This page was rendered from a report.json, which holds all of it and more. From the same file, without the captures:</p>
    <ul class="commands">
    {{#formats}}
    <li><code>{{.}}</code></li>
    {{/formats}}
    </ul>
    </section>

    """
}
