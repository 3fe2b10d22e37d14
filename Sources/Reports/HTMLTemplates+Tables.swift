/// How tables, findings and charts look.
extension HTMLTemplates {
  static let tables = """
    .scroll { overflow-x: auto; margin: 0 0 1.25rem; }
    table { border-collapse: collapse; width: 100%; font: .8125rem/1.45 var(--sans); font-variant-numeric: tabular-nums; }
    table.narrow { width: auto; min-width: 20rem; }
    caption { text-align: left; padding: .4rem 0; font-weight: 600; }
    th, td { text-align: left; vertical-align: top; padding: .5rem 1.1rem .5rem 0; border-bottom: 1px solid var(--line);
      min-width: 3.5rem; max-width: 26rem; overflow-wrap: break-word; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { border-bottom: 1px solid var(--rule); font-weight: 600; color: var(--quiet); vertical-align: bottom;
      overflow-wrap: normal; }
    .figure { text-align: right; white-space: nowrap; }
    thead .figure { white-space: normal; }
    .rates th, .rates td { padding-right: .8rem; }
    tbody th { font-weight: 600; }
    .flows tbody th, .content tbody th { font-weight: 400; }
    .flows td:last-child { min-width: 9rem; }
    .flows code { overflow-wrap: anywhere; }
    .flows tbody th { min-width: 12rem; }
    .content td:last-child { min-width: 18rem; max-width: none; overflow-wrap: anywhere; }
    .key-findings td, .key-findings th { padding-right: .8rem; }
    .key-findings code { white-space: nowrap; }
    .matrix .cell { text-align: center; min-width: 2.4rem; padding-right: .4rem; padding-left: .4rem; }
    .matrix thead th:nth-child(n + 3):not(:last-child) { text-align: center; padding-right: .4rem; padding-left: .4rem;
      min-width: 2.4rem; }
    .matrix tbody tr:not(.observed) { color: var(--quiet); }
    .matrix tbody tr:not(.observed) th { font-weight: 400; }
    .matrix .observed .inconsistent { font-weight: 700; color: var(--contested); background: var(--tint); }
    .matrix .observed .strong { font-weight: 700; background: var(--tint); }
    .matrix th, .matrix td:nth-child(2) { min-width: 10rem; }
    .sort { all: unset; cursor: pointer; font: inherit; color: inherit; }
    .sort:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    .sort::after { content: "\\2195"; margin-left: .3em; font-weight: 400; }
    [aria-sort="ascending"] .sort::after { content: "\\2191"; }
    [aria-sort="descending"] .sort::after { content: "\\2193"; }
    p.filter { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; margin: 0 0 .25rem; max-width: none;
      font: .8125rem/1.5 var(--sans); color: var(--quiet); }
    p.filter input { font: inherit; color: var(--ink); background: var(--surface); border: 1px solid var(--quiet);
      padding: .25rem .5rem; min-width: 12rem; border-radius: 0; }

    """

  static let marks = """
    .badge { display: inline-block; white-space: nowrap; border: 1px solid currentColor; padding: 0 .5em;
      font: 600 .6875rem/1.7 var(--sans); letter-spacing: .06em; color: var(--none); }
    .badge.exclusive { background: var(--exclusive); border-color: var(--exclusive); color: var(--on-exclusive);
      print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .badge.contested { color: var(--contested); }
    .badge.shared { color: var(--shared); }
    .badge.expired { color: var(--expired); }
    .badge.unverifiable { color: var(--unverifiable); }
    .badge.none, .badge.unknown { border-style: dashed; }
    .badge.unknown { white-space: normal; }
    .reason { font: .8125rem/1.4 var(--sans); color: var(--quiet); font-weight: 400; }
    .verdict h3 { display: flex; gap: .75rem; align-items: baseline; }
    .finding, .input, .claim { margin: 0 0 1.5rem; padding: 1rem 0 .25rem 1.25rem; border-left: 3px solid var(--line);
      scroll-margin-top: 1rem; }
    .finding.exclusive { border-left-color: var(--exclusive); }
    .finding.contested { border-left-color: var(--contested); }
    .finding.shared { border-left-color: var(--shared); }
    .finding.unverifiable { border-left-color: var(--unverifiable); }
    .finding.expired { border-left-color: var(--expired); }
    .finding h3, .claim h3 { margin-top: 0; }
    .id { display: inline-block; min-width: 2em; font-family: var(--sans); font-variant-numeric: tabular-nums; }
    .beside { display: grid; grid-template-columns: minmax(0, 1fr) 14.5rem; gap: 2.25rem; }
    .prose p { margin-bottom: .55rem; }
    .prose p:first-child { font-size: 1.05rem; }
    .side { font: .8125rem/1.45 var(--sans); margin: .2rem 0 1rem; }
    .side > div { padding: .3rem 0; border-bottom: 1px solid var(--line); }
    .check { font: .8125rem/1.6 var(--sans); padding-top: .35rem; }
    .frame { white-space: nowrap; margin-right: .6em; }
    .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .6rem 2rem;
      font: .875rem/1.5 var(--sans); margin: .9rem 0 1rem; }
    code.filter { color: var(--quiet); }
    .action, .axis { white-space: nowrap; }
    .axis:not(:last-child)::after, .action:not(:last-child)::after { content: ","; }
    .more, .digest { font: .875rem/1.5 var(--sans); max-width: none; }
    .sum { font: 1.05rem/1.5 var(--sans); font-variant-numeric: tabular-nums; }
    .terms > div, .diamond > div { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: 1rem; padding: .3rem 0;
      border-bottom: 1px solid var(--line); }
    .terms dt, .diamond dt { font-size: .8125rem; font-weight: 600; color: var(--ink); }
    .terms dd, .diamond dd { font-size: .9375rem; }
    .ladder { list-style: none; padding: 0; }
    .ladder li { display: grid; grid-template-columns: 2.5rem minmax(0, 1fr) minmax(0, 14rem); gap: 0 1rem; max-width: none;
      padding: .45rem 0; margin: 0; border-bottom: 1px solid var(--line); }
    .ladder strong { font-family: var(--sans); font-size: .875rem; }
    .ladder em { color: var(--quiet); }
    .commands { list-style: none; padding: 0; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2.5rem; }
    .chart { margin: 0 0 2rem; min-width: 0; }
    figcaption { font: 600 .875rem/1.6 var(--sans); margin-bottom: .5rem; }
    .chart .scroll { margin-bottom: .25rem; }
    svg { display: block; width: 100%; min-width: 30rem; max-width: 50rem; height: auto; font: 12px var(--sans); }
    svg.bars { min-width: 21rem; max-width: 36rem; }
    svg text { fill: var(--ink); font-variant-numeric: tabular-nums; }
    svg .tick { fill: var(--quiet); font-size: 11px; }
    svg .axis { stroke: var(--rule); stroke-width: 1; }
    svg .lane { stroke: var(--line); stroke-width: 1; }
    svg .bar { fill: var(--bar); }
    svg .exclusive, svg .verified, svg .direct { fill: var(--exclusive); }
    svg .contested { fill: var(--contested); }
    svg .shared { fill: var(--shared); }
    svg .proxied { fill: var(--paper); stroke: var(--shared); stroke-width: 1.5; }
    svg .expired { fill: var(--expired); }
    svg .unverifiable { fill: var(--unverifiable); }
    svg .none { fill: var(--bar); }
    svg .other { fill: var(--bar); }
    svg .unverified { fill: var(--paper); stroke: var(--ink); stroke-width: 1; }
    svg .silent { fill: var(--paper); stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 2; }
    svg .gap { fill: var(--line); opacity: .7; }
    .legend { font-weight: 400; color: var(--quiet); white-space: nowrap; margin-left: 1rem; }
    .legend::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; background: var(--bar);
      border: 1px solid transparent; vertical-align: -.05em; print-color-adjust: exact;
      -webkit-print-color-adjust: exact; }
    .legend.exclusive::before, .legend.verified::before { background: var(--exclusive); }
    .legend.unverified::before { background: none; border-color: var(--ink); }
    .legend.silent::before { background: none; border: 1px dashed var(--quiet); }
    .legend.gap::before { background: var(--line); }
    summary { font: .8125rem/1.6 var(--sans); color: var(--accent); cursor: pointer; width: fit-content; }
    @media (max-width: 52rem) {
      .beside { grid-template-columns: minmax(0, 1fr); gap: 0; }
    }
    @media (max-width: 40rem) {
      .terms > div, .diamond > div { grid-template-columns: 1fr; gap: 0; }
      .ladder li { grid-template-columns: 2.5rem minmax(0, 1fr); }
      .ladder em { grid-column: 2; }
      .finding, .input, .claim { padding-left: .9rem; }
      .legend { margin-left: 0; margin-right: 1rem; }
      .frame { white-space: normal; }
      .scroll > table:not(.narrow) { min-width: 36rem; }
      .fields { grid-template-columns: 1fr; gap: 0; }
      .fields > div, .side > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .75rem; padding: .3rem 0;
        border-bottom: 1px solid var(--line); }
    }

    """
}
