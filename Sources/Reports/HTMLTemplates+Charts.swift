/// Charts as SVG, each with a title, a description and a table that says the same.
extension HTMLTemplates {
  static let barChart = """
    <figure class="chart">
    <figcaption>{{title}}{{#legend}} <span class="legend {{kind}}">{{name}}</span>{{/legend}}</figcaption>
    <div class="scroll" role="region" aria-label="{{title}}, drawn" tabindex="0">
    <svg class="bars" viewBox="0 0 480 {{height}}" role="img" aria-labelledby="{{id}}-title {{id}}-description">
    <title id="{{id}}-title">{{title}}</title>
    <desc id="{{id}}-description">{{description}}</desc>
    {{#bars}}
    <text class="label" x="{{labelX}}" y="{{textY}}" text-anchor="end">{{label}}</text>
    {{#parts}}
    <rect class="bar {{kind}}" x="{{x}}" y="{{y}}" width="{{width}}" height="18"></rect>
    {{/parts}}
    <text class="value" x="{{valueX}}" y="{{textY}}">{{value}}</text>
    {{/bars}}
    </svg>
    </div>
    {{#omitted}}
    <p class="quiet">{{omitted}}</p>
    {{/omitted}}
    <details><summary>The figures as a table</summary>
    <div class="scroll" role="region" aria-label="{{title}}, as a table" tabindex="0">
    <table>
    <caption>{{title}}</caption>
    <thead><tr><th scope="col">{{subject}}</th>{{#columns}}<th scope="col" class="figure">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{label}}</th>{{#cells}}<td class="figure">{{.}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </details>
    </figure>

    """

  static let laneChart = """
    <figure class="chart">
    <figcaption>{{title}}{{#hasGaps}} <span class="legend gap">no input covers this time</span>{{/hasGaps}}</figcaption>
    <div class="scroll" role="region" aria-label="{{title}}, drawn" tabindex="0">
    <svg viewBox="0 0 720 {{height}}" role="img" aria-labelledby="{{id}}-title {{id}}-description">
    <title id="{{id}}-title">{{title}}</title>
    <desc id="{{id}}-description">{{description}}</desc>
    {{>axis}}
    {{#lanes}}
    <line class="lane" x1="170" y1="{{lineY}}" x2="710" y2="{{lineY}}"></line>
    <text class="label" x="{{labelX}}" y="{{textY}}" text-anchor="end">{{label}}</text>
    {{#bars}}
    <rect class="bar {{kind}}" x="{{x}}" y="{{y}}" width="{{width}}" height="16"></rect>
    {{/bars}}
    {{/lanes}}
    </svg>
    </div>
    {{#omitted}}
    <p class="quiet">{{omitted}}</p>
    {{/omitted}}
    {{>chart-table}}
    </figure>

    """

  static let activityChart = """
    <figure class="chart">
    <figcaption>{{title}} <span class="legend exclusive">in EXCLUSIVE findings</span> <span class="legend other">in other \
    findings</span>{{#hasGaps}} <span class="legend gap">no input covers this time</span>{{/hasGaps}}</figcaption>
    <div class="scroll" role="region" aria-label="{{title}}, drawn" tabindex="0">
    <svg viewBox="0 0 720 {{height}}" role="img" aria-labelledby="{{id}}-title {{id}}-description">
    <title id="{{id}}-title">{{title}}</title>
    <desc id="{{id}}-description">{{description}}</desc>
    {{>axis}}
    <text class="label" x="{{labelX}}" y="16" text-anchor="end">{{largest}}</text>
    <text class="label" x="{{labelX}}" y="{{axisY}}" text-anchor="end">0</text>
    {{#bars}}
    <rect class="bar {{kind}}" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"></rect>
    {{/bars}}
    </svg>
    </div>
    {{>chart-table}}
    </figure>

    """

  /// Gaps, the axis and its marks.
  static let axis = """
    {{#gaps}}
    <rect class="gap" x="{{x}}" y="0" width="{{width}}" height="{{height}}"></rect>
    {{/gaps}}
    <line class="axis" x1="170" y1="{{axisY}}" x2="710" y2="{{axisY}}"></line>
    {{#ticks}}
    <line class="axis" x1="{{x}}" y1="{{axisY}}" x2="{{x}}" y2="{{tickY}}" stroke-dasharray="4 100"></line>
    <text class="tick" x="{{x}}" y="{{tickY}}" text-anchor="{{anchor}}">{{text}}</text>
    {{/ticks}}

    """

  static let chartTable = """
    <details><summary>The figures as a table</summary>
    <div class="scroll" role="region" aria-label="{{title}}, as a table" tabindex="0">
    <table>
    <caption>{{title}}</caption>
    <thead><tr>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}
    <tr><th scope="row">{{label}}</th>{{#cells}}<td>{{.}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    </details>

    """
}
