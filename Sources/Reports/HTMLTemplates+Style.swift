/// How the page looks on a screen, light and dark.
extension HTMLTemplates {
  static let style = colours + layout + tables + marks + print + pages

  private static let colours = """
    :root {
      color-scheme: light dark;
      --paper: #fbfaf7; --surface: #ffffff; --ink: #1b1f24; --quiet: #565d66; --line: #dcd8d0; --rule: #1b1f24;
      --accent: #1f4a7a; --tint: #f3f1ea;
      --exclusive: #14532d; --on-exclusive: #ffffff; --contested: #8f2a0c; --shared: #59368c; --expired: #5d584e;
      --unverifiable: #7a5200; --none: #565d66; --bar: #7b8a9c;
      --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, "Bitstream Charter", "Source Serif 4", Georgia,
        "Liberation Serif", serif;
      --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
      --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171b; --surface: #1b1f25; --ink: #e8e6e0; --quiet: #a9afb8; --line: #363c45; --rule: #8b929c;
        --accent: #9cc3ef; --tint: #1f242b;
        --exclusive: #7fd3a0; --on-exclusive: #0b2114; --contested: #ff9e7d; --shared: #c9aef5; --expired: #bdb6a8;
        --unverifiable: #e6bb62; --none: #a9afb8; --bar: #5f6e80;
      }
    }

    """

  private static let layout = """
    *, *::before, *::after { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--serif); -webkit-text-size-adjust: 100%; }
    body { margin: 0; overflow-wrap: anywhere; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .2em; }
    a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, .scroll:focus-visible {
      outline: 3px solid var(--accent); outline-offset: 2px; }
    .skip { position: absolute; left: -999rem; top: 0; padding: .6rem 1rem; background: var(--surface); z-index: 2; }
    .skip:focus { left: 0; }
    .masthead, .columns { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
    .marking { max-width: none; margin: 0; padding: 1rem 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline;
      font: .8125rem/1.4 var(--sans); }
    .marking strong { background: #000; color: #fff; padding: .15rem .6rem; letter-spacing: .06em; border: 1px solid #666;
      print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .tlp-red .marking strong { color: #ff2b2b; }
    .tlp-amber .marking strong, .tlp-amber-strict .marking strong { color: #ffc000; }
    .tlp-green .marking strong { color: #33ff00; }
    .stamp { color: var(--contested); font-weight: 600; }
    .masthead .title { border-top: 3px solid var(--rule); padding-top: 1.25rem; }
    .kicker { max-width: none; margin: 0; font: 600 .75rem/1.4 var(--sans); letter-spacing: .12em; text-transform: uppercase;
      color: var(--quiet); }
    .draft { display: inline-block; border: 1px solid currentColor; padding: 0 .5em; margin-left: .5em;
      color: var(--contested); letter-spacing: .08em; }
    h1 { margin: .5rem 0 1.25rem; max-width: 22em; font-size: clamp(1.6rem, 1.1rem + 2.2vw, 2.5rem); line-height: 1.15;
      font-weight: 600; letter-spacing: -.01em; text-wrap: balance; }
    h2 { margin: 0 0 1rem; font-size: 1.45rem; line-height: 1.25; font-weight: 600; }
    h3 { margin: 2rem 0 .5rem; font-size: 1.1rem; line-height: 1.35; font-weight: 600; }
    h4 { margin: 0 0 .5rem; font-size: 1.05rem; line-height: 1.4; font-weight: 600; }
    .number { color: var(--quiet); font-weight: 400; margin-right: .35em; font-variant-numeric: tabular-nums; }
    p, ul, ol, dl { margin: 0 0 .9rem; }
    p, li { max-width: 42em; }
    ul, ol { padding-left: 1.3em; }
    li { margin-bottom: .35rem; }
    code { font: .84em/1.5 var(--mono); }
    .quiet, .meaning, .gloss, .empty { color: var(--quiet); }
    .quiet { font-family: var(--sans); font-size: .8125rem; font-weight: 400; }
    .gloss { font-style: italic; margin-bottom: .5rem; }
    .empty { font-style: italic; }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem 2rem; margin: 0 0 1rem;
      padding: .9rem 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line);
      font: .875rem/1.5 var(--sans); }
    dt { color: var(--quiet); font: .75rem/1.5 var(--sans); letter-spacing: .02em; }
    dd { margin: 0; }
    .columns { display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); gap: 3.5rem; padding-top: 1.5rem; }
    .contents { position: sticky; top: 1.5rem; align-self: start; font: .8125rem/1.4 var(--sans); }
    .contents ol { list-style: none; padding: 0; margin: 0; border-left: 1px solid var(--line); counter-reset: section 1; }
    .contents li { counter-increment: section; margin: 0; }
    .contents a { display: block; padding: .28rem 0 .28rem .9rem; color: var(--quiet); text-decoration: none; }
    .contents a::before { content: counter(section) "\\2002"; font-variant-numeric: tabular-nums; }
    .contents a:hover, .contents a:focus-visible { color: var(--accent); text-decoration: underline; }
    main > section { padding: 0 0 1.5rem; margin: 0 0 2rem; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem; }
    main > section:last-child { border-bottom: 0; }
    .headline { margin: 0 0 .6rem; font: 700 1.05rem/1.4 var(--sans); letter-spacing: .05em; }
    .headline.present { color: var(--exclusive); }
    .lead { font-size: 1.15rem; line-height: 1.5; }
    .warnings { list-style: none; padding: .6rem 1rem; border-left: 3px solid var(--contested); background: var(--tint); }
    .damage { color: var(--contested); font-weight: 600; }
    .not-shown, .caveats { columns: 22rem 2; column-gap: 2.5rem; }
    .not-shown li, .caveats li { break-inside: avoid; }
    .caveats { font-size: .925rem; }
    .end { padding-top: 1rem; padding-bottom: 3rem; border-top: 3px solid var(--rule); font: .8125rem/1.5 var(--sans);
      color: var(--quiet); }
    @media (max-width: 62rem) {
      .columns { display: block; }
      .contents { position: static; margin: 0 0 2rem; }
      .contents ol { columns: 12rem; column-gap: 1.5rem; border-left: 0; }
      .contents a { padding-left: 0; }
    }
    @media (max-width: 40rem) {
      .contents ol { columns: 2; }
      .masthead, .columns { padding-left: 1rem; padding-right: 1rem; }
      .facts { grid-template-columns: 1fr; }
      .lead { font-size: 1.05rem; }
    }

    """
}
