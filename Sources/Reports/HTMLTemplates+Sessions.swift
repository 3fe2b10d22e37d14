/// Timeline, linkage, analysis and statistics: sections 7 to 11.
extension HTMLTemplates {
  static let sessions = """
    <section id="timeline" aria-labelledby="timeline-title">
    <h2 id="timeline-title"><span class="number">7</span> Timeline and sessions</h2>
    {{#sessionLanes}}
    {{>lane-chart}}
    {{/sessionLanes}}
    {{#findingLanes}}
    {{>lane-chart}}
    {{/findingLanes}}
    {{#activityChart}}
    {{>activity-chart}}
    {{/activityChart}}
    {{^findingLanes}}
    <p class="empty">No finding, so no timeline.</p>
    {{/findingLanes}}
    {{#stretches}}
    <div class="scroll" role="region" aria-label="Direct and linked proxied activity" tabindex="0">
    <table data-tools>
    <caption>Direct and linked proxied activity</caption>
    <thead><tr><th scope="col">Way</th><th scope="col">Time</th><th scope="col">Address</th><th scope="col">Host</th>\
    <th scope="col" class="figure">Flows</th><th scope="col">Done</th><th scope="col">Cited</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{#isDirect}}<span class="way direct">direct</span>{{/isDirect}}{{^isDirect}}\
    <span class="way">{{way}}</span>{{/isDirect}}</th><td>{{time}}</td><td>{{address}}</td><td>{{host}}</td>\
    <td class="figure">{{flows}}</td><td>{{actions}}</td><td>{{cited}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/stretches}}
    {{#stretchesOmitted}}
    <p class="quiet">{{stretchesOmitted}}</p>
    {{/stretchesOmitted}}
    </section>
    <section id="linkage" aria-labelledby="linkage-title">
    <h2 id="linkage-title"><span class="number">8</span> Direct and proxied linkage</h2>
    <p>A link says that two sessions hold the same; it changes no verdict.</p>
    {{^slips}}
    <p class="empty">No candidate slip.</p>
    {{/slips}}
    {{#slips}}
    {{#rows}}
    <article class="finding slip">
    <h3><span class="id">{{id}}</span> Candidate slip <span class="reason">{{grade}} · {{methods}}</span></h3>
    <p>{{wording}}</p>
    {{>fields}}
    <div class="scroll" role="region" aria-label="Proxied sessions of {{id}}" tabindex="0">
    <table>
    <caption>Sessions through shared infrastructure that hold the same</caption>
    <thead><tr><th scope="col">Time</th><th scope="col">Address</th><th scope="col">Verdict</th>\
    <th scope="col">Finding</th><th scope="col">Place</th><th scope="col">Done</th></tr></thead>
    <tbody>
    {{#proxied}}
    <tr><td>{{time}}</td><td>{{address}}</td><td>{{>badge}} <span class="reason">{{reason}}</span></td>\
    <td>{{finding}}</td><td>{{place}}</td><td>{{actions}}</td></tr>
    {{/proxied}}
    </tbody>
    </table>
    </div>
    {{#proxiedOmitted}}
    <p class="quiet">{{proxiedOmitted}}</p>
    {{/proxiedOmitted}}
    </article>
    {{/rows}}
    {{/slips}}
    {{#slipsOmitted}}
    <p class="quiet">{{slipsOmitted}}</p>
    {{/slipsOmitted}}
    {{^links}}
    <p class="empty">No link between sessions of different addresses.</p>
    {{/links}}
    {{#links}}
    <div class="scroll" role="region" aria-label="Links" tabindex="0">
    <table data-tools>
    <caption>Links between sessions</caption>
    <thead><tr><th scope="col">Grade</th><th scope="col">Both hold</th><th scope="col">From</th><th scope="col">To</th>\
    </tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{grade}}</th><td>{{method}}</td>\
    <td>{{#from}}{{address}} {{>badge}} {{finding}}<br><span class="quiet">{{time}} <code>{{uid}}</code></span>{{/from}}</td>\
    <td>{{#to}}{{address}} {{>badge}} {{finding}}<br><span class="quiet">{{time}} <code>{{uid}}</code></span>{{/to}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/links}}
    {{#linksOmitted}}
    <p class="quiet">{{linksOmitted}}</p>
    {{/linksOmitted}}
    {{#linkCaveats}}
    <p class="caveat">{{.}}</p>
    {{/linkCaveats}}
    </section>

    """

  static let statistics = """
    <section id="base-rates" aria-labelledby="base-rates-title">
    <h2 id="base-rates-title"><span class="number">10</span> Base rates and noise</h2>
    <p>{{unverifiedSources}} {{rateReading}}</p>
    <div class="pair">
    {{#rangeChart}}
    {{>bar-chart}}
    {{/rangeChart}}
    {{#addressChart}}
    {{>bar-chart}}
    {{/addressChart}}
    </div>
    {{#rates}}
    <div class="scroll" role="region" aria-label="Ranges, chance and noise" tabindex="0">
    <table class="rates" data-tools>
    <caption>Ranges, chance and noise</caption>
    <thead><tr><th scope="col">Range</th><th scope="col" class="figure">Verified</th>\
    <th scope="col" class="figure">Unverified</th><th scope="col" class="figure">Silent</th>\
    <th scope="col" class="figure">SYN only</th><th scope="col" class="figure">Connect only</th>\
    <th scope="col" class="figure">With data</th><th scope="col" class="figure">Login or write</th>\
    <th scope="col" class="figure">Targets</th><th scope="col" class="figure">Listed scanners</th>\
    <th scope="col">Expected by chance</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{range}}<br><span class="quiet">{{claim}}</span></th><td class="figure">{{verified}}</td>\
    <td class="figure">{{unverified}}</td><td class="figure">{{silent}}</td><td class="figure">{{synOnly}}</td>\
    <td class="figure">{{connectOnly}}</td><td class="figure">{{dataBearing}}</td><td class="figure">{{loginOrWrite}}</td>\
    <td class="figure">{{targets}}</td><td class="figure">{{scannerListed}}</td><td>{{chance}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/rates}}
    {{#ratesOmitted}}
    <p class="quiet">{{ratesOmitted}}</p>
    {{/ratesOmitted}}
    <ul>
    <li>{{scanLike}}</li>
    {{#baseline}}
    <li>{{.}}</li>
    {{/baseline}}
    {{#ratio}}
    <li>{{.}}</li>
    {{/ratio}}
    </ul>
    </section>
    <section id="collection" aria-labelledby="collection-title">
    <h2 id="collection-title"><span class="number">11</span> Recommended collection</h2>
    {{^recommendations}}
    <p class="empty">Nothing is missing that this tool can see.</p>
    {{/recommendations}}
    {{#recommendations}}
    <div class="scroll" role="region" aria-label="Recommended collection" tabindex="0">
    <table>
    <caption>What is missing, what would mend it, what it would improve</caption>
    <thead><tr><th scope="col">Missing</th><th scope="col">Collect</th><th scope="col">Improves</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{lack}}</th><td>{{collection}}</td><td>{{gain}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{/recommendations}}
    </section>

    """
}
