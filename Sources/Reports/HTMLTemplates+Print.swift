/// How the page looks on paper: A4, the marking in the margins of every sheet.
extension HTMLTemplates {
  static let print = """
    @media print {
      :root { --paper: #ffffff; --surface: #ffffff; --ink: #000000; --quiet: #444a52; --line: #c9c5bd; --rule: #000000;
        --accent: #000000; --tint: #f2f2f2; --exclusive: #14532d; --on-exclusive: #ffffff; --contested: #8f2a0c;
        --shared: #59368c; --expired: #5d584e; --unverifiable: #7a5200; --none: #565d66; --bar: #8796a8; }
      html { font-size: 8.5pt; line-height: 1.45; }
      .masthead, .columns { max-width: none; padding: 0; }
      .columns { display: block; }
      .contents, .skip, .filter, .sort::after, summary { display: none; }
      details::details-content { content-visibility: visible; display: block; }
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
      th, td { min-width: 0 !important; padding-top: .3rem; padding-bottom: .3rem; padding-right: .7rem; }
      svg { min-width: 0; max-width: 150mm; }
      svg .bar, svg .gap, .matrix td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      a { text-decoration: none; }
    }

    """

  /// A kind of sheet for each marking, plain and stamped: nothing in a margin can depend on a value of the document.
  static let pages: String = {
    let sheet = """
      @page { size: A4; margin: 21mm 17mm 19mm; @bottom-right { content: counter(page) " / " counter(pages);
        font: 8pt "Liberation Sans", Arial, sans-serif; } }

      """
    let colours = [
      "clear": "#ffffff", "green": "#33ff00", "amber": "#ffc000", "amber-strict": "#ffc000", "red": "#ff2b2b",
    ]
    return colours.sorted { $0.key < $1.key }.reduce(sheet) { text, label in
      let mark = "TLP:\(label.key.uppercased().replacing("-", with: "+"))"
      let look = "font: bold 9pt \"Liberation Sans\", Arial, sans-serif; color: \(label.value); background: #000000;"
      return text + """
        @page \(label.key) { @top-left { content: "\(mark)"; \(look) padding: 0 2mm; height: 5mm; margin-top: 8mm; }
          @bottom-left { content: "\(mark)"; \(look) padding: 0 2mm; height: 5mm; margin-bottom: 8mm; } }
        @page \(label.key)-demonstration { @top-left { content: "\(mark)"; \(look) padding: 0 2mm; height: 5mm;
            margin-top: 8mm; } @bottom-left { content: "\(mark)"; \(look) padding: 0 2mm; height: 5mm; margin-bottom: 8mm; }
          @top-right { content: "DEMONSTRATION DATA"; font: bold 8pt "Liberation Sans", Arial, sans-serif; } }
        @media print { body.tlp-\(label.key) { page: \(label.key); }
          body.demonstration.tlp-\(label.key) { page: \(label.key)-demonstration; } }

        """
    }
  }()
}
