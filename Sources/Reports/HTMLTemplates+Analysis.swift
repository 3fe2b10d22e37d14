/// The attribution analysis: section 9.
extension HTMLTemplates {
  static let analysis = """
    <section id="analysis" aria-labelledby="analysis-title">
    <h2 id="analysis-title"><span class="number">9</span> Attribution analysis</h2>
    <h3>From packets to responsibility</h3>
    <ol class="ladder">
    {{#ladder}}
    <li><strong>{{level}}</strong> <span>{{proposition}}</span> <em>{{by}}</em></li>
    {{/ladder}}
    </ol>
    <h3>Competing hypotheses</h3>
    <dl class="terms">
    {{#hypotheses}}
    <div><dt>{{name}}</dt><dd>{{text}}</dd></div>
    {{/hypotheses}}
    </dl>
    <p class="quiet">C consistent, C+ strongly so, I inconsistent, N neutral; · evidence that is absent here. Evidence that is \
    not assessed keeps its letters for an analyst who knows more.</p>
    {{^matrices}}
    <p class="empty">No finding names an actor, so there is no matrix.</p>
    {{/matrices}}
    {{#matrices}}
    {{>matrix}}
    {{/matrices}}
    {{#matricesOmitted}}
    <p class="quiet">{{matricesOmitted}}</p>
    {{/matricesOmitted}}
    <p>{{reading}}</p>
    <h3>Diamond Model</h3>
    <p>{{diamond}}</p>
    <dl class="diamond">
    {{#diamondVertices}}
    <div><dt>{{vertex}}</dt><dd>{{state}}</dd></div>
    {{/diamondVertices}}
    </dl>
    <h3>Corroboration</h3>
    <dl class="terms">
    {{#corroboration}}
    <div><dt>{{axis}}</dt><dd>{{sentence}}</dd></div>
    {{/corroboration}}
    </dl>
    <h3>Key assumptions</h3>
    <ul>
    {{#assumptions}}
    <li>{{.}}</li>
    {{/assumptions}}
    </ul>
    <h3>What would change this assessment</h3>
    {{^whatWouldChange}}
    <p class="empty">A catalog that covers an address of the traffic.</p>
    {{/whatWouldChange}}
    <ul>
    {{#whatWouldChange}}
    <li>{{.}}</li>
    {{/whatWouldChange}}
    </ul>
    </section>

    """

  static let matrix = """
    <div class="scroll" role="region" aria-label="Hypotheses for {{actor}}" tabindex="0">
    <table class="matrix">
    <caption>Evidence and hypotheses: {{actor}}</caption>
    <thead><tr><th scope="col">Evidence</th><th scope="col">Observed</th>{{#names}}<th scope="col">{{.}}</th>{{/names}}\
    <th scope="col">Findings</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr{{#isPresent}} class="observed"{{/isPresent}}><th scope="row">{{text}}{{#remark}}\
    <br><span class="quiet">{{remark}}</span>{{/remark}}</th><td>{{applies}}<br><span class="quiet">{{because}}</span></td>\
    {{#cells}}<td class="cell {{cellClass}}">{{cell}}</td>{{/cells}}<td>{{cited}}</td></tr>
    {{/rows}}
    </tbody>
    <tfoot>
    <tr><th scope="row">Inconsistent (I) where observed</th><td></td>{{#inconsistencies}}<td class="cell">{{count}}</td>\
    {{/inconsistencies}}<td></td></tr>
    </tfoot>
    </table>
    </div>

    """
}
