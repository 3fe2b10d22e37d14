/// How the page looks on paper: A4, the marking in the margins of every sheet.
extension HTMLTemplates {
  static let print = """
    @media print {
      :root { --paper: #ffffff; --surface: #ffffff; --ink: #000000; --quiet: #444a52; --line: #c9c5bd; --rule: #000000;
        --accent: #000000; --tint: #f2f2f2; --exclusive: #14532d; --on-exclusive: #ffffff; --contested: #8f2a0c;
        --shared: #59368c; --expired: #5d584e; --unverifiable: #7a5200; --none: #565d66; --bar: #7b8a9c; }
      html { font-size: 8.5pt; line-height: 1.45; }
      .masthead, .columns { max-width: none; padding: 0; }
      .columns { display: block; }
      .contents, .skip, p.filter, .sort::after, details { display: none; }
      .beside { grid-template-columns: minmax(0, 1fr) 48mm; gap: 7mm; }
      .marking { padding-top: 0; }
      h1 { font-size: 1.9rem; margin-bottom: .8rem; }
      .facts { grid-template-columns: repeat(4, 1fr); padding: .5rem 0; margin-bottom: .5rem; }
      h2, h3, h4, caption, figcaption { break-after: avoid; }
      p, li { orphans: 3; widows: 3; }
      main > section { margin: 0 0 1rem; padding-bottom: .5rem; }
      #scope { break-before: page; }
      .lead { font-size: 1.05rem; }
      .not-shown, .caveats { columns: 2; font-size: .9rem; }
      .not-shown li, .caveats li { margin-bottom: .2rem; }
      tr, figure svg, .claim > h3, .fields > div { break-inside: avoid; }
      thead { display: table-header-group; }
      .scroll { overflow: visible; }
      table { font-size: .75rem; }
      th, td { min-width: 0 !important; overflow-wrap: anywhere; padding-top: .3rem; padding-bottom: .3rem; padding-right: .7rem; }
      svg { min-width: 0; max-width: 150mm; }
      svg .bar, svg .gap, .matrix td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      a { text-decoration: none; }
    }

    """

  /// A kind of sheet for each marking, plain and stamped: nothing in a margin can depend on a value of the document.
  static let pages: String = {
    let font = "Arial, \"Liberation Sans\", sans-serif; vertical-align: middle;"
    let sheet = """
      @page { size: A4; margin: 20mm 17mm 20mm; @bottom-left { content: counter(page) " / " counter(pages);
        font: 8pt \(font) } }

      """
    return ["clear", "green", "amber", "amber-strict", "red"].reduce(sheet) { text, name in
      let mark = "content: \"TLP:\(name.uppercased().replacing("-", with: "+"))\"; font: bold 12pt \(font)"
      let margins = "@top-right { \(mark) } @bottom-right { \(mark) }"
      return text + """
        @page \(name) { \(margins) }
        @page \(name)-demonstration { \(margins) @top-left { content: "DEMONSTRATION DATA"; font: bold 8pt \(font) } }
        @media print { body.tlp-\(name) { page: \(name); }
          body.demonstration.tlp-\(name) { page: \(name)-demonstration; } }

        """
    }
  }()
}
