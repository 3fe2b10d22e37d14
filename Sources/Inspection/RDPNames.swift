/// Names of what a client of RDP says of itself in numbers.
enum RDPNames {
  /// The version that a build belongs to, as Zeek writes it.
  static func build(_ number: Int) -> String { builds[number] ?? "client_build-\(number)" }

  /// The language and country of a keyboard's layout (Windows language code identifiers), or its number.
  static func keyboard(_ number: Int) -> String { keyboards[number] ?? "keyboard-\(number)" }

  private static let builds = [
    419: "RDP 4.0", 2195: "RDP 5.0", 2221: "RDP 5.0", 2600: "RDP 5.1", 3790: "RDP 5.2", 6000: "RDP 6.0",
    6001: "RDP 6.1", 6002: "RDP 6.2", 7600: "RDP 7.0", 7601: "RDP 7.1", 9200: "RDP 8.0", 9600: "RDP 8.1",
    25_189: "RDP 8.0 (Mac)", 25_282: "RDP 8.0 (Mac)",
  ]

  private static let keyboards = [
    0x0401: "Arabic - Saudi Arabia", 0x0404: "Chinese - Taiwan", 0x0405: "Czech", 0x0406: "Danish",
    0x0407: "German - Germany", 0x0408: "Greek", 0x0409: "English - United States", 0x040A: "Spanish - Spain",
    0x040B: "Finnish", 0x040C: "French - France", 0x040D: "Hebrew", 0x040E: "Hungarian", 0x0410: "Italian - Italy",
    0x0411: "Japanese", 0x0412: "Korean", 0x0413: "Dutch - Netherlands", 0x0414: "Norwegian (Bokmal)",
    0x0415: "Polish", 0x0416: "Portuguese - Brazil", 0x0418: "Romanian", 0x0419: "Russian", 0x041D: "Swedish",
    0x041E: "Thai", 0x041F: "Turkish", 0x0420: "Urdu", 0x0421: "Indonesian", 0x0422: "Ukrainian", 0x0423: "Belarusian",
    0x0429: "Farsi", 0x042A: "Vietnamese", 0x043F: "Kazakh", 0x0804: "Chinese - China", 0x0807: "German - Switzerland",
    0x0809: "English - United Kingdom", 0x080A: "Spanish - Mexico", 0x080C: "French - Belgium",
    0x0816: "Portuguese - Portugal", 0x0C04: "Chinese - Hong Kong S.A.R.", 0x0C07: "German - Austria",
    0x0C0A: "Spanish - Spain (Modern Sort)", 0x0C0C: "French - Canada", 0x1009: "English - Canada",
    0x100C: "French - Switzerland",
  ]
}
